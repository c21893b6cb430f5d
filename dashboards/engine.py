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
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models.functions import TruncDate, TruncMonth, TruncWeek

from dashboards.figures import WHOLE, Figure, Kpi, Unit
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Kind
from dashboards.survival import kaplan_meier, quantile_time, share_by, tally
from teams.models import Team

SECONDS_OF_DAY = 86_400
# Ends of periods counted in one query; PostgreSQL takes some 1,600 columns.
AT_ONCE = 200
PLACES = Decimal("1e-10")
# The facts are planned by themselves (OFFSET 0): within the join few rows would be expected.
LOOKING_BACK = """
SELECT nth, team_id, dimension, {columns}
FROM ({facts} OFFSET 0) AS facts
JOIN unnest(%s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY AS periods (since, cut, nth)
    ON began_at >= since AND began_at < cut
GROUP BY nth, team_id, dimension
"""
COLUMNS = ("team_id", "dimension", "began_at", "ended_at", "is_dated")
# As it stood at the cut, so that what comes about later changes no figure of the past.
COME_ABOUT = """
count(*) FILTER (WHERE is_dated),
count(*) FILTER (WHERE is_dated AND ended_at < cut),
count(*) FILTER (WHERE NOT is_dated)
"""
FOLLOWED = """
array_agg(length::float8) FILTER (WHERE is_dated AND ended_at < cut AND came),
array_agg(length::float8) FILTER (WHERE is_dated AND ended_at < cut AND NOT came),
array_agg(began_at) FILTER (WHERE is_dated AND (ended_at < cut) IS NOT TRUE),
count(*) FILTER (WHERE NOT is_dated)
"""


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
    return {cell.dimension: _middle(followed) for cell, followed in _followed(kpi, span)}


def _middle(followed: Followed) -> tuple[float | None, float | None]:
    times = [*followed.came, *followed.lasting]
    finished = [True] * len(followed.came) + [False] * len(followed.lasting)
    lower, upper = kaplan_meier(tally(times, finished)).median_interval
    return lower and lower / SECONDS_OF_DAY, upper and upper / SECONDS_OF_DAY


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

    def looking_back(
        self, kpi: Kpi, facts: models.QuerySet, columns: str
    ) -> Iterator[tuple[Cell, list[Any]]]:
        """Aggregate for every period what began in the months up to its end."""
        sinces = [self.since(period, kpi.months) for period in self.periods]
        cuts = [self.cut(period) for period in self.periods]
        within = facts.filter(began_at__gte=min(sinces), began_at__lt=max(cuts)).order_by()
        sql, params = within.query.sql_with_params()
        with connection.cursor() as cursor:
            statement = LOOKING_BACK.format(facts=sql, columns=columns)
            cursor.execute(statement, (*params, sinces, cuts))
            for nth, team_id, dimension, *aggregated in cursor.fetchall():
                yield Cell(team_id, str(dimension), self.periods[nth - 1]), aggregated

    def since(self, period: Period, months: int) -> datetime:
        """From where on a period is counted: its start, or so many months before its end."""
        if months:
            return period.months_before_end(months, self.zone)
        return period.start(self.zone)

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


class Seconds(models.Func):
    """How long an interval lasts."""

    template = "date_part('epoch', %(expressions)s)"
    output_field = models.FloatField()


def seconds(began: Any, ended: Any, zone: ZoneInfo) -> models.Case:
    """Seconds from one moment to another; of whole calendar days between two dates."""
    calendar = TruncDate(ended, tzinfo=zone) - TruncDate(began, tzinfo=zone)
    return models.Case(
        models.When(whole_days=True, then=Seconds(_interval(calendar))),
        default=Seconds(_interval(ended - began)),
    )


def _interval(difference: Any) -> models.ExpressionWrapper:
    return models.ExpressionWrapper(difference, output_field=models.DurationField())


def facts_in(kpi: Kpi, span: Span) -> models.QuerySet:
    """All facts of the teams, whenever they were, each with the value of the dimension."""
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
    rows = span.per_period(facts_in(kpi, span), total=models.Sum("counted"))
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
        facts_in(kpi, span), above=models.Sum("numerator"), below=models.Sum("denominator")
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
    facts = kpi.facts(span.teams).annotate(dimension=models.Value(WHOLE), length=lasted(span))
    rows = span.per_period(facts, middle=Median("length"))
    for cell in span.cells(rows):
        row = rows.get(cell)
        value = in_days(row["middle"]) if row else None
        yield _figure(cell, span, value, row["n"] if row else 0)


def lasted(span: Span) -> models.Case:
    """How long a duration took, in seconds."""
    return seconds(models.F("began_at"), models.F("at"), span.zone)


