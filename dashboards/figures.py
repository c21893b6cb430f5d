"""What a measure is, and what one figure of it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.functional import Promise

from dashboards.periods import Period
from dashboards.spc import Kind
from teams.models import Team

Facts = Callable[[Iterable[Team]], QuerySet]


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True)
class Kpi:
    """One measure of a team's process.

    `direction` is 1 when more is better, -1 when less is better, 0 for neither. `counter` is the
    KPI to look at beside it, so that one is not improved at the other's cost. `moved_by` names
    the kinds of logbook lines after which the figures must be computed again. `version` rises
    with every change of the definition.

    `facts(teams)` gives a queryset with these columns, moments in UTC:
    flow: team_id, at, counted; ratio: team_id, at, numerator, denominator; duration: team_id,
    began_at, at, whole_days; stock: team_id, began_at, ended_at; survival: team_id, began_at,
    ended_at, whole_days, is_dated. `whole_days` says that both moments came as dates, so that
    the duration is a number of calendar days. `months` is how far a survival looks back.

    `unit_of(team)` names the unit where it differs by team: a currency.
    """

    slug: str
    name: str | Promise
    explanation: str | Promise
    kind: Kind
    unit: Unit
    direction: int
    counter: str
    facts: Facts
    moved_by: frozenset[str]
    version: int = 1
    months: int = 0
    unit_of: Callable[[Team], str] | None = None

    def unit_for(self, team: Team) -> str:
        """The unit of this team's figures: count, share, days, or a currency code."""
        return self.unit_of(team) if self.unit_of else self.unit.value


@dataclass(frozen=True)
class Figure:
    """One figure of one team and period.

    `is_final` says that the period was over. `value` is None when there is nothing to compute it
    from, or a median is not reached. Shares are 0 to 1, durations days, money in the unit of the
    KPI. `n` counts the facts behind it; `left_out` those without a date, which cannot be used.
    """

    team_id: int
    period: Period
    value: Decimal | None
    n: int
    is_final: bool
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    left_out: int = 0
