"""What a measure is, and what one figure of it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from django.db.models import QuerySet
from django.utils.functional import Promise

from dashboards.periods import Period
from dashboards.spc import Kind
from teams.models import Team

Facts = Callable[[Iterable[Team]], QuerySet]
# Where a figure is about no single stage or reason.
WHOLE = ""
BEST_SCORE = 5


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    DAYS = "days"
    HOURS = "hours"
    SCORE = "score"
    EACH = "each"


@dataclass(frozen=True)
class Dimension:
    """What a KPI is broken down by: a stage, a reason.

    `labels(team)` names the values by their key, in the order in which they are shown; where
    `is_ranked`, the largest comes first instead.
    """

    name: str | Promise
    labels: Callable[[Team], Mapping[str, str]]
    is_ranked: bool = False

    def named(self, team: Team, figures: Iterable[Figure]) -> list[tuple[str, Figure]]:
        """The figures with the names of what they are about, in the order to show them."""
        labels = self.labels(team)
        places = {key: place for place, key in enumerate(labels)}
        ordered = sorted(
            figures, key=lambda one: (places.get(one.dimension, len(places)), one.dimension)
        )
        if self.is_ranked:
            ordered.sort(key=lambda one: one.value or 0, reverse=True)
        return [(labels.get(one.dimension, one.dimension), one) for one in ordered]


@dataclass(frozen=True)
class Subject:
    """The thing that a fact is about, as its reader may know it, and where it is read."""

    label: str
    detail: str
    url: str


class Naming(Protocol):
    """Tells the things of these keys, in as many queries for one as for fifty.

    Whoever does not see people is told of none.
    """

    def __call__(
        self, team: Team, keys: Collection[int], *, sees_people: bool
    ) -> Mapping[int, Subject]: ...


@dataclass(frozen=True)
class Subjects:
    """What the facts of a KPI are about: deals, say. `column` of the facts has the key."""

    name: str | Promise
    column: str
    named: Naming


@dataclass(frozen=True, eq=False)
class Kpi:
    """One measure of a team's process; it is itself alone.

    `direction` is 1 when more is better, -1 when less is better, 0 for neither. `counter` is the
    KPI to look at beside it, so that one is not improved at the other's cost. `source` says in
    words what is counted, `about` of what things. `moved_by` names
    the kinds of logbook lines after which the figures must be computed again. `version` rises
    with every change of the definition.

    `facts(teams)` gives a queryset with these columns, moments in UTC:
    flow: team_id, at, counted; ratio: team_id, at, numerator, denominator; duration: team_id,
    began_at, at, whole_days; stock: team_id, began_at, ended_at, and counted where it is a sum
    or a share; cohort: team_id, began_at, ended_at (when it came about), is_dated; survival:
    team_id, began_at, ended_at, whole_days, is_dated. `whole_days` says that both moments came
    as dates, so that the duration is a number of calendar days. `months` is how far a share, a
    cohort or a survival looks back; 0 is the period itself. A survival is in days, unless its facts
    bring a `length` of what has ended in another unit, and `clock(team)` counts what has not: from
    one moment to another, in that unit. A cohort or a survival may have two moments more:
    `followed_until`, when a case went on in another team, which follows it from there on, and (a
    survival) `came_at`, up to which another team counted it.

    A survival gives the time by which `share` of the cases has ended; with an `outcome`, the
    share that has come to it within `horizon` days, and its facts have a column came_to.

    A ratio of fewer than `least` facts has no value. A stock with `per` is divided by how many of
    these were there at the same moment (team_id, began_at, ended_at), and has no value by fewer
    than `least` of them.

    With a `dimension` the facts have a column of that name too: the key of a value, never blank;
    for a cohort or a survival it may be a number.
    `unit_of(team)` names the unit where it differs by team: a currency. A KPI that `is_detail`
    has its own page, but no panel in the reading room.
    """

    slug: str
    name: str | Promise
    explanation: str | Promise
    kind: Kind
    unit: Unit
    direction: int
    counter: str
    facts: Facts
    about: Subjects
    moved_by: frozenset[str]
    source: str | Promise = ""
    version: int = 1
    months: int = 0
    share: float = 0.5
    outcome: str = ""
    horizon: int = 0
    dimension: Dimension | None = None
    is_detail: bool = False
    least: int = 0
    per: Facts | None = None
    unit_of: Callable[[Team], str] | None = None
    clock: Callable[[Team], Callable[[datetime, datetime], float]] | None = None

    def unit_for(self, team: Team) -> str:
        """The unit of this team's figures: the name of a unit, or a currency code."""
        return self.unit_of(team) if self.unit_of else self.unit.value

    @property
    def is_share(self) -> bool:
        """Whether it says how many of how many."""
        return self.unit is Unit.SHARE

    @property
    def ceiling(self) -> int | None:
        """What the measure cannot go beyond; a share ends at 1, a score at the best answer."""
        return {Unit.SHARE: 1, Unit.SCORE: BEST_SCORE}.get(self.unit)


@dataclass(frozen=True)
class Figure:
    """One figure of one team and period.

    `is_final` says that the period was over. `value` is None when there is nothing to compute it
    from, or a median is not reached. Shares are 0 to 1, durations days or working hours, money in
    the unit of the KPI. `n` counts the facts behind it; `left_out` those without a date, which
    cannot be used. `dimension` is the key of the value that it is about, blank for the whole.
    """

    team_id: int
    period: Period
    value: Decimal | None
    n: int
    is_final: bool
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    left_out: int = 0
    dimension: str = WHOLE