def _stock(kpi: Kpi, span: Span) -> Iterator[Figure]:
    first, last = span.cut(span.periods[0]), span.cut(span.periods[-1])
    # Most of what ever was had ended long before.
    facts = facts_in(kpi, span).filter(there(first, last))
    counted = "counted" in facts.query.annotations

    def columns(period: Period) -> dict[str, models.Aggregate]:
        cut = span.cut(period)
        at_the_cut = there(cut, cut)
        columns: dict[str, models.Aggregate] = {"n": models.Count("pk", filter=at_the_cut)}
        if counted:
            columns["total"] = models.Sum("counted", filter=at_the_cut)
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


def there(first: datetime, last: datetime) -> models.Q:
    """What was there at any moment from the first to the last, and begun before the last.

    Just before the moments: what begins exactly then belongs to the next period.
    """
    return models.Q(began_at__lt=last) & (
        models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=first)
    )


@dataclass
class Followed:
    """For how long the cases of one figure were followed, in seconds or in the KPI's own unit.

    `came` has those that ended with the outcome that is asked for, or at all where none is.
    """

    came: list[float] = field(default_factory=list)
    otherwise: list[float] = field(default_factory=list)
    lasting: list[float] = field(default_factory=list)
    left_out: int = 0

    @property
    def n(self) -> int:
        return len(self.came) + len(self.otherwise) + len(self.lasting)

    def add(self, other: Followed) -> None:
        self.came += other.came
        self.otherwise += other.otherwise
        self.lasting += other.lasting
        self.left_out += other.left_out


def _survival(kpi: Kpi, span: Span) -> Iterator[Figure]:
    for cell, followed in _followed(kpi, span):
        value = _survived(kpi, followed)
        yield _figure(cell, span, value, followed.n, left_out=followed.left_out)


def _survived(kpi: Kpi, followed: Followed) -> Decimal | None:
    if kpi.outcome:
        horizon = kpi.horizon * SECONDS_OF_DAY
        share = share_by(horizon, followed.came, followed.otherwise, followed.lasting)
        return None if share is None else Decimal(repr(share)).quantize(PLACES)
    time = quantile_time(followed.came, followed.lasting, kpi.share)
    if time is None:
        return None
    return Decimal(repr(time)).quantize(PLACES) if kpi.clock else in_days(time)


def _followed(kpi: Kpi, span: Span) -> Iterator[tuple[Cell, Followed]]:
    """For every figure, how long its cases were followed up to the end of its period."""
    clocks = {team.pk: kpi.clock(team) if kpi.clock else _seconds_between for team in span.teams}
    found = {cell: Followed() for cell in span.wholes()}
    facts = with_lengths(kpi, span).values(*COLUMNS, "length", "came")
    for cell, (came, otherwise, began, left_out) in span.looking_back(kpi, facts, FOLLOWED):
        lasts, cut = clocks[cell.team_id], span.cut(cell.period)
        lasting = [lasts(moment, cut) for moment in began or ()]
        part = Followed(came or [], otherwise or [], lasting, left_out)
        found[cell._replace(dimension=WHOLE)].add(part)
        if cell.dimension != WHOLE:
            found[cell] = part
    for cell in span.cells(found):
        yield cell, found[cell]


def with_lengths(kpi: Kpi, span: Span) -> models.QuerySet:
    """The facts of a survival, with how long each took and whether it came to what is asked."""
    facts = facts_in(kpi, span)
    if "length" not in facts.query.annotations:
        length = seconds(models.F("began_at"), models.F("ended_at"), span.zone)
        facts = facts.annotate(length=length)
    asked = models.Q(came_to=kpi.outcome) if kpi.outcome else models.Value(value=True)
    came = models.ExpressionWrapper(asked, output_field=models.BooleanField())
    followed: models.QuerySet = facts.annotate(came=came)
    return followed


def _seconds_between(earlier: datetime, later: datetime) -> float:
    return (later - earlier).total_seconds()


def _cohort(kpi: Kpi, span: Span) -> Iterator[Figure]:
    names = ("n", "above", "left_out")
    facts = facts_in(kpi, span).values(*COLUMNS)
    rows = _with_wholes(
        {
            cell: dict(zip(names, numbers, strict=True))
            for cell, numbers in span.looking_back(kpi, facts, COME_ABOUT)
        },
        *names,
    )
    for cell in span.cells(rows):
        row = rows.get(cell, dict.fromkeys(names, 0))
        share = _share(cell, span, row["above"], row["n"], row["n"])
        yield replace(share, left_out=row["left_out"])


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
