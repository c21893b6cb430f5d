"""The engine: facts in, figures out, one way of counting for each kind of KPI.

Everything is computed from the facts alone, for all teams of a time zone and all periods of a
span in one query, and again from scratch whenever asked: any number of times, in any order, the
same figures. Money and counts are exact; durations are in days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import Cast, Extract, TruncDate, TruncMonth, TruncWeek

from dashboards.figures import Figure, Kpi
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Kind
from dashboards.survival import Tally, median_time
from teams.models import Team

SECONDS_OF_DAY = 86_400
# Ends of periods counted in one query; PostgreSQL takes some 1,600 columns.
AT_ONCE = 200
PLACES = Decimal("1e-10")


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
    there is so far. There is a figure for every team and period.
    """
    figures: list[Figure] = []
    by_zone: dict[str, list[Team]] = defaultdict(list)
    for team in teams:
        by_zone[team.timezone].append(team)
    for zone, neighbours in by_zone.items():
        span = Span(neighbours, list(periods), ZoneInfo(zone), until)
        figures.extend(_COUNTERS[kpi.kind](kpi, span))
    return figures


def total(kpi: Kpi, team: Team, *, since: datetime, until: datetime) -> Decimal:
    """The sum of a flow between two moments, whatever periods they lie in."""
    assert kpi.kind is Kind.FLOW
    facts = kpi.facts([team]).filter(at__gte=since, at__lt=until)
    return Decimal(facts.aggregate(total=models.Sum("counted"))["total"] or 0)


@dataclass(frozen=True)
class Span:
    """Teams of one time zone, and the periods to measure."""

    teams: list[Team]
    periods: list[Period]
    zone: ZoneInfo
    until: datetime

    def cut(self, period: Period) -> datetime:
        """Up to where a period is counted: its end, or as far as we know."""
        return min(period.end(self.zone), self.until)

    def between(self, facts: models.QuerySet) -> models.QuerySet:
        """The facts whose moment lies in the span."""
        return facts.filter(
            at__gte=self.periods[0].start(self.zone), at__lt=self.cut(self.periods[-1])
        )

    def per_period(self, facts: models.QuerySet, **sums: Any) -> dict[tuple[int, Period], Any]:
        """Group facts by team and period."""
        kind = self.periods[0].kind
        trunc = TruncWeek if kind is PeriodKind.WEEK else TruncMonth
        first_day = trunc("at", tzinfo=self.zone, output_field=models.DateField())
        rows = (
            self.between(facts)
            .annotate(period_day=first_day)
            .values("team_id", "period_day")
            .annotate(n=models.Count("pk"), **sums)
            .order_by()
        )
        return {(row["team_id"], Period(kind, row["period_day"])): row for row in rows}

    def is_final(self, period: Period) -> bool:
        return period.end(self.zone) <= self.until

    def cells(self) -> Iterator[tuple[int, Period]]:
        for team in self.teams:
            for period in self.periods:
                yield team.pk, period


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


def _flow(kpi: Kpi, span: Span) -> Iterator[Figure]:
    rows = span.per_period(kpi.facts(span.teams), total=models.Sum("counted"))
    for team_id, period in span.cells():
        row = rows.get((team_id, period))
        total = Decimal(row["total"] or 0) if row else Decimal(0)
        yield Figure(
            team_id, period, total, row["n"] if row else 0, span.is_final(period), numerator=total
        )


def _ratio(kpi: Kpi, span: Span) -> Iterator[Figure]:
    rows = span.per_period(
        kpi.facts(span.teams), above=models.Sum("numerator"), below=models.Sum("denominator")
    )
    for team_id, period in span.cells():
        row = rows.get((team_id, period))
        above = Decimal(row["above"] or 0) if row else Decimal(0)
        below = Decimal(row["below"] or 0) if row else Decimal(0)
        share = (above / below).quantize(PLACES) if below else None
        n = row["n"] if row else 0
        yield Figure(team_id, period, share, n, span.is_final(period), above, below)


