"""The calendar of what the team means to do: a month, a week, or the days that hold something."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Self
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.cards import Reader
from crm.filters import EVERYTHING, Filter
from crm.listing import Wish
from crm.models.values import FIRST_DAY, LAST_DAY
from crm.planned import Planned
from teams.models import User
from teams.templatetags.kring import short_date

LOOKS = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "agenda": gettext_lazy("Agenda"),
}
WHO = {"me": gettext_lazy("Mine")}
WEEK = timedelta(days=7)
AGENDA = timedelta(days=28)
ONE_DAY = timedelta(days=1)
# More than this on one day of a month is told by its number.
MOST_OF_A_DAY = 4


@dataclass(frozen=True)
class Look:
    """What the reader asks for: how to look, around which day (None is today), and whose.

    `wish` is what was asked of the deals on the list or the board; None asks for nothing.
    """

    look: str = "month"
    on: date | None = None
    who: str = ""
    wish: Wish | None = None

    def address(self, **changes: Any) -> str:
        """This look, with changes, as the end of an address; what is usual is left out."""
        look = replace(self, **changes)
        wanted = {"look": look.look, "on": look.on, "who": look.who}
        told = [(name, value) for name, value in wanted.items() if value and value != "month"]
        told += look.wish.parameters() if look.wish else []
        return f"?{urlencode(told, safe=':,')}"

    @property
    def narrowed(self) -> Filter:
        """Which deals: as on the board, where those that were closed lately stand as well."""
        return self.wish.filter.of_board() if self.wish else EVERYTHING


@dataclass(frozen=True)
class Day:
    """A day and what stands on it; `is_beside` is a day of the month before or after."""

    on: date
    planned: list[Planned]
    is_today: bool
    is_beside: bool
    url: str

    @property
    def shown(self) -> list[Planned]:
        return self.planned[:MOST_OF_A_DAY]

    @property
    def more(self) -> int:
        return len(self.planned) - len(self.shown)


@dataclass(frozen=True)
class Calendar:
    """The days that are looked at, week by week, and the ways to others."""

    title: str
    weeks: list[list[Day]]
    previous_url: str
    next_url: str
    today_url: str

    @property
    def days(self) -> list[Day]:
        """The days that hold something."""
        return [day for week in self.weeks for day in week if day.planned]

    @classmethod
    def of(cls, look: Look, reader: Reader, user: User) -> Self:
        """Read the calendar: one query, however much stands in it."""
        on = look.on or reader.today
        first, last = span(look.look, on)
        mine = user if look.who else None
        found = reader.team.activities.on_calendar(first, last, assignee=mine)
        if look.narrowed != EVERYTHING:
            found = found.filter(deal__in=reader.team.deals.filter(look.narrowed.q))
        planned = {
            day: [Planned.of(one, reader) for one in those]
            for day, those in groupby(found, key=lambda one: one.due_on)
        }
        days = [
            Day(
                on=day,
                planned=planned.get(day, []),
                is_today=day == reader.today,
                is_beside=look.look == "month" and day.month != on.month,
                url=look.address(look="agenda", on=day),
            )
            for day in _days(first, last)
        ]
        before, after = _beside(look.look, on)
        return cls(
            title=_title(look.look, on, first, last, reader.today),
            weeks=[days[start : start + WEEK.days] for start in range(0, len(days), WEEK.days)],
            previous_url=look.address(on=before) if before >= FIRST_DAY else "",
            next_url=look.address(on=after) if after <= LAST_DAY else "",
            today_url=look.address(on=None),
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def span(look: str, on: date) -> tuple[date, date]:
    """The first and the last day that are looked at; of a month all days of its weeks."""
    if look == "agenda":
        return on, on + AGENDA - ONE_DAY
    first = last = on
    if look == "month":
        first = on.replace(day=1)
        last = _month_after(first) - ONE_DAY
    return _monday(first), _monday(last) + WEEK - ONE_DAY


def _beside(look: str, on: date) -> tuple[date, date]:
    """A day of the span before, and of the one after."""
    if look == "month":
        first = on.replace(day=1)
        return (first - ONE_DAY).replace(day=1), _month_after(first)
    step = WEEK if look == "week" else AGENDA
    return on - step, on + step


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _title(look: str, on: date, first: date, last: date, today: date) -> str:
    if look == "month":
        return date_format(on, "F Y")
    words = {"first": short_date(first, today), "last": short_date(last, today)}
    return _("%(first)s to %(last)s") % words
