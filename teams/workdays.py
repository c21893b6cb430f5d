"""Which days a team works: as its country does, public holidays excepted."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from holidays import HolidayBase

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """The working days of a country, by its two letters of ISO 3166.

    Its weekend and its public holidays are those of the library `holidays`, which follows the
    laws of each country; holidays of a single region are working days here.
    """

    country: str

    def __contains__(self, day: date) -> bool:
        return day not in _days_off(self.country, day.year)

    def since(self, day: date) -> Iterator[date]:
        """The working days from this day on, itself among them when it is one."""
        while True:
            if day in self:
                yield day
            day += DAY

    def after(self, day: date) -> date:
        """The first working day after this day."""
        return self.add(day, 1)

    def add(self, day: date, count: int) -> date:
        """The day so many working days after this one; none after it is the day itself.

        Raises ValueError for a count below nought.
        """
        return next(islice(self.since(day + DAY), count - 1, None)) if count else day

    def nth_of_month(self, month: date, nth: int) -> date:
        """The first, second, … working day counted from the first day of this day's month.

        A number that the month does not have leads into the next. Raises ValueError below one.
        """
        return next(islice(self.since(month.replace(day=1)), nth - 1, None))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which this whole day is over."""
    return datetime.combine(day + DAY, time.min, zone)


def months_after(first: date, number: int) -> date:
    """The same day so many months later, or the last of a month that is too short for it."""
    years, month = divmod(first.month - 1 + number, 12)
    year, month = first.year + years, month + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))


def is_public_holiday(country: str, day: date) -> bool:
    """Whether the law of this country makes the day a holiday, on whatever day of the week."""
    return day in _public_holidays(country, day.year)


@lru_cache(maxsize=512)
def _public_holidays(country: str, year: int) -> HolidayBase:
    # The library takes about a second to load, and most processes never need it.
    import holidays  # noqa: PLC0415

    return holidays.country_holidays(country, years=year, expand=False)


@lru_cache(maxsize=512)
def _days_off(country: str, year: int) -> frozenset[date]:
    known = _public_holidays(country, year)
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = (first + n * DAY for n in range((after - first).days))
    return frozenset(day for day in days if not known.is_working_day(day))
