"""The engine: facts in, figures out, one way of counting for each kind of KPI.

Everything is computed from the facts alone, for all teams of a time zone and all periods of a
span in one query, and again from scratch whenever asked: any number of times, in any order, the
same figures. Money and counts are exact; durations are in days.

A KPI with a dimension is counted as a whole, and once more for every value of it. A whole has a
figure for every team and period; a value only where there are facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import Cast, Extract, TruncDate, TruncMonth, TruncWeek

from dashboards.figures import WHOLE, Figure, Kpi, Unit
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Kind
from dashboards.survival import (
    OutcomeTally,
    Tally,
    cumulative_incidence,
    kaplan_meier,
    quantile_time,
)
from teams.models import Team

SECONDS_OF_DAY = 86_400
# Ends of periods counted in one query; PostgreSQL takes some 1,600 columns.
AT_ONCE = 200
PLACES = Decimal("1e-10")
# What the facts of a survival or a cohort may leave out.
MISSING = {
    "whole_days": models.Value(value=False),
    "came_to": models.Value(""),
    "length": models.Value(None, output_field=models.FloatField()),
}
Lasting = Callable[[datetime, datetime], float]


class Median(models.Aggregate):
    """The middle of the values; between the middle two when their number is even."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = models.FloatField()


def measure(
    kpi: Kpi, teams: Iterable[Team], periods: Sequence[Period], *, until: datetime
) -> list[Figure]:
    """Compute one KPI for these teams and periods, from what had happened before `until`.

    The periods are of one kind and follow each other. A period that is still running counts what
    there is so far. The whole has a figure for every team and period, and comes first.
    """
    figures: list[Figure] = []
    by_zone: dict[str, list[Team]] = defaultdict(list)
    for team in teams:
        by_zone[team.timezone].append(team)
    for zone, neighbours in by_zone.items():
        span = Span(neighbours, list(periods), ZoneInfo(zone), until)
        figures.extend(_COUNTERS[kpi.kind](kpi, span))
    return figures


def middles(
    kpi: Kpi, team: Team, period: Period, *, until: datetime
) -> dict[str, tuple[float | None, float | None]]:
    """Between how many days the middle of a survival lies, by the value of its dimension.

    The confidence interval of 95 %; None where it is not reached. See `Curve.median_interval`.
    """
    span = Span([team], [period], team.zone, until)
    return {
        cell.dimension: kaplan_meier(
            case.followed(cut, span.zone, lasting(kpi, team)) for case in cases
        ).median_interval
        for cell, cases, _left_out, cut in _followed(kpi, span)
    }


def total(kpi: Kpi, team: Team, *, since: datetime, until: datetime) -> Decimal:
    """The sum of a flow between two moments, whatever periods they lie in."""
    assert kpi.kind is Kind.FLOW
    facts = kpi.facts([team]).filter(at__gte=since, at__lt=until)
    return Decimal(facts.aggregate(total=models.Sum("counted"))["total"] or 0)


class Cell(NamedTuple):
    """Where a figure belongs; a blank dimension is the whole."""

    team_id: int
    dimension: str
    period: Period


