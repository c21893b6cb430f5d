"""The team's objectives as they are read: all of them, and one in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import kpis, reading, writing
from dashboards.catalogue import name_of
from dashboards.engine import measure
from dashboards.figures import WHOLE, Kpi, Unit
from dashboards.models import Measurement, Objective
from dashboards.models.objective import State, middle
from dashboards.periods import Period
from teams.models import Membership, Team

# What says in which colour a state stands; it always stands in words too.
COLOURS = {
    State.PROPOSED: "neutral",
    State.ACTIVE: "steady",
    State.REACHED: "good",
    State.MISSED: "warn",
}
HUNDRED = 100


@dataclass(frozen=True)
class Seen:
    """An objective in the reader's words. `so_far` is how it stands, or what it came to."""

    objective: Objective
    name: str
    aim: str
    word: str
    colour: str
    so_far: str

    @property
    def pk(self) -> int:
        return self.objective.pk


@dataclass(frozen=True)
class Book:
    """All that a team wanted: what it talks about, what holds, and what is over."""

    proposed: list[Seen]
    active: list[Seen]
    ended: list[Seen]

    def __bool__(self) -> bool:
        return bool(self.proposed or self.active or self.ended)


def book(team: Team, member: Membership | None) -> Book:
    """Every objective that this reader may read, the newest first."""
    found = list(team.objectives.visible_to(member).newest_first())
    seen = _seen(team, found)
    return Book(
        proposed=[one for one in seen if one.objective.state == State.PROPOSED],
        active=[one for one in seen if one.objective.state == State.ACTIVE],
        ended=[one for one in seen if not one.objective.is_open],
    )


def seen(objective: Objective) -> Seen:
    """One of them."""
    return _seen(objective.team, [objective])[0]


def figure_of(objective: Objective) -> Kpi:
    """The figure that it is about."""
    return kpis.get(objective.kpi)


def figures_of(objective: Objective, *, until: datetime) -> list[Decimal]:
    """The figures of its whole periods, counted from the facts before `until`."""
    periods = list(objective.first.through(objective.last))
    found = measure(figure_of(objective), [objective.team], periods, until=until)
    return [
        one.value
        for one in found
        if one.dimension == WHOLE and one.is_final and one.value is not None
    ]


def typed(kpi: Kpi, number: Decimal) -> Decimal:
    """A number as somebody types it, in the unit of the figure: a share is typed in percent."""
    return number / HUNDRED if kpi.unit is Unit.SHARE else number


def as_typed(kpi: Kpi, number: Decimal) -> Decimal:
    """The other way round, for a field that is filled in already."""
    return number * HUNDRED if kpi.unit is Unit.SHARE else number


def how_it_counts(kpi: Kpi, unit: str) -> str:
    """In what the number of an aim is typed, and against what it is held, in the team's unit."""
    what_counts = _("What counts is the middle of the figures of all periods.")
    if kpi.unit is Unit.COUNT:
        return what_counts
    typed_in = _("percent") if kpi.unit is Unit.SHARE else name_of(unit)
    return _("In %(unit)s. %(what_counts)s") % {"unit": typed_in, "what_counts": what_counts}


def _seen(team: Team, objectives: list[Objective]) -> list[Seen]:
    known = _known(team, [one for one in objectives if one.state == State.ACTIVE])
    return [_one(objective, known.get(objective.pk, [])) for objective in objectives]


def _one(objective: Objective, figures: list[Decimal]) -> Seen:
    kpi, state = figure_of(objective), State(objective.state)
    return Seen(
        objective=objective,
        name=str(kpi.name),
        aim=reading.aim_text(kpi, kpi.unit_for(objective.team), objective.terms),
        word=str(state.label),
        colour=COLOURS.get(state, "none"),
        so_far=_so_far(objective, kpi, figures),
    )


def _so_far(objective: Objective, kpi: Kpi, figures: list[Decimal]) -> str:
    unit = kpi.unit_for(objective.team)
    if objective.outcome is not None:
        return _("It came to %(middle)s, the middle of %(n)s.") % {
            "middle": writing.with_unit(kpi, unit, objective.outcome),
            "n": _periods(objective.first, objective.n),
        }
    if objective.state != State.ACTIVE:
        return ""
    if not figures:
        return _("No whole period of it has been measured yet.")
    return _("So far %(middle)s, the middle of %(n)s.") % {
        "middle": writing.with_unit(kpi, unit, middle(figures)),
        "n": _periods(objective.first, len(figures)),
    }


def _periods(of: Period, n: int) -> str:
    if of.kind.value == "month":
        return ngettext("%(n)d month", "%(n)d months", n) % {"n": n}
    return ngettext("%(n)d week", "%(n)d weeks", n) % {"n": n}


def _known(team: Team, objectives: Iterable[Objective]) -> dict[int, list[Decimal]]:
    """The figures so far of whole periods, as they are measured now; one query for all."""
    wanted = list(objectives)
    rows = list(
        Measurement.objects.current().filter(
            team=team,
            kpi__in=[one.kpi for one in wanted],
            start_on__gte=min((one.first_on for one in wanted), default=date.max),
            dimension=WHOLE,
            is_final=True,
            value__isnull=False,
        )
    )
    return {
        one.pk: [
            row.value
            for row in rows
            if row.kpi == one.kpi
            and row.period_kind == one.period_kind
            and one.first_on <= row.start_on <= one.last_on
            and row.value is not None
        ]
        for one in wanted
    }
