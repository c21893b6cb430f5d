"""What the debates of a team are measured by: who takes part, how soon, and with what yield."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dashboards.figures import Dimension, Subject, Subjects
from dashboards.kpis import Kind, Kpi, Unit, mark, register
from debates.happenings import Happening
from debates.models import Debate, Experiment, Seat, Side, State
from teams.models import Team
from teams.moments import EndOfDay

DECIDED = (State.DECIDED, State.EVALUATED)
ENDINGS = {Happening.DECIDED, Happening.NO_CHANGE, Happening.LAPSED, Happening.DISMISSED}
# How far back it is asked how long a decision takes.
MONTHS = 12


def participation(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Everybody who was asked for points, when the days for them were over, and who brought any."""
    took_part = models.When(took_part=True, then=1)
    return Seat.objects.filter(
        team__in=list(teams), took_part__isnull=False, debate__gathered_at__isnull=False
    ).annotate(
        at=models.F("debate__gathered_at"),
        dimension=models.F("side"),
        denominator=Value(1),
        numerator=models.Case(took_part, default=0),
    )


def latency(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every debate that was asked for and not dismissed, and when it was decided, if ever."""
    decided = models.When(state__in=DECIDED, then=models.F("over_at"))
    return (
        Debate.objects.filter(team__in=list(teams))
        .exclude(state=State.DISMISSED)
        .annotate(
            began_at=models.F("asked_at"),
            ended_at=models.Case(decided, default=None),
            whole_days=Value(value=False),
            is_dated=Value(value=True),
        )
    )


def yields(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every debate that has ended, and whether in a decision; not what the team dismissed."""
    decided = models.When(state__in=DECIDED, then=1)
    return (
        Debate.objects.ended()
        .filter(team__in=list(teams))
        .exclude(state=State.DISMISSED)
        .annotate(
            at=models.F("over_at"),
            denominator=Value(1),
            numerator=models.Case(decided, default=0),
        )
    )


def evaluated(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every decision on the last day of its review, and whether the team has answered it."""
    answered = models.When(~models.Q(answer=""), then=1)
    return Experiment.objects.filter(team__in=list(teams)).annotate(
        at=EndOfDay("review_on", "team__timezone"),
        denominator=Value(1),
        numerator=models.Case(answered, default=0),
    )


def _named(team: Team, keys: Collection[int], *, sees_people: bool) -> Mapping[int, Subject]:
    """What was asked; both sides read every debate."""
    del sees_people  # a question names nobody
    found = Debate.objects.filter(team=team, pk__in=keys)
    return {
        one.pk: Subject(one.question, "", reverse("debates:debate", args=[team.slug, one.pk]))
        for one in found
    }


def _sides(_team: Team) -> Mapping[str, str]:
    return {side.value: str(side.label) for side in Side}


BY_DEBATE = Subjects(_("Debates"), "debate_id", _named)
DEBATES = Subjects(_("Debates"), "pk", _named)

mark(Happening.DECIDED, page="debates:debates", says=_("Decided in a debate"))
mark(Happening.EVALUATED, page="debates:debates", says=_("What was decided is judged"))

register(
    Kpi(
        slug="debate-participation",
        name=_("Taking part in debates"),
        explanation=_(
            "Of everybody who was asked for points, of the team and its management, the share that"
            " brought one or said that they had nothing to add, in the debates whose days for"
            " points were over in the period. Who was excused does not count. A debate is for all:"
            " who keeps silent leaves the deciding to others."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="debate-yield",
        facts=participation,
        about=BY_DEBATE,
        moved_by=frozenset({Happening.REVEALED, Happening.LAPSED}),
        source=_("Who was asked for points in a debate, and who brought any."),
        dimension=Dimension(_("Side"), _sides),
    )
)
register(
    Kpi(
        slug="decision-latency",
        name=_("Days from question to decision"),
        explanation=_(
            "How long it takes from the question of a debate to its decision: the time by which"
            " half of the questions of the last twelve months were decided (Kaplan-Meier). What is"
            " open yet, lapsed or came to nothing counts as not decided, and is not left out; what"
            " the team dismissed is no question of a debate."
        ),
        kind=Kind.SURVIVAL,
        unit=Unit.DAYS,
        direction=-1,
        counter="debate-participation",
        facts=latency,
        about=DEBATES,
        moved_by=frozenset({Happening.REQUESTED, *ENDINGS}),
        source=_("When a debate was asked for, and when it was decided."),
        months=MONTHS,
    )
)
register(
    Kpi(
        slug="debate-yield",
        name=_("Debates that decide something"),
        explanation=_(
            "Of the debates that ended in the period, the share that ended in a decision. The"
            " others lapsed, or nothing came of them. Not every question deserves a decision; but"
            " a team whose debates seldom end in one talks for nothing."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="decisions-evaluated",
        facts=yields,
        about=DEBATES,
        moved_by=frozenset(ENDINGS),
        source=_("How each debate ended."),
    )
)
register(
    Kpi(
        slug="decisions-evaluated",
        name=_("Decisions looked at again"),
        explanation=_(
            "Of the decisions whose day of review was in the period, the share for which the team"
            " has said, after the figure had spoken, whether it keeps, adapts or stops what was"
            " decided. Whoever never looks again never learns."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="debate-yield",
        facts=evaluated,
        about=BY_DEBATE,
        moved_by=frozenset({Happening.DECIDED, Happening.EVALUATED, Happening.ANSWERED}),
        source=_("What was decided, and what the team said once the figure had spoken."),
    )
)