@dataclass(frozen=True)
class Span:
    """Teams of one time zone, and the periods to measure."""

    teams: list[Team]
    periods: list[Period]
    zone: ZoneInfo
    until: datetime

    def team(self, key: int) -> Team:
        return next(team for team in self.teams if team.pk == key)

    def cut(self, period: Period) -> datetime:
        """Up to where a period is counted: its end, or as far as we know."""
        return min(period.end(self.zone), self.until)

    def between(self, facts: models.QuerySet) -> models.QuerySet:
        """The facts whose moment lies in the span."""
        return facts.filter(
            at__gte=self.periods[0].start(self.zone), at__lt=self.cut(self.periods[-1])
        )

    def per_period(self, facts: models.QuerySet, **sums: Any) -> dict[Cell, dict[str, Any]]:
        """Group facts by team, value of the dimension and period."""
        kind = self.periods[0].kind
        trunc = TruncWeek if kind is PeriodKind.WEEK else TruncMonth
        first_day = trunc("at", tzinfo=self.zone, output_field=models.DateField())
        rows = (
            self.between(facts)
            .annotate(period_day=first_day)
            .values("team_id", "dimension", "period_day")
            .annotate(n=models.Count("pk"), **sums)
            .order_by()
        )
        return {
            Cell(row["team_id"], row["dimension"], Period(kind, row["period_day"])): row
            for row in rows
        }

    def per_moment(
        self, facts: models.QuerySet, columns: Callable[[Period], dict[str, models.Aggregate]]
    ) -> dict[Cell, dict[str, Any]]:
        """Count facts anew for every period, by team and value of the dimension."""
        found: dict[Cell, dict[str, Any]] = {}
        for start in range(0, len(self.periods), AT_ONCE):
            periods = self.periods[start : start + AT_ONCE]
            wanted = {
                f"{name}_{index}": column
                for index, period in enumerate(periods)
                for name, column in columns(period).items()
            }
            rows = facts.order_by().values("team_id", "dimension").annotate(**wanted)
            for row in rows:
                for index, period in enumerate(periods):
                    cell = Cell(row["team_id"], row["dimension"], period)
                    found[cell] = {name: row[f"{name}_{index}"] for name in columns(period)}
        return found

    def is_final(self, period: Period) -> bool:
        return period.end(self.zone) <= self.until

    def wholes(self) -> Iterator[Cell]:
        for team in self.teams:
            for period in self.periods:
                yield Cell(team.pk, WHOLE, period)

    def cells(self, rows: Mapping[Cell, Any]) -> Iterator[Cell]:
        """The wholes, and every value of which there is something to say."""
        yield from self.wholes()
        yield from sorted(cell for cell in rows if cell.dimension != WHOLE)


def days(began: Any, ended: Any, zone: ZoneInfo) -> models.Case:
    """Days from one moment to another; whole calendar days between two dates."""
    exact = Extract(
        models.ExpressionWrapper(ended - began, output_field=models.DurationField()), "epoch"
    )
    calendar = models.ExpressionWrapper(
        TruncDate(ended, tzinfo=zone) - TruncDate(began, tzinfo=zone),
        output_field=models.DurationField(),
    )
    return models.Case(
        models.When(whole_days=True, then=Cast(Extract(calendar, "epoch"), models.FloatField())),
        default=Cast(exact, models.FloatField()),
        output_field=models.FloatField(),
    )


def _facts(kpi: Kpi, span: Span) -> models.QuerySet:
    facts = kpi.facts(span.teams)
    return facts if kpi.dimension else facts.annotate(dimension=models.Value(WHOLE))


def _with_wholes(rows: dict[Cell, dict[str, Any]], *sums: str) -> dict[Cell, dict[str, Any]]:
    """The rows, and for every team and period what the values of the dimension add up to."""
    wholes: dict[Cell, dict[str, Any]] = {}
    for cell, row in rows.items():
        whole = wholes.setdefault(cell._replace(dimension=WHOLE), dict.fromkeys(sums, 0))
        for name in sums:
            whole[name] += row[name] or 0
    return rows | wholes


def _flow(kpi: Kpi, span: Span) -> Iterator[Figure]:
    rows = span.per_period(_facts(kpi, span), total=models.Sum("counted"))
    rows = _with_wholes(rows, "n", "total")
    for cell in span.cells(rows):
        row = rows.get(cell, {"n": 0, "total": 0})
        yield _summed(cell, span, Decimal(row["total"] or 0), row["n"])


def _summed(cell: Cell, span: Span, total: Decimal, n: int) -> Figure:
    return _figure(cell, span, total, n, numerator=total)


def _figure(cell: Cell, span: Span, value: Decimal | None, n: int, **more: Any) -> Figure:
    final = span.is_final(cell.period)
    return Figure(cell.team_id, cell.period, value, n, final, dimension=cell.dimension, **more)


