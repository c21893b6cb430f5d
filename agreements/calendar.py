"""The calendar of what is due: a month of promises, and what comes round in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Self
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q

from agreements.models import Agreement, AgreementVersion, Cadence, Fate, Occurrence, Place
from agreements.sight import Sight, Standing
from dashboards.periods import Period, PeriodKind
from teams.fields import FIRST_DAY, LAST_DAY
from teams.worktime import WorkHours

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """What is promised for a day; `standing` says what became of it, None of what is to come."""

    sight: Sight
    on: date
    standing: Standing | None
    is_late: bool = False


@dataclass(frozen=True)
class Day:
    """A day and what is due on it; `is_beside` is a day of the month before or after."""

    on: date
    dues: list[Due]
    is_today: bool
    is_beside: bool


@dataclass(frozen=True)
class Calendar:
    """A month of days, week by week, and the ways to others."""

    month: Period
    weeks: list[list[Day]]
    mine: bool

    @property
    def is_empty(self) -> bool:
        return not any(day.dues for week in self.weeks for day in week)

    @property
    def earlier_url(self) -> str:
        before = self.month.previous
        return self._address(before) if before.first_day >= FIRST_DAY else ""

    @property
    def later_url(self) -> str:
        after = self.month.next
        return self._address(after) if after.last_day <= LAST_DAY else ""

    @property
    def of_all(self) -> str:
        return f"?{urlencode({'month': self.month})}"

    @property
    def of_mine(self) -> str:
        return f"{self.of_all}&whose=mine"

    def _address(self, month: Period) -> str:
        whose = {"whose": "mine"} if self.mine else {}
        return f"?{urlencode({'month': month, **whose})}"

    @classmethod
    def of(cls, month: Period, place: Place, today: date, *, mine: bool) -> Self:
        """Read what is due: the queries are the same ones, however much it is."""
        weeks = _weeks(month)
        first, last = weeks[0][0], weeks[-1][-1]
        hours = place.team.work_calendar.hours
        dues: dict[date, list[Due]] = {}
        for one in _due_between(first, last, place, mine=mine):
            sight = Sight(one, place, today)
            for due in chain(_written(sight), _to_come(sight, last, hours)):
                dues.setdefault(due.on, []).append(due)
        return cls(
            month=month,
            weeks=[
                [
                    Day(on, dues.get(on, []), on == today, on.month != month.first_day.month)
                    for on in week
                ]
                for week in weeks
            ],
            mine=mine,
        )


def month_of(asked: str | None, today: date) -> Period:
    """The month that is asked for, or that of today. Raises ValueError for what is none."""
    if not asked:
        return Period.containing(PeriodKind.MONTH, today)
    month = Period.parse(asked)
    if month.kind is not PeriodKind.MONTH or not FIRST_DAY <= month.first_day <= LAST_DAY:
        raise ValueError(f"{asked!r} is no month of ours.")
    return month


def _weeks(month: Period) -> list[list[date]]:
    first, last = (
        Period.containing(PeriodKind.WEEK, day) for day in (month.first_day, month.last_day)
    )
    return [
        [week.first_day + number * ONE_DAY for number in range(7)] for week in first.through(last)
    ]


def _due_between(first: date, last: date, place: Place, *, mine: bool) -> list[Agreement]:
    """What is promised for one of these days, or comes round until one of them."""
    seen = Agreement.objects.visible_to(place)
    if mine:
        seen = seen.concerning(place)
    days = Occurrence.objects.filter(agreement=OuterRef("pk"))
    rhythm = AgreementVersion.objects.filter(
        ~Q(every=Cadence.ONCE), agreement=OuterRef("pk"), number=OuterRef("in_force")
    )
    is_due = Exists(days.filter(due_on__range=(first, last)))
    comes_round = Exists(days.filter(state=Fate.UPCOMING)) & Exists(
        rhythm.filter(due_on__lte=last, ends_on__gte=first)
    )
    return list(seen.filter(is_due | comes_round).order_by("pk").with_everything())


def _written(sight: Sight) -> Iterator[Due]:
    """Its days so far, whether they are over or to come."""
    for day, standing in sight.each_time:
        told = None if day.state == Fate.UPCOMING else standing
        yield Due(sight, day.due_on, told, is_late=day.is_late(sight.day))


def _to_come(sight: Sight, last: date, hours: WorkHours) -> Iterator[Due]:
    """The times after the one that is written, as they fall by the hours of today."""
    promise = sight.promise
    if promise is None or promise.state != Fate.UPCOMING:
        return
    for on in sight.words.terms.days(hours):
        if on > last:
            return
        if on > promise.due_on:
            yield Due(sight, on, None)
