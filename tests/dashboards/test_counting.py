"""What each kind of KPI counts, on a handful of deals that anyone can count along."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crm.models import Category, Deal
from dashboards import kpis
from dashboards.engine import measure
from dashboards.periods import Period, PeriodKind
from teams.workdays import end_of_day
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(day: int, month: int = 9, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=AMSTERDAM)


def figures(slug, team, first, last, until=date(2026, 12, 31)):
    periods = list(Period.parse(first).through(Period.parse(last)))
    return measure(kpis.get(slug), [team], periods, until=end_of_day(until, AMSTERDAM))


@pytest.fixture
def won_and_lost(pipeline, anna):
    """Won in September: two, for 100 and nothing known; lost in October: one."""
    for day, amount in ((1, Decimal(100)), (3, None)):
        deal = builders.deal(pipeline, by=anna, at=at(day), amount=amount)
        builders.won(deal, by=anna, at=at(day + 10))
    deal = builders.deal(pipeline, by=anna, at=at(5))
    return builders.lost(deal, by=anna, at=at(5, month=10))


def test_won_deals_count_in_the_month_of_their_closing(team, won_and_lost):
    september, october = figures("deals-won", team, "2026-09", "2026-10")

    assert (september.value, september.n, september.numerator) == (2, 2, 2)
    assert (october.value, october.n) == (0, 0)


def test_an_unknown_amount_adds_nothing_and_is_not_counted(team, won_and_lost):
    september, _ = figures("value-won", team, "2026-09", "2026-10")

    assert (september.value, september.n) == (Decimal(100), 1)


def test_a_share_of_nothing_is_no_figure(team, won_and_lost):
    august, september, october = figures("win-rate", team, "2026-08", "2026-10")

    assert (august.value, august.numerator, august.denominator, august.n) == (None, 0, 0, 0)
    assert (september.value, september.denominator) == (1, 2)
    assert (october.value, october.numerator, october.n) == (0, 0, 1)


def test_cycle_time_is_the_middle_of_the_closed_deals(team, won_and_lost):
    september, october = figures("cycle-time", team, "2026-09", "2026-10")

    assert (september.value, september.n, september.numerator) == (10, 2, None)
    assert (october.value, october.n) == (30, 1)


def test_open_deals_are_those_open_at_the_end(team, won_and_lost, pipeline, anna):
    builders.deal(pipeline, by=anna, at=at(1, month=10, hour=0))

    assert [f.value for f in figures("open-deals", team, "2026-08", "2026-10")] == [0, 1, 1]


def test_open_deals_lengthen_the_cycle(team, won_and_lost):
    august, september, october = figures("cycle-time-km", team, "2026-08", "2026-10")

    assert (august.value, august.n) == (None, 0)
    assert (september.value, september.n) == (10, 3)
    assert (october.value, october.n) == (10, 3)


def test_a_running_period_counts_what_there_is(team, won_and_lost):
    (september,) = figures("deals-won", team, "2026-09", "2026-09", until=date(2026, 9, 12))

    assert september.value == 1


def test_weeks_begin_on_monday_in_the_teams_own_zone(other_team, pipeline, anna, stages):
    deal = builders.deal(pipeline, by=anna, at=at(1))
    sunday_late = datetime(2026, 9, 13, 23, 30, tzinfo=AMSTERDAM)
    builders.won(deal, by=anna, at=sunday_late)

    weeks = figures("deals-won", deal.team, "2026-W37", "2026-W38")

    assert [f.value for f in weeks] == [1, 0]
    assert stages[2].category == Category.WON
    assert Period.containing(PeriodKind.WEEK, (sunday_late + timedelta(hours=1)).date()) == (
        Period.parse("2026-W38")
    )


def test_between_two_dates_a_cycle_is_whole_days_even_when_the_clock_changes(team, pipeline, anna):
    deal = builders.deal(pipeline, by=anna, at=at(20, month=10))
    builders.won(deal, by=anna, at=at(30, month=10))
    (exact,) = figures("cycle-time", team, "2026-10", "2026-10")
    Deal.objects.update(opened_precision="day", closed_precision="day")

    (whole,) = figures("cycle-time", team, "2026-10", "2026-10")
    (with_open,) = figures("cycle-time-km", team, "2026-10", "2026-10")

    assert round(exact.value, 4) == Decimal("10.0417")
    assert (whole.value, with_open.value) == (10, 10)


def test_a_deal_without_a_date_is_left_out_and_counted(team, pipeline, anna):
    builders.deal(pipeline, by=anna, at=at(1))
    Deal.objects.update(opened_precision="none")

    (september,) = figures("cycle-time-km", team, "2026-09", "2026-09")

    assert (september.value, september.n, september.left_out) == (None, 0, 1)
