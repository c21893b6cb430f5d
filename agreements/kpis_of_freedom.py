"""How free a team is, in figures: what it got rid of, and how seldom a manager stepped in."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F, QuerySet, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from agreements.happenings import Happening
from agreements.models import Burial, Intervention, Procedure
from dashboards.figures import Subject, Subjects
from dashboards.kpis import Kind, Kpi, Unit, register
from teams.models import Team


def buried(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every burial, at its moment; what was dug up again was buried all the same."""
    return Burial.objects.filter(team__in=list(teams)).annotate(at=F("buried_at"), counted=Value(1))


def lying(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every stay in a grave, with the hours of a month that it gives back as long as it lasts."""
    return Burial.objects.filter(team__in=list(teams)).annotate(
        began_at=F("buried_at"), ended_at=F("raised_at"), counted=F("hours")
    )


def intervened(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every intervention, by whichever manager."""
    return Intervention.objects.filter(team__in=list(teams)).annotate(counted=Value(1))


def _procedures(team: Team, keys: Collection[int], *, sees_people: bool) -> Mapping[int, Subject]:
    return {
        one.pk: Subject(one.name, "", reverse("agreements:procedure", args=[team.slug, one.pk]))
        for one in Procedure.objects.filter(team=team, pk__in=keys)
    }


def _interventions(
    team: Team, keys: Collection[int], *, sees_people: bool
) -> Mapping[int, Subject]:
    return {
        one.pk: Subject(
            one.get_reason_display(),
            date_format(localtime(one.at, team.zone), "j F Y"),
            reverse("agreements:intervention", args=[team.slug, one.pk]),
        )
        for one in Intervention.objects.filter(team=team, pk__in=keys)
    }


PROCEDURES = Subjects(_("Procedures"), "procedure", _procedures)
DUG = frozenset({Happening.PROCEDURE_BURIED, Happening.PROCEDURE_RESURRECTED})

register(
    Kpi(
        slug="procedures-buried",
        name=_("Procedures buried"),
        explanation=_(
            "How many procedures the team buried in the period, by the day of the burial. One that"
            " is dug up later was buried all the same; buried once more, it counts once more. To"
            " bury much is no aim: look at the hours that it gives back."
        ),
        kind=Kind.FLOW,
        unit=Unit.COUNT,
        direction=0,
        counter="hours-freed",
        facts=buried,
        about=PROCEDURES,
        moved_by=DUG,
        source=_("When each procedure was buried."),
    )
)
register(
    Kpi(
        slug="hours-freed",
        name=_("Hours freed a month"),
        explanation=_(
            "How many hours of a month the team no longer spends, at the end of the period: what"
            " was said at each grave, of all procedures that lay buried at that moment. What is dug"
            " up counts until then and no longer, and moves no figure of before. It is what the"
            " team expected at the burial; nobody writes hours."
        ),
        kind=Kind.STOCK,
        unit=Unit.HOURS,
        direction=1,
        counter="agreements-kept",
        facts=lying,
        about=PROCEDURES,
        moved_by=DUG,
        source=_("The hours that were said at each grave, and from when until when it was one."),
    )
)
register(
    Kpi(
        slug="interventions",
        name=_("Interventions"),
        explanation=_(
            "How often a manager acted in what is the team’s, by the moment at which it was written"
            " down: for the law, somebody’s safety, harassment or money above the frame. It says"
            " nothing about the team. It is the manager’s figure, and both read it."
        ),
        kind=Kind.FLOW,
        unit=Unit.COUNT,
        direction=-1,
        counter="agreements-kept",
        facts=intervened,
        about=Subjects(_("Interventions"), "pk", _interventions),
        moved_by=frozenset({Happening.INTERVENED}),
        source=_("The log of interventions."),
    )
)