def _ratio(kpi: Kpi, span: Span) -> Iterator[Figure]:
    rows = span.per_period(
        _facts(kpi, span), above=models.Sum("numerator"), below=models.Sum("denominator")
    )
    rows = _with_wholes(rows, "n", "above", "below")
    for cell in span.cells(rows):
        row = rows.get(cell, {"n": 0, "above": 0, "below": 0})
        if row["n"] < kpi.least:
            yield _figure(cell, span, None, row["n"])
        else:
            yield _share(cell, span, row["above"], row["below"], row["n"])


def _share(cell: Cell, span: Span, above: Any, below: Any, n: int) -> Figure:
    above, below = Decimal(above or 0), Decimal(below or 0)
    share = (above / below).quantize(PLACES) if below else None
    return _figure(cell, span, share, n, numerator=above, denominator=below)


def _duration(kpi: Kpi, span: Span) -> Iterator[Figure]:
    # Middles do not add up, so the whole is asked for by itself.
    facts = kpi.facts(span.teams).annotate(
        dimension=models.Value(WHOLE),
        seconds=days(models.F("began_at"), models.F("at"), span.zone),
    )
    rows = span.per_period(facts, middle=Median("seconds"))
    for cell in span.cells(rows):
        row = rows.get(cell)
        value = in_days(row["middle"]) if row else None
        yield _figure(cell, span, value, row["n"] if row else 0)


def _stock(kpi: Kpi, span: Span) -> Iterator[Figure]:
    facts = _facts(kpi, span)
    counted = "counted" in facts.query.annotations

    def columns(period: Period) -> dict[str, models.Aggregate]:
        there = _there(span.cut(period))
        columns: dict[str, models.Aggregate] = {"n": models.Count("pk", filter=there)}
        if counted:
            columns["total"] = models.Sum("counted", filter=there)
        return columns

    rows = span.per_moment(facts, columns)
    if not counted:
        rows = {cell: row | {"total": row["n"]} for cell, row in rows.items()}
    rows = _with_wholes(rows, "n", "total")
    for cell in span.cells({cell: row for cell, row in rows.items() if row["n"]}):
        row = rows.get(cell, {"n": 0, "total": 0})
        if kpi.unit is Unit.SHARE:
            yield _share(cell, span, row["total"], row["n"], row["n"])
        else:
            yield _summed(cell, span, Decimal(row["total"] or 0), row["n"])


def _there(moment: datetime) -> models.Q:
    # Just before the moment: what begins exactly then belongs to the next period.
    return models.Q(began_at__lt=moment) & (
        models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=moment)
    )


class Case(NamedTuple):
    """One thing that began, and ended or not. There are hundreds of thousands of these."""

    began_at: datetime
    ended_at: datetime | None
    whole_days: bool
    is_dated: bool
    came_to: str
    length: float | None

    def followed(self, cut: datetime, zone: ZoneInfo, lasts: Lasting) -> Tally:
        """For how long the case was followed up to this moment, and whether it ended.

        In days, or in the unit in which its facts bring a length.
        """
        if self.ended_at is None or self.ended_at >= cut:
            return Tally(lasts(self.began_at, cut), 0, 1)
        if self.length is not None:
            return Tally(self.length, 1)
        if self.whole_days:
            began, ended = self.began_at.astimezone(zone), self.ended_at.astimezone(zone)
            return Tally(float((ended.date() - began.date()).days), 1)
        return Tally(lasts(self.began_at, self.ended_at), 1)

    def come_to(self, cut: datetime, zone: ZoneInfo, horizon: int) -> OutcomeTally:
        """For how many days it was followed, and what it came to by then."""
        known = self.followed(cut, zone, _days_between)
        if known.time > horizon:
            # All that counts is that nothing had come about by then.
            return OutcomeTally(horizon + 1, {}, 1)
        return OutcomeTally(known.time, {self.came_to: known.events}, known.censored)


