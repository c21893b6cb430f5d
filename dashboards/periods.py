"""Weeks and months as a team lives them: in its own time zone, each exactly once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from teams.workdays import Workdays

NOON = time(12)
DRAFTED_AT = time(6)
WEDNESDAY = 2
DAYS_OF_WEEK = 7


class PeriodKind(StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, order=True)
class Period:
    """An ISO week or a calendar month, known by its first day.

    Its moments are [start, end) in a team's time zone.
    """

    kind: PeriodKind
    first_day: date

    @classmethod
    def containing(cls, kind: PeriodKind, day: date) -> Period:
        if kind is PeriodKind.WEEK:
            return cls(kind, day - timedelta(days=day.weekday()))
        return cls(kind, day.replace(day=1))

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "2017-12" or "2017-W50". Raises ValueError, fit to show, for anything else."""
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII):
            year, month = map(int, match.groups())
            if 1 <= month <= 12 and year > 0:  # noqa: PLR2004
                return cls(PeriodKind.MONTH, date(year, month, 1))
        if match := re.fullmatch(r"(\d{4})-W(\d{2})", text, re.ASCII):
            try:
                return cls(PeriodKind.WEEK, date.fromisocalendar(*map(int, match.groups()), 1))  # type: ignore[call-arg]
            except ValueError:
                pass  # a year of 52 weeks has no week 53; the sentence below says so
        raise ValueError(f"{text!r} is no month like 2017-12 and no week like 2017-W50.")

    def __str__(self) -> str:
        if self.kind is PeriodKind.MONTH:
            return f"{self.first_day:%Y-%m}"
        year, week, _ = self.first_day.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def next(self) -> Period:
        # 32 days after the first of a month always lie in the next one.
        days = DAYS_OF_WEEK if self.kind is PeriodKind.WEEK else 32
        return Period.containing(self.kind, self.first_day + timedelta(days=days))

    @property
    def previous(self) -> Period:
        return Period.containing(self.kind, self.first_day - timedelta(days=1))

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    def start(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.first_day, time.min, zone)

    def end(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.next.first_day, time.min, zone)

    def through(self, last: Period) -> Iterator[Period]:
        """This period and every later one up to and including the last."""
        period = self
        while period <= last:
            yield period
            period = period.next

    def months_before_end(self, months: int, zone: ZoneInfo) -> datetime:
        """The moment so many calendar months before the period's end."""
        after = self.next.first_day
        index = after.year * 12 + after.month - 1 - months
        year, month = divmod(index, 12)
        last = Period(PeriodKind.MONTH, date(year, month + 1, 1)).last_day.day
        return datetime.combine(date(year, month + 1, min(after.day, last)), time.min, zone)

    def drafted_at(self, zone: ZoneInfo) -> datetime:
        """When the team sees the report first: the morning after the period."""
        return datetime.combine(self.next.first_day, DRAFTED_AT, zone)

    def published_at(self, zone: ZoneInfo, workdays: Workdays) -> datetime:
        """When the report is published: a week on Wednesday, a month on its third working day."""
        after = self.next.first_day
        if self.kind is PeriodKind.WEEK:
            return datetime.combine(after + timedelta(days=WEDNESDAY), NOON, zone)
        return datetime.combine(workdays.nth_of_month(after, 3), NOON, zone)


def last_closed(kind: PeriodKind, at: datetime, zone: ZoneInfo) -> Period:
    """The latest period that is over at this moment."""
    return Period.containing(kind, at.astimezone(zone).date()).previous
