"""The story that the demo tells: what its weeks say to the product's own rules, on any day."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from statistics import median

import pytest

from config.demo.figures import calm_stretches
from config.demo.lives import LOST, WON, Life, lives
from config.demo.rhythm import DAYS, RIJNMOND, VELUWE, ZONE, Calendar, Rhythm
from config.demo.teams import CASTS, Cast
from config.demo.today import history
from config.demo.world import MONTHS, WEEKS_OF_MONTH
from dashboards.periods import PeriodKind
from dashboards.spc import Kind, Limits, LockedBaseline, assess, baseline_of
from teams.models import Team

FIRST_WEEK = -round(MONTHS * WEEKS_OF_MONTH)
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
# The calm year on which the teams sign: it begins when the first weeks are over.
CALM = slice(9, 61)


def cast_of(rhythm: Rhythm) -> Cast:
    return next(cast for cast in CASTS if cast.rhythm is rhythm)


# What Veluwe signs anew, for the weeks since its deals are worth more.
NEW = cast_of(VELUWE).new_range
assert NEW
RENEWED = {NEW.kpi: slice(NEW.since - FIRST_WEEK, NEW.since - FIRST_WEEK + NEW.weeks)}


@dataclass(frozen=True)
class Weeks:
    """The whole weeks of a team, the oldest first: per week the deals that were closed."""

    closed: list[list[Life]]

    def count(self, end: int) -> list[float | None]:
        return [sum(life.stays[-1][0] == end for life in week) for week in self.closed]

    def value(self) -> list[float | None]:
        return [float(sum(life.amount for life in _won(week))) for week in self.closed]

    def share(self) -> list[float | None]:
        return [len(_won(week)) / len(week) if week else None for week in self.closed]

    def days(self) -> list[float | None]:
        return [median(map(_length, week)) if week else None for week in self.closed]

    def cases(self) -> list[int]:
        return [len(week) for week in self.closed]


FIGURES: dict[str, tuple[Kind, Callable[[Weeks], list[float | None]]]] = {
    "deals-won": (Kind.FLOW, lambda weeks: weeks.count(WON)),
    "deals-lost": (Kind.FLOW, lambda weeks: weeks.count(LOST)),
    "value-won": (Kind.FLOW, Weeks.value),
    "win-rate": (Kind.RATIO, Weeks.share),
    "cycle-time": (Kind.DURATION, Weeks.days),
}


def _won(week: list[Life]) -> list[Life]:
    return [life for life in week if life.stays[-1][0] == WON]


def _length(life: Life) -> float:
    calendar = Calendar(NOON)
    first, last = calendar.moment(life.begins), calendar.moment(life.stays[-1][1])
    return (last - first) / timedelta(days=1)


@cache
def drawn(rhythm: Rhythm) -> list[Life]:
    cast = cast_of(rhythm)
    everything = lives(
        rhythm, first_week=FIRST_WEEK, people=len(cast.people), customers=cast.customers
    )
    return [life for life in everything if life.begins >= FIRST_WEEK * DAYS]


def weeks_of(rhythm: Rhythm) -> Weeks:
    closed: dict[int, list[Life]] = {week: [] for week in range(FIRST_WEEK, 0)}
    for life in drawn(rhythm):
        week = int(life.stays[-1][1] // DAYS)
        if week in closed:
            closed[week].append(life)
    return Weeks(list(closed.values()))


def lasting_signals(
    weeks: Weeks, audience: str, *, known: int, **stretches: slice
) -> dict[str, str]:
    """What still holds in the last week known: the figure, and up or down.

    The normal ranges rest on the calm year, where no other one of the `stretches` was signed.
    """
    signals = {}
    for slug, (kind, figures) in FIGURES.items():
        values, cases = figures(weeks), weeks.cases()
        signed = stretches.get(slug, CALM)
        limits = baseline_of(values[signed], denominators=cases[signed], kind=kind)
        assert isinstance(limits, Limits), f"{slug} bears no normal range: {limits}"
        said = assess(
            values[:known],
            baseline=LockedBaseline(limits, signed.start),
            denominators=cases[:known],
            kind=kind,
            audience=audience,  # type: ignore[arg-type]
        )
        if said.live:
            signals[slug] = said.live.side.value
    return signals


# On Monday and Tuesday the last published week is the one before the last.
@pytest.mark.parametrize("known", [-FIRST_WEEK, -FIRST_WEEK - 1])
@pytest.mark.parametrize("audience", ["manager", "team"])
def test_two_things_changed_in_rijnmond_and_nothing_in_veluwe(audience: str, known: int) -> None:
    assert lasting_signals(weeks_of(RIJNMOND), audience, known=known) == {
        "win-rate": "down",
        "cycle-time": "down",
    }
    assert lasting_signals(weeks_of(VELUWE), audience, known=known, **RENEWED) == {}


def test_veluwe_signs_a_new_range_for_what_changed_for_good() -> None:
    weeks, renewed = weeks_of(VELUWE), RENEWED["value-won"]
    values = weeks.value()[: renewed.stop]

    assert lasting_signals(weeks, "manager", known=renewed.stop)["value-won"] == "up"
    old, new = baseline_of(values[CALM]), baseline_of(values[renewed])
    assert isinstance(old, Limits)
    assert isinstance(new, Limits)
    assert new.centre > 1.4 * old.centre


def test_the_change_of_process_is_what_made_deals_quicker() -> None:
    days = weeks_of(RIJNMOND).days()
    before = median(filter(None, days[CALM]))
    after = [length for length in days[RIJNMOND.change :] if length]

    assert before > 28
    assert max(after) < before - 3
    assert median(after) < before - 6


@pytest.mark.parametrize("rhythm", [RIJNMOND, VELUWE])
def test_every_life_runs_forward_to_one_end(rhythm: Rhythm) -> None:
    for life in drawn(rhythm):
        moments = [at for _, at in life.stays]
        stages = [stage for stage, _ in life.stays]
        doings = [doing.at for doing in life.doings()]

        assert moments == sorted(set(moments)), life
        assert stages[-1] in {WON, LOST}, life
        assert not {WON, LOST} & set(stages[:-1]), life
        assert bool(life.loss_reason) == (stages[-1] == LOST), life
        assert doings == sorted(set(doings)), life
        assert life.owner != life.colleague, life


@pytest.mark.parametrize("rhythm", [RIJNMOND, VELUWE])
def test_no_customer_asks_for_the_same_twice(rhythm: Rhythm) -> None:
    asked = Counter((life.customer, life.title) for life in drawn(rhythm))

    assert asked.most_common(1)[0][1] == 1


def test_customers_have_names_of_their_own_but_for_the_one_of_both_teams() -> None:
    names = [customer.name for cast in CASTS for customer in cast.all_customers()]
    often = Counter(name.casefold() for name in names)

    assert len(names) == sum(cast.customers for cast in CASTS)
    assert [name for name, count in often.items() if count > 1] == ["transport schouten"]


@pytest.mark.parametrize("day", range(7))
def test_working_time_never_runs_ahead_of_the_clock(day: int) -> None:
    at = NOON + timedelta(days=day)
    calendar = Calendar(at)

    assert calendar.moment(calendar.now - 0.001) <= at
    assert calendar.moment(-DAYS * 3).astimezone(ZONE).weekday() == 0
    assert calendar.moment(0.5).astimezone(ZONE).date() == date(2026, 11, 23)


def test_weekends_nights_and_mornings_count_for_nothing() -> None:
    late_on_friday = datetime(2026, 11, 27, 23, 59, tzinfo=ZONE)
    early_on_monday = datetime(2026, 11, 30, 0, 1, tzinfo=ZONE)

    assert Calendar(late_on_friday).now == 5
    assert Calendar(late_on_friday + timedelta(days=1)).now == 5
    assert Calendar(early_on_monday).now == 0


@pytest.mark.parametrize("day", range(7))
def test_open_deals_have_next_steps_as_a_busy_team_has_them(day: int) -> None:
    calendar = Calendar(NOON + timedelta(days=day))
    begun = [life for life in drawn(RIJNMOND) if life.begins < calendar.now]
    done = sorted(history(begun, calendar.now), key=lambda one: one[0].at)

    steps = {life.key: doing.until for doing, life in done if doing.verb == "step"}
    waiting = [life for life in begun if life.stays[-1][1] >= calendar.now]
    due = {life.key: steps.get(life.key) for life in waiting}
    late = [until for until in due.values() if until and int(until) < int(calendar.now)]

    assert 50 <= len(waiting) <= 70
    assert 3 <= list(due.values()).count(None) <= 5
    assert 4 <= len(late) <= 20
    assert all(doing.at < calendar.now for doing, _ in done)
    assert any(until and int(until) == int(calendar.now) for until in due.values())


def test_on_any_day_a_calm_year_of_weeks_and_twenty_months_lie_behind() -> None:
    for days in range(800):
        at = NOON + timedelta(days=days)
        team = Team(started_at=Calendar(at).moment(FIRST_WEEK * DAYS))
        calm = dict(calm_stretches(team, at))

        assert {kind: len(periods) for kind, periods in calm.items()} == {"week": 52, "month": 20}
        change = Calendar(at).moment(RIJNMOND.change * DAYS)
        assert calm[PeriodKind.MONTH][-1].end(ZONE) <= change + timedelta(days=7)
        assert calm[PeriodKind.WEEK][0].start(ZONE) >= team.started_at + timedelta(weeks=8)