def _duration(kpi: Kpi, span: Span) -> Iterator[Figure]:
    facts = kpi.facts(span.teams).annotate(
        seconds=days(models.F("began_at"), models.F("at"), span.zone)
    )
    rows = span.per_period(facts, middle=Median("seconds"))
    for team_id, period in span.cells():
        row = rows.get((team_id, period))
        value = in_days(row["middle"]) if row else None
        yield Figure(team_id, period, value, row["n"] if row else 0, span.is_final(period))


def _stock(kpi: Kpi, span: Span) -> Iterator[Figure]:
    facts = kpi.facts(span.teams).order_by().values("team_id")
    for start in range(0, len(span.periods), AT_ONCE):
        periods = span.periods[start : start + AT_ONCE]
        there = {f"p{index}": _there(span.cut(period)) for index, period in enumerate(periods)}
        rows = {row["team_id"]: row for row in facts.annotate(**there)}
        for team in span.teams:
            for index, period in enumerate(periods):
                count = rows[team.pk][f"p{index}"] if team.pk in rows else 0
                yield Figure(
                    team.pk,
                    period,
                    Decimal(count),
                    count,
                    span.is_final(period),
                    numerator=Decimal(count),
                )


def _there(moment: datetime) -> models.Count:
    # Just before the moment: what begins exactly then belongs to the next period.
    return models.Count(
        "pk",
        filter=models.Q(began_at__lt=moment)
        & (models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=moment)),
    )


class Case(NamedTuple):
    """One thing that began, and ended or not. There are hundreds of thousands of these."""

    began_at: datetime
    ended_at: datetime | None
    whole_days: bool
    is_dated: bool

    def followed(self, cut: datetime, zone: ZoneInfo) -> Tally:
        """For how many days the case was followed up to this moment, and whether it ended."""
        if self.ended_at is None or self.ended_at >= cut:
            return Tally(_days_between(cut, self.began_at), 0, 1)
        if self.whole_days:
            began, ended = self.began_at.astimezone(zone), self.ended_at.astimezone(zone)
            return Tally(float((ended.date() - began.date()).days), 1)
        return Tally(_days_between(self.ended_at, self.began_at), 1)


def _survival(kpi: Kpi, span: Span) -> Iterator[Figure]:
    first, last = span.periods[0], span.periods[-1]
    cases: dict[int, list[Case]] = defaultdict(list)
    facts = kpi.facts(span.teams).filter(
        began_at__gte=first.months_before_end(kpi.months, span.zone), began_at__lt=span.cut(last)
    )
    columns = ("team_id", "began_at", "ended_at", "whole_days", "is_dated")
    for team_id, *case in facts.values_list(*columns).iterator():
        cases[team_id].append(Case._make(case))
    for team_id, period in span.cells():
        # Two moments of one time zone are compared and subtracted in half the time.
        since = period.months_before_end(kpi.months, span.zone).astimezone(UTC)
        cut = span.cut(period).astimezone(UTC)
        inside = [case for case in cases[team_id] if since <= case.began_at < cut]
        dated = [case for case in inside if case.is_dated]
        middle = median_time(case.followed(cut, span.zone) for case in dated)
        value = None if middle is None else in_days(middle * SECONDS_OF_DAY)
        yield Figure(
            team_id,
            period,
            value,
            len(dated),
            span.is_final(period),
            left_out=len(inside) - len(dated),
        )


def _days_between(later: datetime, earlier: datetime) -> float:
    return (later - earlier) / timedelta(days=1)


def in_days(seconds: float) -> Decimal:
    """Seconds as days, to ten places."""
    return (Decimal(repr(seconds)) / SECONDS_OF_DAY).quantize(PLACES)


_COUNTERS = {
    Kind.FLOW: _flow,
    Kind.RATIO: _ratio,
    Kind.DURATION: _duration,
    Kind.STOCK: _stock,
    Kind.SURVIVAL: _survival,
}
