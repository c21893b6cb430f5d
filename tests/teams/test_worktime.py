"""Working time: nights, weekends, holidays and changed clocks do not count, and nothing twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.workdays import is_public_holiday
from teams.worktime import WorkHours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NINE_TO_FIVE = ((540, 1020),)
OFFICE = WorkHours(AMSTERDAM, "NL", (NINE_TO_FIVE,) * 5 + ((), ()))
ALWAYS = WorkHours(AMSTERDAM, "NL", (((0, 1440),),) * 7)
NEVER = WorkHours(AMSTERDAM, "NL", ((),) * 7)
HOUR = 3600
MINUTE = timedelta(minutes=1)


def at(
    year: int, month: int, day: int, *clock: int, zone: ZoneInfo = AMSTERDAM, fold: int = 0
) -> datetime:
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=zone, fold=fold)


def every_day(*ranges: tuple[int, int]) -> WorkHours:
    return WorkHours(AMSTERDAM, "NL", (ranges,) * 7)


class TestOfficeHours:
    @pytest.mark.parametrize(
        ("began", "ended", "hours"),
        [
            (at(2026, 11, 25, 10), at(2026, 11, 25, 12), 2),
            # From Friday afternoon to Monday morning.
            (at(2026, 11, 27, 16), at(2026, 11, 30, 10), 2),
            # At night and on Sunday nothing.
            (at(2026, 11, 25, 18), at(2026, 11, 26, 8), 0),
            (at(2026, 11, 29, 10), at(2026, 11, 29, 12), 0),
            # Christmas is a Friday, so between Thursday and Monday there is one evening.
            (at(2026, 12, 24, 16), at(2026, 12, 28, 9), 1),
            (at(2026, 11, 23, 0), at(2026, 11, 30, 0), 40),
            # The other way round nothing.
            (at(2026, 11, 25, 12), at(2026, 11, 25, 10), 0),
            (at(2026, 11, 27, 12), at(2026, 11, 25, 10), 0),
        ],
    )
    def test_only_working_hours_count(self, began, ended, hours):
        assert OFFICE.seconds_between(began, ended) == hours * HOUR

    @pytest.mark.parametrize(
        ("moment", "hours", "then"),
        [
            (at(2026, 11, 25, 10), 4, at(2026, 11, 25, 14)),
            (at(2026, 11, 25, 15), 4, at(2026, 11, 26, 11)),
            (at(2026, 11, 27, 16), 4, at(2026, 11, 30, 12)),
            # The last second of the day is enough, and the next morning is not awaited.
            (at(2026, 11, 25, 13), 4, at(2026, 11, 25, 17)),
            (at(2026, 12, 24, 16), 4, at(2026, 12, 28, 12)),
            (at(2026, 11, 28, 3), 4, at(2026, 11, 30, 13)),
            (at(2026, 11, 28, 3), 0, at(2026, 11, 28, 3)),
        ],
    )
    def test_when_so_much_will_have_been_worked(self, moment, hours, then):
        assert OFFICE.after(moment, hours * HOUR) == then

    def test_a_day_of_our_own_is_no_working_day(self):
        picnic = date(2026, 11, 26)
        ours = WorkHours(AMSTERDAM, "NL", OFFICE.week, frozenset({picnic}))
        assert ours.after(at(2026, 11, 25, 16), 2 * HOUR) == at(2026, 11, 27, 10)
        assert ours.seconds_between(at(2026, 11, 25, 17), at(2026, 11, 27, 9)) == 0

    def test_other_countries_keep_other_holidays(self):
        american = WorkHours(ZoneInfo("America/New_York"), "US", OFFICE.week)
        thanksgiving = at(2026, 11, 26, 9, zone=american.zone)
        assert american.after(thanksgiving, HOUR) == at(2026, 11, 27, 10, zone=american.zone)

    def test_parts_of_seconds_do_not_count(self):
        began = at(2026, 11, 25, 10)
        assert OFFICE.seconds_between(began, began + timedelta(seconds=1.9)) == 1


class TestRanges:
    def test_a_break_at_noon(self):
        shop = every_day((540, 750), (780, 1020))
        assert shop.after(at(2026, 11, 25, 12), HOUR) == at(2026, 11, 25, 13, 30)

    def test_overlapping_ones_count_once_in_any_order(self):
        twice = every_day((600, 720), (540, 660), (540, 600))
        day = at(2026, 11, 25), at(2026, 11, 26)
        assert twice.seconds_between(*day) == 3 * HOUR

    def test_one_that_ends_where_it_begins_is_none(self):
        day = at(2026, 11, 25), at(2026, 11, 26)
        assert every_day((540, 540)).seconds_between(*day) == 0

    def test_nights_go_on_into_the_next_day(self):
        night = every_day((0, 360), (1320, 1440))
        assert night.seconds_between(at(2026, 11, 25, 23), at(2026, 11, 26, 1)) == 2 * HOUR

    def test_a_team_that_never_works(self):
        assert NEVER.seconds_between(at(2026, 1, 1), at(2027, 1, 1)) == 0
        for never in (NEVER, every_day((540, 540))):
            with pytest.raises(ValueError, match="never"):
                never.after(at(2026, 1, 1), 1)


class TestWhenTheClockIsChanged:
    # In Amsterdam on 29 March 2026 from 2:00 to 3:00, on 25 October 2026 from 3:00 back to 2:00.
    def test_a_night_of_spring_is_an_hour_shorter(self):
        assert ALWAYS.seconds_between(at(2026, 3, 29), at(2026, 3, 30)) == 23 * HOUR

    def test_a_night_of_autumn_is_an_hour_longer(self):
        assert ALWAYS.seconds_between(at(2026, 10, 25), at(2026, 10, 26)) == 25 * HOUR

    def test_a_day_at_the_office_is_as_long_as_ever(self):
        for sunday in (date(2026, 3, 29), date(2026, 10, 25)):
            monday = at(sunday.year, sunday.month, sunday.day, 9) + timedelta(days=1)
            friday = at(sunday.year, sunday.month, sunday.day, 16) - timedelta(days=2)
            assert OFFICE.seconds_between(friday, monday) == HOUR

    def test_the_skipped_hour_is_counted_on_from_before_it(self):
        # 2:30 is read as half an hour after 2:00, when the clock shows 3:30.
        shift = every_day((150, 300))
        assert shift.after(at(2026, 3, 29), HOUR) == at(2026, 3, 29, 4, 30)
        # From 2:30 to 3:00 nothing is left, for 3:00 comes first.
        assert every_day((150, 180)).seconds_between(at(2026, 3, 29), at(2026, 3, 30)) == 0
        # 2:00 to 2:30 is 3:00 to 3:30, which counts once.
        both = every_day((120, 150), (180, 240))
        assert both.seconds_between(at(2026, 3, 29), at(2026, 3, 30)) == HOUR

    def test_the_hour_that_comes_twice_counts_from_the_first_and_to_the_first(self):
        day = at(2026, 10, 25), at(2026, 10, 26)
        assert every_day((150, 180)).seconds_between(*day) == 1.5 * HOUR
        assert every_day((60, 150)).seconds_between(*day) == 1.5 * HOUR
        assert every_day((120, 240)).after(day[0], 2 * HOUR) == at(2026, 10, 25, 3)

    def test_where_midnight_is_skipped_the_evening_before_is_not_lost(self):
        # Cairo put the clock forward at midnight before 24 April 2026.
        cairo = WorkHours(ZoneInfo("Africa/Cairo"), "EG", (((1380, 1440),),) * 7)
        evening = datetime(2026, 4, 23, 21, 30, tzinfo=UTC)
        assert cairo.seconds_between(evening, evening + timedelta(hours=2)) == HOUR / 2
        assert cairo.after(evening, 1800) == datetime(2026, 4, 23, 22, tzinfo=UTC)


MINUTES = st.integers(0, 24).map(lambda each: each * 60) | st.sampled_from([90, 130, 150, 175])
RANGES = st.lists(st.tuples(MINUTES, MINUTES), max_size=3).map(tuple)
WEEKS = st.tuples(*[RANGES] * 7)
# Around both changes of the clock and around Easter, Christmas and New Year.
DAYS = st.sampled_from(
    [date(2026, 3, 27), date(2026, 10, 23), date(2026, 4, 2), date(2026, 12, 24), date(2026, 11, 1)]
)
ZONES = st.sampled_from(["Europe/Amsterdam", "America/New_York", "Africa/Cairo", "Asia/Kolkata"])
HOURS = st.builds(
    WorkHours,
    ZONES.map(ZoneInfo),
    st.sampled_from(["NL", "US"]),
    WEEKS,
    st.frozensets(DAYS.map(lambda day: day + timedelta(days=1))),
)
MOMENTS = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    DAYS,
    st.integers(0, 4 * 1440),
)


def is_worked(hours: WorkHours, minute: datetime) -> bool:
    """Whether the minute is worked, on paper: in a range of its day or of the day before."""
    today = minute.astimezone(hours.zone).date()
    return any(
        on_the_clock(hours, day, begin) <= minute < on_the_clock(hours, day, end)
        for day in (today, today - timedelta(days=1))
        if day not in hours.closed and not is_public_holiday(hours.country, day)
        for begin, end in hours.week[day.weekday()]
    )


def on_the_clock(hours: WorkHours, day: date, minute: int) -> datetime:
    day += timedelta(days=minute // 1440)
    hour, minute = divmod(minute % 1440, 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=hours.zone)


class TestMinuteByMinute:
    @given(HOURS, MOMENTS, st.integers(0, 600))
    def test_it_is_the_number_of_minutes_that_are_worked(self, hours, began, minutes):
        worked = sum(is_worked(hours, began + n * MINUTE) for n in range(minutes))
        assert hours.seconds_between(began, began + minutes * MINUTE) == 60 * worked

    @given(HOURS, MOMENTS, st.integers(1, 3 * 86_400))
    def test_the_moment_after_so_many_seconds_is_the_first_at_which_they_are_worked(
        self, hours, began, seconds
    ):
        if not any(begin < end for ranges in hours.week for begin, end in ranges):
            return
        then = hours.after(began, seconds)
        assert hours.seconds_between(began, then) == seconds
        assert hours.seconds_between(began, then - timedelta(seconds=1)) == seconds - 1

    @given(HOURS, MOMENTS, st.integers(0, 5000), st.integers(0, 5000))
    def test_what_is_worked_adds_up(self, hours, began, one, other):
        middle, ended = began + one * MINUTE, began + (one + other) * MINUTE
        parts = hours.seconds_between(began, middle) + hours.seconds_between(middle, ended)
        assert hours.seconds_between(began, ended) == parts
