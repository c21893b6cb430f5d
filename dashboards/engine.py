"""The engine: facts in, figures out, one way of counting for each kind of KPI.

Everything is computed from the facts alone, for all teams of a time zone and all periods of a
span, weeks and months together, in one query, and again from scratch whenever asked: any number
of times, in any order, the same figures. Money and counts are exact; durations are in days.

A KPI with a dimension is counted as a whole, and once more for every value of it. A whole has a
figure for every team and period; a value only where there are facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models.functions import Cast, TruncDate

from dashboards.figures import WHOLE, Figure, Kpi, Unit
from dashboards.periods import Period
from dashboards.spc import Kind
from dashboards.survival import kaplan_meier, quantile_time, share_by, tally
from teams.models import Team

SECONDS_OF_DAY = 86_400
PLACES = Decimal("1e-10")
# The facts are planned by themselves (OFFSET 0): within the join few rows would be expected.
PER_PERIOD = """
SELECT nth, team_id, dimension, {sums}
FROM (SELECT * FROM ({facts}) AS facts WHERE {within} OFFSET 0) AS facts
JOIN unnest(%s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY AS periods (since, cut, nth)
    ON {belongs}
GROUP BY {keys}
"""
# When a fact belongs to a period, from one moment up to another.
HAPPENED = "at >= {0} AND at < {1}"
BEGAN = "began_at >= {0} AND began_at < {1}"
# Just before the moment: what begins exactly then belongs to the next period.
WAS_THERE = "(ended_at IS NULL OR ended_at >= {0}) AND began_at < {1}"
ADDED_UP = "count(*), sum(counted)"
SHARED_BY = "count(*) FILTER (WHERE sharing = 0), sum(counted), sum(sharing)"
SHARED = "count(*), sum(numerator), sum(denominator)"
# Between the middle two when their number is even.
MIDDLE = "count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY length)"
# As it stood at the cut, so that what comes about later changes no figure of the past.
# What went on in another team undecided is counted there.
IS_HERE = "(followed_until IS NULL OR followed_until >= cut OR ended_at < cut)"
COME_ABOUT = f"""
count(*) FILTER (WHERE is_dated AND {IS_HERE}),
count(*) FILTER (WHERE is_dated AND ended_at < cut),
count(*) FILTER (WHERE NOT is_dated AND {IS_HERE})
"""
# What had become of a case by then, and for how long it had been followed: an array for each, for
# one of all and conditions on what goes into it takes PostgreSQL twice as long.
FATE = """
CASE WHEN came_at >= cut THEN 'elsewhere'
WHEN NOT is_dated THEN 'left_out'
WHEN ended_at < cut THEN CASE WHEN came THEN 'came' ELSE 'otherwise' END
ELSE 'lasting' END
"""
# Up to where a case is followed that lasts: the cut, or when it went on in another team.
FOLLOWED_UP_TO = "least(cut, followed_until)"
FOLLOWED = f"""
CASE WHEN ended_at < cut THEN length
ELSE date_part('epoch', {FOLLOWED_UP_TO} - began_at) END
"""
# What another team counted until then.
ELSEWHERE = "elsewhere"
# Teams that there cannot be, in whose place others are put.
STRANGERS = -(2**40)


def measure(
    kpi: Kpi, teams: Iterable[Team], periods: Sequence[Period], *, until: datetime
) -> list[Figure]:
    """Compute one KPI for these teams and periods, from what had happened before `until`.

    A period that is still running counts what there is so far. The whole has a figure for every
    team and period, and comes first.
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


Row = dict[str, Any]


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

    def between(self, facts: models.QuerySet, months: int) -> models.QuerySet:
        """The facts whose moment lies in the span, or in so many months before its end."""
        return facts.filter(
            at__gte=self.since(self.periods[0], months), at__lt=self.cut(self.periods[-1])
        )

    def per_period(self, kpi: Kpi, counting: Counting) -> Iterator[tuple[Cell, list[Any]]]:
        """Aggregate for every period what belongs to it, by team and value of the dimension."""
        cuts = [self.cut(period) for period in self.periods]
        sinces = cuts
        if counting.belongs != WAS_THERE:
            sinces = [self.since(period, kpi.months) for period in self.periods]
        facts, params = counting.written(kpi, self)
        statement = PER_PERIOD.format(
            facts=facts,
            sums=counting.sums,
            within=counting.belongs.format("%s", "%s"),
            belongs=counting.belongs.format("since", "cut"),
            keys=counting.keys,
        )
        with connection.cursor() as cursor:
            # Most of what ever was lies outside of all periods.
            cursor.execute(statement, (*params, min(sinces), max(cuts), sinces, cuts))
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


@dataclass(frozen=True)
class Counting:
    """How facts are counted: those of which teams, when they belong to a period, what of them.

    `facts` says nothing of periods; `needs` are its columns, besides the team and the dimension.
    `keys` are the columns that come before the sums, by their places.
    """

    facts: Callable[[Kpi, Span], models.QuerySet]
    needs: tuple[str, ...]
    belongs: str
    sums: str
    keys: str = "1, 2, 3"

    def written(self, kpi: Kpi, span: Span) -> tuple[str, list[Any]]:
        """The facts of these teams in SQL."""
        sql, params = _of_strangers(self, kpi, len(span.teams), span.zone)
        keys = {STRANGERS - nth: team.pk for nth, team in enumerate(span.teams)}
        return sql, [keys.get(each, each) for each in params]


@lru_cache(maxsize=200)
def _of_strangers(
    counting: Counting, kpi: Kpi, teams: int, zone: ZoneInfo
) -> tuple[str, tuple[Any, ...]]:
    """Written once: that takes several times longer than to count what a team has."""
    strangers = [Team(pk=STRANGERS - nth) for nth in range(teams)]
    facts = counting.facts(kpi, Span(strangers, [], zone, until=datetime.max.replace(tzinfo=zone)))
    needed = facts.values("team_id", "dimension", *counting.needs)
    return needed.order_by().query.sql_with_params()


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


def _added_up(found: Iterable[tuple[Cell, Iterable[Any]]], *names: str) -> dict[Cell, Row]:
    """The rows, and for every team and period what the values of the dimension add up to."""
    rows: dict[Cell, Row] = {}
    for cell, numbers in found:
        row = rows[cell] = {name: number or 0 for name, number in zip(names, numbers, strict=True)}
        if cell.dimension != WHOLE:
            whole = rows.setdefault(cell._replace(dimension=WHOLE), dict.fromkeys(names, 0))
            for name in names:
                whole[name] += row[name]
    return rows


def _flow(kpi: Kpi, span: Span) -> Iterator[Figure]:
    names = ("n", "total")
    rows = _added_up(span.per_period(kpi, AMOUNTS), *names)
    for cell in span.cells(rows):
        row = rows.get(cell, dict.fromkeys(names, 0))
        yield _summed(cell, span, Decimal(row["total"]), row["n"])


def _summed(cell: Cell, span: Span, total: Decimal, n: int) -> Figure:
    return _figure(cell, span, total, n, numerator=total)


def _figure(cell: Cell, span: Span, value: Decimal | None, n: int, **more: Any) -> Figure:
    final = span.is_final(cell.period)
    return Figure(cell.team_id, cell.period, value, n, final, dimension=cell.dimension, **more)


def _ratio(kpi: Kpi, span: Span) -> Iterator[Figure]:
    names = ("n", "above", "below")
    rows = _added_up(span.per_period(kpi, SHARES), *names)
    for cell in span.cells(rows):
        row = rows.get(cell, dict.fromkeys(names, 0))
        if row["n"] < kpi.least:
            yield _figure(cell, span, None, row["n"])
        else:
            yield _share(cell, span, row["above"], row["below"], row["n"])


def _share(cell: Cell, span: Span, above: Any, below: Any, n: int) -> Figure:
    above, below = Decimal(above), Decimal(below)
    share = (above / below).quantize(PLACES) if below else None
    return _figure(cell, span, share, n, numerator=above, denominator=below)


def _duration(kpi: Kpi, span: Span) -> Iterator[Figure]:
    rows = dict(span.per_period(kpi, LENGTHS))
    for cell in span.cells(rows):
        n, middle = rows.get(cell, (0, None))
        yield _figure(cell, span, None if middle is None else in_days(middle), n)


def lasted(span: Span) -> models.Case:
    """How long a duration took, in seconds."""
    return seconds(models.F("began_at"), models.F("at"), span.zone)


def _stock(kpi: Kpi, span: Span) -> Iterator[Figure]:
    if kpi.per:
        yield from _stock_per(kpi, span)
        return
    names = ("n", "total")
    rows = _added_up(span.per_period(kpi, STOCKS), *names)
    for cell in span.cells(rows):
        row = rows.get(cell, dict.fromkeys(names, 0))
        if kpi.unit is Unit.SHARE:
            yield _share(cell, span, row["total"], row["n"], row["n"])
        else:
            yield _summed(cell, span, Decimal(row["total"]), row["n"])


def _stock_per(kpi: Kpi, span: Span) -> Iterator[Figure]:
    names = ("n", "total", "sharing")
    rows = _added_up(span.per_period(kpi, STOCKS_SHARED), *names)
    for cell in span.cells(rows):
        row = rows.get(cell, dict.fromkeys(names, 0))
        if row["sharing"] < kpi.least:
            yield _figure(cell, span, None, row["n"])
        else:
            yield _share(cell, span, row["total"], row["sharing"], row["n"])


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

    def add(self, fate: str, times: Sequence[float]) -> None:
        """More cases of one fate."""
        if fate == "left_out":
            self.left_out += len(times)
        else:
            getattr(self, fate).extend(times)


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
    clocks = {team.pk: kpi.clock(team) for team in span.teams} if kpi.clock else {}
    found = {cell: Followed() for cell in span.wholes()}
    rows = span.per_period(kpi, LIVES_BY_A_CLOCK if clocks else LIVES)
    for cell, (fate, times, began, until) in rows:
        if fate == ELSEWHERE:
            continue
        clock = clocks.get(cell.team_id) if fate == "lasting" else None
        followed = list(map(clock, began, until)) if clock else times
        for place in {cell, cell._replace(dimension=WHOLE)}:
            found.setdefault(place, Followed()).add(fate, followed)
    for cell in span.cells(found):
        yield cell, found[cell]


def with_lengths(kpi: Kpi, span: Span) -> models.QuerySet:
    """The facts of a survival, with how long each took and whether it came to what is asked."""
    facts = with_crossings(kpi, span)
    if "length" not in facts.query.annotations:
        length = seconds(models.F("began_at"), models.F("ended_at"), span.zone)
        facts = facts.annotate(length=length)
    asked = models.Q(came_to=kpi.outcome) if kpi.outcome else models.Value(value=True)
    came = models.ExpressionWrapper(asked, output_field=models.BooleanField())
    followed: models.QuerySet = facts.annotate(came=came)
    return followed


def with_crossings(kpi: Kpi, span: Span) -> models.QuerySet:
    """The facts of what is followed, with when it came from another team or went on in one."""
    facts = facts_in(kpi, span)
    for name in CROSSINGS:
        if name not in facts.query.annotations:
            facts = facts.annotate(**{name: Cast(models.Value(None), models.DateTimeField())})
    return facts


def _cohort(kpi: Kpi, span: Span) -> Iterator[Figure]:
    names = ("n", "above", "left_out")
    rows = _added_up(span.per_period(kpi, COMINGS_ABOUT), *names)
    for cell in span.cells(rows):
        row = rows.get(cell, dict.fromkeys(names, 0))
        share = _share(cell, span, row["above"], row["n"], row["n"])
        yield replace(share, left_out=row["left_out"])


def in_days(seconds: float) -> Decimal:
    """Seconds as days, to ten places."""
    return (Decimal(repr(seconds)) / SECONDS_OF_DAY).quantize(PLACES)


def _lengths(kpi: Kpi, span: Span) -> models.QuerySet:
    # Middles do not add up, so the whole is asked for by itself.
    whole = kpi.facts(span.teams).annotate(dimension=models.Value(WHOLE))
    timed: models.QuerySet = whole.annotate(length=lasted(span))
    return timed


def _counted(kpi: Kpi, span: Span) -> models.QuerySet:
    facts = facts_in(kpi, span)
    one_each = "counted" not in facts.query.annotations
    return facts.annotate(counted=models.Value(1)) if one_each else facts


def _with_those_who_share(kpi: Kpi, span: Span) -> models.QuerySet:
    """What is counted, and beneath it those over whom it is divided."""
    assert kpi.per
    columns = ("team_id", "dimension", *STOCKS_SHARED.needs)
    none, one = models.Value(0), models.Value(1)
    things = _counted(kpi, span).annotate(sharing=none)
    sharing = kpi.per(span.teams).annotate(dimension=models.Value(WHOLE), counted=none, sharing=one)
    both: models.QuerySet = things.values(*columns).union(sharing.values(*columns), all=True)
    return both


CROSSINGS = ("came_at", "followed_until")
LASTED = ("began_at", "ended_at", "is_dated", "length", "came", *CROSSINGS)
AMOUNTS = Counting(facts_in, ("at", "counted"), HAPPENED, ADDED_UP)
SHARES = Counting(facts_in, ("at", "numerator", "denominator"), HAPPENED, SHARED)
LENGTHS = Counting(_lengths, ("at", "length"), HAPPENED, MIDDLE)
STOCKS = Counting(_counted, ("began_at", "ended_at", "counted"), WAS_THERE, ADDED_UP)
STOCKS_SHARED = Counting(
    _with_those_who_share,
    ("began_at", "ended_at", "counted", "sharing"),
    WAS_THERE,
    SHARED_BY,
)
LIVES = Counting(
    with_lengths,
    LASTED,
    BEGAN,
    f"{FATE}, array_agg(({FOLLOWED})::float8), NULL, NULL",
    keys="1, 2, 3, 4",
)
LIVES_BY_A_CLOCK = replace(
    LIVES,
    sums=f"{FATE}, array_agg(length::float8), array_agg(began_at), array_agg({FOLLOWED_UP_TO})",
)
COMINGS_ABOUT = Counting(
    with_crossings, ("began_at", "ended_at", "is_dated", "followed_until"), BEGAN, COME_ABOUT
)
_COUNTERS = {
    Kind.FLOW: _flow,
    Kind.RATIO: _ratio,
    Kind.DURATION: _duration,
    Kind.STOCK: _stock,
    Kind.COHORT: _cohort,
    Kind.SURVIVAL: _survival,
}