def _survival(kpi: Kpi, span: Span) -> Iterator[Figure]:
    clock_of = cache(lambda key: lasting(kpi, span.team(key)))
    for cell, cases, left_out, cut in _followed(kpi, span):
        value = _survived(kpi, cases, cut, span.zone, clock_of(cell.team_id))
        yield _figure(cell, span, value, len(cases), left_out=left_out)


def _cohort(kpi: Kpi, span: Span) -> Iterator[Figure]:
    for cell, cases, left_out, cut in _followed(kpi, span):
        # As it stood then, so that what comes about later changes no figure of the past.
        above = sum(case.ended_at is not None and case.ended_at < cut for case in cases)
        share = _share(cell, span, above, len(cases), len(cases))
        yield replace(share, left_out=left_out)


def _followed(kpi: Kpi, span: Span) -> Iterator[tuple[Cell, list[Case], int, datetime]]:
    """For every figure: its cases with a date, the number of those without, and its moment."""
    for (team_id, dimension), known in _cases(kpi, span).items():
        for period in span.periods:
            # Two moments of one time zone are compared and subtracted in half the time.
            since = _since(kpi, period, span.zone).astimezone(UTC)
            cut = span.cut(period).astimezone(UTC)
            inside = [case for case in known if since <= case.began_at < cut]
            if inside or dimension == WHOLE:
                dated = [case for case in inside if case.is_dated]
                yield Cell(team_id, dimension, period), dated, len(inside) - len(dated), cut


def _since(kpi: Kpi, period: Period, zone: ZoneInfo) -> datetime:
    return period.months_before_end(kpi.months, zone) if kpi.months else period.start(zone)


def _cases(kpi: Kpi, span: Span) -> dict[tuple[int, str], list[Case]]:
    """The cases by team and value of the dimension, the wholes first."""
    first, last = span.periods[0], span.periods[-1]
    facts = _facts(kpi, span).filter(
        began_at__gte=_since(kpi, first, span.zone), began_at__lt=span.cut(last)
    )
    missing = {
        name: value for name, value in MISSING.items() if name not in facts.query.annotations
    }
    columns = ("team_id", "dimension", *Case._fields)
    cases: dict[tuple[int, str], list[Case]] = {(team.pk, WHOLE): [] for team in span.teams}
    rows = facts.annotate(**missing).values_list(*columns)
    for team_id, dimension, *case in rows.iterator():
        cases[team_id, WHOLE].append(Case._make(case))
        if dimension != WHOLE:
            cases.setdefault((team_id, dimension), []).append(Case._make(case))
    return dict(sorted(cases.items(), key=lambda item: (item[0][1] != WHOLE, item[0])))


def _survived(
    kpi: Kpi, cases: list[Case], cut: datetime, zone: ZoneInfo, lasts: Lasting
) -> Decimal | None:
    if kpi.outcome:
        incidence = cumulative_incidence(case.come_to(cut, zone, kpi.horizon) for case in cases)
        if not incidence.knows(kpi.horizon):
            return None
        return Decimal(repr(incidence.at(kpi.horizon, kpi.outcome))).quantize(PLACES)
    time = quantile_time((case.followed(cut, zone, lasts) for case in cases), kpi.share)
    return None if time is None else Decimal(repr(time)).quantize(PLACES)


def lasting(kpi: Kpi, team: Team) -> Lasting:
    """How this KPI counts from one moment to another: in days, unless it brings a clock."""
    return kpi.clock(team) if kpi.clock else _days_between


def _days_between(earlier: datetime, later: datetime) -> float:
    return (later - earlier) / timedelta(days=1)


def in_days(seconds: float) -> Decimal:
    """Seconds as days, to ten places."""
    return (Decimal(repr(seconds)) / SECONDS_OF_DAY).quantize(PLACES)


_COUNTERS = {
    Kind.FLOW: _flow,
    Kind.RATIO: _ratio,
    Kind.DURATION: _duration,
    Kind.STOCK: _stock,
    Kind.COHORT: _cohort,
    Kind.SURVIVAL: _survival,
}
