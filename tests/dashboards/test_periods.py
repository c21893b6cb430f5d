"""Weeks and months: each exactly once, in the team's own time zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.periods import Period, PeriodKind, last_closed
from teams.workdays import Workdays, end_of_day

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NETHERLANDS = Workdays("NL")
KINDS = st.sampled_from(PeriodKind)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(KINDS, DAYS)
def test_every_day_lies_in_exactly_one_period(kind, day):
    period = Period.containing(kind, day)

    assert period.first_day <= day <= period.last_day
    assert period.next.first_day == period.last_day + timedelta(days=1)
    assert period.next.previous == period


@given(KINDS, DAYS)
def test_a_period_is_read_back_from_its_name(kind, day):
    period = Period.containing(kind, day)

    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2017",
        "2017-13",
        "2017-00",
        "0000-01",
        "2017-W00",
        "2017-W53",
        "2017-1",
        "W50",
        "٢٠١٧-١٢",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="is no month like 2017-12 and no week like 2017-W50"):
        Period.parse(text)


def test_a_long_iso_year_has_a_week_53():
    assert Period.parse("2026-W53").first_day == date(2026, 12, 28)
    assert str(Period.parse("2026-W53").next) == "2027-W01"


@pytest.mark.parametrize(
    ("week", "hours"), [("2026-W13", 167), ("2026-W43", 169), ("2026-W20", 168)]
)
def test_a_week_is_as_long_as_its_clock_changes_make_it(week, hours):
    period = Period.parse(week)

    length = period.end(AMSTERDAM).astimezone(UTC) - period.start(AMSTERDAM).astimezone(UTC)

    assert length == timedelta(hours=hours)


def test_eighteen_months_before_the_end_of_december():
    december = Period.parse("2017-12")

    assert december.months_before_end(18, AMSTERDAM) == datetime(2016, 7, 1, tzinfo=AMSTERDAM)


def test_months_before_a_day_that_the_month_does_not_have():
    week = Period.containing(PeriodKind.WEEK, date(2026, 8, 25))
    assert week.next.first_day == date(2026, 8, 31)

    assert week.months_before_end(18, AMSTERDAM) == datetime(2025, 2, 28, tzinfo=AMSTERDAM)


def test_a_week_is_drafted_on_monday_and_published_on_wednesday():
    week = Period.parse("2026-W47")

    assert week.drafted_at(AMSTERDAM) == datetime(2026, 11, 23, 6, tzinfo=AMSTERDAM)
    assert week.published_at(AMSTERDAM, NETHERLANDS) == datetime(2026, 11, 25, 12, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("month", "day"),
    [
        ("2026-09", date(2026, 10, 5)),  # the first is a Thursday
        ("2026-07", date(2026, 8, 5)),  # the first is a Saturday
        ("2026-08", date(2026, 9, 3)),  # the first is a Tuesday
        ("2026-12", date(2027, 1, 6)),  # the first is New Year's Day
        ("2025-04", date(2025, 5, 6)),  # on the fifth eighty years of freedom are celebrated
    ],
)
def test_a_month_is_published_on_its_third_working_day(month, day):
    assert Period.parse(month).published_at(AMSTERDAM, NETHERLANDS) == datetime(
        day.year, day.month, day.day, 12, tzinfo=AMSTERDAM
    )


def test_the_last_closed_period_depends_on_where_the_team_is():
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert str(last_closed(PeriodKind.MONTH, new_year, AMSTERDAM)) == "2026-12"
    assert str(last_closed(PeriodKind.MONTH, new_year, ZoneInfo("America/New_York"))) == "2026-11"


def test_a_day_ends_where_the_next_begins():
    assert end_of_day(date(2017, 12, 31), AMSTERDAM) == datetime(2018, 1, 1, tzinfo=AMSTERDAM)


def test_a_span_holds_both_its_ends():
    months = Period.parse("2026-11").through(Period.parse("2027-01"))

    assert [str(month) for month in months] == ["2026-11", "2026-12", "2027-01"]
