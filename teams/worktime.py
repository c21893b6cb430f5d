"""Working time: how long a team was at work between two moments, and when it will have been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, count, takewhile
from typing import TypeVar
from zoneinfo import ZoneInfo

from teams.workdays import DAY, is_public_holiday

# From minute to minute of a day, counted from midnight on the clock; 1440 is the next midnight.
Range = tuple[int, int]
T = TypeVar("T", int, datetime)
Span = tuple[datetime, datetime]
MINUTES_OF_DAY = 1440
NINE_TO_FIVE: Range = (9 * 60, 17 * 60)
OFFICE_WEEK: tuple[tuple[Range, ...], ...] = (*[(NINE_TO_FIVE,)] * 5, (), ())


@dataclass(frozen=True)
class WorkHours:
    """When a team works: its hours on each day of the week, public holidays and own days excepted.

    `week` has seven days from Monday on, each with any number of ranges; where they overlap, the
    time counts once, and a range that ends where it begins is none. `country` is whose public
    holidays are kept, by its two letters of ISO 3166. `closed` are the team's own days off.

    A range begins and ends when the clock of the team shows it. Where the clock is put forward or
    back that is read as RFC 5545 (3.3.5) does: a time that comes twice is the first of the two,
    and one that is skipped is counted on from before the gap.
    """

    zone: ZoneInfo
    country: str
    week: tuple[tuple[Range, ...], ...]
    closed: frozenset[date] = frozenset()

    @property
    def minutes_a_week(self) -> int:
        """The minutes of a week as the clock shows them, in which the team works."""
        return sum(end - begin for ranges in self.week for begin, end in joined(ranges))

    def __contains__(self, day: date) -> bool:
        """Whether the team works at all on this day."""
        is_closed = day in self.closed or is_public_holiday(self.country, day)
        return not is_closed and any(begin < end for begin, end in self.week[day.weekday()])

    def add_days(self, day: date, count: int) -> date:
        """The day so many working days after this one; none after it is the day itself.

        Raises ValueError for hours that never come.
        """
        if not self.minutes_a_week:
            raise ValueError("A team that never works never gets to it.")
        while count:
            day += DAY
            count -= day in self
        return day

    def days_between(self, first: date, last: date) -> int:
        """How many working days come after the first day, up to the last; none the other way."""
        days = (first + n * DAY for n in range(1, (last - first).days + 1))
        return sum(day in self for day in days)

    def seconds_between(self, began: datetime, ended: datetime) -> int:
        """The whole seconds of working time from one moment to a later one; none the other way."""
        return int(sum(_length(span) for span in self._spans_between(began, ended)))

    def after(self, moment: datetime, seconds: int) -> datetime:
        """The moment at which so many seconds have been worked since this one, in UTC.

        None at all, outside working time, is the moment itself. Raises ValueError for hours that
        never come, OverflowError where the calendar of the computer ends.
        """
        if not self.minutes_a_week:
            raise ValueError("A team that never works never gets to it.")
        left = timedelta(seconds=seconds)
        moment = moment.astimezone(UTC)
        if not left:
            return moment
        for begin, end in self._spans_since(moment):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise AssertionError("The days go on.")

    def _spans_between(self, began: datetime, ended: datetime) -> Iterator[Span]:
        began = began.astimezone(UTC)
        last = ended.astimezone(self.zone).date()
        spans = self._spans_of_days(takewhile(last.__ge__, self._days_since(began)))
        return joined((max(begin, began), min(end, ended)) for begin, end in spans)

    def _spans_since(self, moment: datetime) -> Iterator[Span]:
        for begin, end in self._spans_of_days(self._days_since(moment)):
            if end > moment:
                yield max(begin, moment), end

    def _days_since(self, moment: datetime) -> Iterator[date]:
        # From the day before: its last range ends after midnight where midnight is skipped.
        first = moment.astimezone(self.zone).date() - DAY
        return (first + n * DAY for n in count())

    def _spans_of_days(self, days: Iterable[date]) -> Iterator[Span]:
        return chain.from_iterable(map(self._spans_of, days))

    def _spans_of(self, day: date) -> Iterator[Span]:
        """What is worked on a day, in order and without overlap."""
        ranges = self.week[day.weekday()]
        if ranges and day not in self.closed and not is_public_holiday(self.country, day):
            yield from joined((self._at(day, begin), self._at(day, end)) for begin, end in ranges)

    def _at(self, day: date, minute: int) -> datetime:
        on_the_clock = datetime.combine(day, time.min, self.zone) + timedelta(minutes=minute)
        return on_the_clock.astimezone(UTC)


def joined(spans: Iterable[tuple[T, T]]) -> Iterator[tuple[T, T]]:
    """The same time in order and without overlap, and without what ends where it begins."""
    until: T | None = None
    for begin, end in sorted(spans):
        start = begin if until is None else max(begin, until)
        if start < end:
            yield start, end
            until = end


def _length(span: Span) -> float:
    begin, end = span
    return (end - begin).total_seconds()
