"""The facts behind a figure: each with its moments, what it adds, and how it counts.

What the engine adds up for all teams at once is listed here for one of them, fact by fact. A test
holds the list of every KPI to its figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Q

from dashboards.engine import (
    SECONDS_OF_DAY,
    Span,
    facts_in,
    lasted,
    measure,
    there,
    with_crossings,
    with_lengths,
)
from dashboards.figures import WHOLE, Figure, Kpi, Unit
from dashboards.periods import Period
from dashboards.spc import Kind
from teams.models import Team

Rows = models.QuerySet[Any, dict[str, Any]]
# The longest stretch over which the facts of a flow are listed together.
MOST_PERIODS = 120


class Counts(StrEnum):
    """How a fact counts in its figure."""

    WHOLE = "whole"  # it is one of those that are counted, added up or put in order
    ABOVE = "above"  # it counts among all, and among those that are asked for
    BELOW = "below"  # it counts among all, and not among those that are asked for
    LATE = "late"  # it came to what is asked for, after the days in which that counts
    LASTING = "lasting"  # it had not ended yet, and counts for as long as it had lasted
    LEFT_OUT = "left-out"  # it has no date, and does not count


@dataclass(frozen=True)
class Fact:
    """One fact as its figure knew it.

    `subject` is the key of the thing that it is about. `began_at` and `at` are its moments; `at`
    is None where it had not ended. `amount` is what it adds, where that is money, hours or a score.
    `length` is in the unit of the KPI, days or working hours; of what had not ended, up to then.
    `is_gone` says that it had gone on in another team by then, and is followed there.
    """

    subject: int
    dimension: str
    began_at: datetime | None
    at: datetime | None
    amount: Decimal | None
    length: float | None
    counts: Counts
    is_gone: bool = False


@dataclass(frozen=True)
class Behind:
    """The facts of a team behind a figure, as they stood at `cut`."""

    kpi: Kpi
    span: Span
    figure: Figure

    @property
    def team(self) -> Team:
        return self.span.teams[0]

    @property
    def first(self) -> Period:
        return self.span.periods[0]

    @property
    def last(self) -> Period:
        return self.span.periods[-1]

    @property
    def cut(self) -> datetime:
        return self.span.cut(self.last)

    @property
    def count(self) -> int:
        """How many facts there are, those that are left out as well."""
        return self.figure.n + self.figure.left_out

    def facts(self, start: int = 0, stop: int | None = None) -> list[Fact]:
        """This part of the list, the newest facts first; one query."""
        listed = _LISTED[self.kpi.kind]
        found = listed.rows(self)
        if self.figure.dimension != WHOLE:
            found = found.filter(dimension=self.figure.dimension)
        rows: Rows = found.order_by(F(listed.moment).desc(), "-pk").values(
            "pk", *listed.columns(self.kpi), subject=F(self.kpi.about.column)
        )
        return [self._fact(row) for row in rows[start:stop]]

    def _fact(self, row: Mapping[str, Any]) -> Fact:
        ended_at = row.get("at") or row.get("ended_at")
        # What came about later was not known of this period.
        at = ended_at if ended_at and ended_at < self.cut else None
        counts = self._counts(row, has_ended=at is not None)
        return Fact(
            subject=row["subject"],
            dimension=str(row["dimension"]),
            began_at=row.get("began_at"),
            at=at,
            amount=self._amount(row),
            length=None if counts is Counts.LEFT_OUT else self._length(row, at),
            counts=counts,
            is_gone=(row.get("followed_until") or self.cut) < self.cut,
        )

    def _amount(self, row: Mapping[str, Any]) -> Decimal | None:
        name = _AMOUNTS.get(self.kpi.unit)
        # Of hours that lasted there is no amount, but a length.
        return None if name is None or name not in row else Decimal(row[name])

    def _length(self, row: Mapping[str, Any], at: datetime | None) -> float | None:
        if "length" not in row:
            return None
        clock = self.kpi.clock
        if at is None:
            until = min(self.cut, row.get("followed_until") or self.cut)
            return (clock(self.team) if clock else _days_between)(row["began_at"], until)
        length: float = row["length"]
        return length if clock else length / SECONDS_OF_DAY

    def _counts(self, row: Mapping[str, Any], *, has_ended: bool) -> Counts:
        if not row.get("is_dated", True):
            return Counts.LEFT_OUT
        match self.kpi.kind:
            case Kind.COHORT:
                return _among(has_ended)
            case Kind.SURVIVAL if not has_ended:
                return Counts.LASTING
            case Kind.SURVIVAL if self.kpi.outcome:
                return self._outcome(row)
        if self.kpi.unit is Unit.SHARE:
            return _among(row["numerator"] if "numerator" in row else row["counted"])
        return Counts.WHOLE

    def _outcome(self, row: Mapping[str, Any]) -> Counts:
        if not row["came"]:
            return Counts.BELOW
        in_time = row["length"] <= self.kpi.horizon * SECONDS_OF_DAY
        return Counts.ABOVE if in_time else Counts.LATE


def behind(
    kpi: Kpi,
    team: Team,
    last: Period,
    *,
    first: Period | None = None,
    dimension: str = WHOLE,
    until: datetime,
) -> Behind:
    """The facts behind a figure, from what had happened before `until`.

    A flow is added up from the `first` period to the last. `dimension` is a stage or a reason, all
    of them where it is blank. Raises LookupError where there is no such figure.
    """
    first = first or last
    if first != last and not _can_be_added_up(kpi, first, last):
        raise LookupError(f"{kpi.slug} is not added up from {first} to {last}.")
    span = Span([team], list(first.through(last)), team.zone, until)
    measured = measure(kpi, [team], span.periods, until=until)
    figures = [one for one in measured if one.dimension == dimension]
    if not figures and not (kpi.dimension and dimension in kpi.dimension.labels(team)):
        raise LookupError(f"{kpi.slug} has no part {dimension!r}.")
    return Behind(kpi, span, _together(figures, span, dimension))


def _can_be_added_up(kpi: Kpi, first: Period, last: Period) -> bool:
    if kpi.kind is not Kind.FLOW or first.kind is not last.kind or first > last:
        return False
    one_period = last.next.first_day - last.first_day
    return last.first_day - first.first_day < MOST_PERIODS * one_period


def _together(figures: list[Figure], span: Span, dimension: str) -> Figure:
    """One figure of several periods; nought of a stage or reason of which there is nothing."""
    if len(figures) == 1:
        return figures[0]
    total = sum((one.value or Decimal(0) for one in figures), Decimal(0))
    last, n = span.periods[-1], sum(one.n for one in figures)
    return Figure(span.teams[0].pk, last, total, n, span.is_final(last), total, dimension=dimension)


def _among(is_asked_for: object) -> Counts:
    return Counts.ABOVE if is_asked_for else Counts.BELOW


def _days_between(began: datetime, ended: datetime) -> float:
    return (ended - began).total_seconds() / SECONDS_OF_DAY


# --- which facts lie behind a figure, by kind ---------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """Where the facts of a kind are found, and the column of their moment."""

    rows: Callable[[Behind], models.QuerySet]
    moment: str
    columns: Callable[[Kpi], tuple[str, ...]]


def _in_the_span(behind: Behind) -> models.QuerySet:
    return behind.span.between(facts_in(behind.kpi, behind.span), behind.kpi.months)


def _with_their_length(behind: Behind) -> models.QuerySet:
    facts: models.QuerySet = _in_the_span(behind).annotate(length=lasted(behind.span))
    return facts


def _at_the_cut(behind: Behind) -> models.QuerySet:
    return facts_in(behind.kpi, behind.span).filter(there(behind.cut, behind.cut))


def _followed(behind: Behind) -> models.QuerySet:
    lives = _looking_back(behind, with_lengths(behind.kpi, behind.span))
    return lives.filter(Q(came_at=None) | Q(came_at__lt=behind.cut))


def _first_come(behind: Behind) -> models.QuerySet:
    entries = _looking_back(behind, with_crossings(behind.kpi, behind.span))
    is_here = Q(followed_until=None) | Q(followed_until__gte=behind.cut)
    return entries.filter(is_here | Q(ended_at__lt=behind.cut))


def _looking_back(behind: Behind, facts: models.QuerySet[Any]) -> models.QuerySet[Any]:
    since = behind.span.since(behind.last, behind.kpi.months)
    begun: models.QuerySet[Any] = facts.filter(began_at__gte=since, began_at__lt=behind.cut)
    return begun


def _always(*names: str) -> Callable[[Kpi], tuple[str, ...]]:
    return lambda _kpi: ("dimension", *names)


def _of_a_stock(kpi: Kpi) -> tuple[str, ...]:
    return ("dimension", "began_at", *(() if kpi.unit in EACH_ONCE else ("counted",)))


BEGAN_AND_ENDED = ("began_at", "ended_at", "is_dated")
EACH_ONCE = {Unit.COUNT, Unit.EACH}
_AMOUNTS = {Unit.MONEY: "counted", Unit.HOURS: "counted", Unit.SCORE: "numerator"}
_LISTED = {
    Kind.FLOW: Listed(_in_the_span, "at", _always("at", "counted")),
    Kind.RATIO: Listed(_in_the_span, "at", _always("at", "numerator")),
    Kind.DURATION: Listed(_with_their_length, "at", _always("began_at", "at", "length")),
    Kind.STOCK: Listed(_at_the_cut, "began_at", _of_a_stock),
    Kind.SURVIVAL: Listed(
        _followed, "began_at", _always(*BEGAN_AND_ENDED, "length", "came", "followed_until")
    ),
    Kind.COHORT: Listed(_first_come, "began_at", _always(*BEGAN_AND_ENDED)),
}
