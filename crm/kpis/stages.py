"""The stages of the process: how long deals stand in them, and whether they go on."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import MOVES, OF_A_DEAL, visits
from crm.models import Departure, Precision, Stage
from crm.models.stage import OPEN_CATEGORIES
from dashboards.figures import Dimension
from dashboards.kpis import Kind, Kpi, Unit, register
from teams.models import Team

ENTRY_HAS_A_DATE = models.ExpressionWrapper(
    ~Q(precision=Precision.NONE), output_field=models.BooleanField()
)
BETWEEN_DATES = models.ExpressionWrapper(
    Q(precision=Precision.DAY, left_precision=Precision.DAY), output_field=models.BooleanField()
)


def went_to_another_team(teams: Iterable[Team]) -> models.Case:
    """When the deal of a visit went on in another team; None where it did not."""
    # By name: few deals ever do, and neither a join nor a question has to look at all the others.
    went = Departure.objects.filter(team__in=list(teams))
    at = models.Subquery(went.filter(deal=models.OuterRef("deal")).values("at")[:1])
    return models.Case(models.When(deal__in=went.values("deal"), then=at), default=None)


def stage_names(team: Team) -> dict[str, str]:
    """The names of the team's stages in the order of its processes."""
    stages = Stage.objects.of_team(team).open().in_process_order().select_related("pipeline")
    several = len({stage.pipeline_id for stage in stages}) > 1
    return {
        str(stage.pk): f"{stage.pipeline.name}: {stage.name}" if several else stage.name
        for stage in stages
    }


def stays(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every visit to a stage in which a deal is open, until it left, if it did.

    Where the deal went on in another team, nobody knows how long the visit would have been.
    """
    left = models.Case(models.When(gone_at=None, then=F("left_at")), default=None)
    return (
        visits(teams, *OPEN_CATEGORIES)
        .annotate(began_at=F("entered_at"), ended_at=left)
        .annotate(dimension=F("stage"), is_dated=ENTRY_HAS_A_DATE, whole_days=BETWEEN_DATES)
        .annotate(followed_until=F("gone_at"))
    )


def first_entries(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """The first entry of every deal into every stage, and when it went on from there, if it did.

    It went on when it entered a stage that stands later in the same process, or was won.
    """
    return (
        visits(teams, *OPEN_CATEGORIES)
        .filter(is_first=True)
        .annotate(
            began_at=F("entered_at"),
            ended_at=F("went_on_at"),
            dimension=F("stage"),
            is_dated=ENTRY_HAS_A_DATE,
            followed_until=went_to_another_team(teams),
        )
    )


register(
    Kpi(
        slug="time-in-stage",
        name=_("Days in a stage"),
        explanation=_(
            "After this many days half of the visits to a stage are over, of those that began in"
            " the 12 months up to the end of the period. A visit that still lasts counts for as"
            " long as it has lasted (Kaplan-Meier); where more than half still last, the middle is"
            " not reached yet. Every visit counts, also when a deal comes back. Visits without a"
            " date are left out."
        ),
        kind=Kind.SURVIVAL,
        unit=Unit.DAYS,
        direction=-1,
        counter="stage-conversion",
        facts=stays,
        about=OF_A_DEAL,
        moved_by=MOVES,
        source=_("Every visit of a deal to a stage, written at the moment of the move."),
        months=12,
        dimension=Dimension(_("Stage"), stage_names),
        is_detail=True,
    )
)
register(
    Kpi(
        slug="stage-conversion",
        version=2,
        name=_("Going on from a stage"),
        explanation=_(
            "Of the deals that first entered a stage in the 12 months up to the end of the period,"
            " the share that had entered a later stage by then, or was won. Later is by the order"
            " of the stages today. A deal counts once per stage, also when it comes back. Lost"
            " deals count as not gone on, and so do deals that still stand there: whoever counts"
            " only what is decided counts the quick ones only, and the share comes out too high. So"
            " after a busy month the share is lower at first."
        ),
        kind=Kind.COHORT,
        unit=Unit.SHARE,
        direction=1,
        counter="time-in-stage",
        facts=first_entries,
        about=OF_A_DEAL,
        moved_by=MOVES | {Happening.PIPELINE_REVISED},
        source=_("The first visit of every deal to a stage, and its later visits."),
        months=12,
        dimension=Dimension(_("Stage"), stage_names),
        is_detail=True,
    )
)
