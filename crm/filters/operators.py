"""How the fields of a deal are compared: for each kind of field its operators.

The name of an operator holds "…" where its value stands, so that name and value read as words.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.filters.shapes import PERIODS, Amount, Between, Day, OneOf, Shape, Text, Whole

NOTHING = Shape()
ONE_DAY = timedelta(days=1)


class Operator(NamedTuple):
    """What it is called, what it compares with, and the condition that comes of it."""

    name: Any
    shape: Shape
    q: Callable[[Any], Q]


Operators = Mapping[str, Operator]


def of_text(*paths: str) -> dict[str, Operator]:
    """Text in any of these columns; what is compared is compared without case."""

    def any_of(lookup: str, value: Any) -> Q:
        found = Q()
        for path in paths:
            found |= Q(**{f"{path}__{lookup}": value})
        return found

    filled = any_of("gt", "")
    return {
        "contains": Operator(_("contains …"), Text(), lambda text: any_of("icontains", text)),
        "contains-not": Operator(
            _("does not contain …"), Text(), lambda text: ~any_of("icontains", text)
        ),
        "is": Operator(_("is …"), Text(), lambda text: any_of("iexact", text)),
        "is-not": Operator(_("is not …"), Text(), lambda text: ~any_of("iexact", text)),
        "empty": Operator(_("is empty"), NOTHING, lambda _value: ~filled),
        "filled": Operator(_("is filled in"), NOTHING, lambda _value: filled),
    }


def of_choice(options: Callable[[], Mapping[str, Any]], q: Callable[[str], Q]) -> Operators:
    """One of some words; `q` is the condition for a word."""
    shape = OneOf(options)
    return {
        "is": Operator(_("is …"), shape, q),
        "is-not": Operator(_("is not …"), shape, lambda word: ~q(word)),
    }


def of_amount(path: str) -> Operators:
    """Money; an amount that nobody knows is in no range."""
    return {
        "at-least": Operator(
            _("is at least …"), Amount(), lambda amount: Q(**{f"{path}__gte": amount})
        ),
        "at-most": Operator(
            _("is at most …"), Amount(), lambda amount: Q(**{f"{path}__lte": amount})
        ),
        "between": Operator(
            _("is between …"), Between(Amount()), lambda ends: Q(**{f"{path}__range": ends})
        ),
        "is": Operator(_("is …"), Amount(), lambda amount: Q(**{path: amount})),
        **_known_or_not(path),
    }


def of_number_of_days(within: Callable[[int | None, int | None], Q]) -> Operators:
    """For how many whole days; `within` is the condition for at least and at most so many."""
    return {
        "at-least": Operator(_("is at least … days"), Whole(), lambda days: within(days, None)),
        "at-most": Operator(_("is at most … days"), Whole(), lambda days: within(None, days)),
    }


def of_day(path: str, today: date) -> Operators:
    """A day."""

    def within(first: date | None, last: date | None) -> Q:
        return _from_until(path, first, "lte", last)

    return {**_days(within, today), **_known_or_not(path)}


def of_moment(path: str, today: date, zone: ZoneInfo) -> Operators:
    """A moment, asked for by the day on which it was for the team."""

    def start(day: date | None) -> datetime | None:
        return datetime.combine(day, time.min, zone) if day else None

    def within(first: date | None, last: date | None) -> Q:
        return _from_until(path, start(first), "lt", start(last and last + ONE_DAY))

    return {**_days(within, today), **_known_or_not(path)}


def _days(within: Callable[[date | None, date | None], Q], today: date) -> Operators:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return {
        "is": Operator(_("is on …"), Day(), lambda day: within(day, day)),
        "before": Operator(_("is before …"), Day(), lambda day: within(None, day - ONE_DAY)),
        "after": Operator(_("is after …"), Day(), lambda day: within(day + ONE_DAY, None)),
        "between": Operator(_("is between …"), Between(Day()), lambda ends: within(*ends)),
        "last": Operator(
            _("falls in the last … days"), Whole(), lambda days: within(ago(days), today)
        ),
        "next": Operator(
            _("falls in the next … days"), Whole(), lambda days: within(today, ago(-days))
        ),
        "this": Operator(
            _("falls in …"), OneOf(lambda: PERIODS), lambda period: within(*_this(period, today))
        ),
    }


def _known_or_not(path: str) -> Operators:
    unknown = Q(**{f"{path}__isnull": True})
    return {
        "empty": Operator(_("is empty"), NOTHING, lambda _value: unknown),
        "filled": Operator(_("is filled in"), NOTHING, lambda _value: ~unknown),
    }


def _from_until(path: str, first: Any, until: str, last: Any) -> Q:
    ends = {f"{path}__gte": first, f"{path}__{until}": last}
    return Q(**{lookup: end for lookup, end in ends.items() if end is not None})


def _this(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of the week, month, quarter or year that it is today."""
    if period == "week":
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    first = today.replace(month=today.month - (today.month - 1) % months, day=1)
    # From the first day so many months on, thirty-one days each, is within the next period.
    following = (first + months * timedelta(days=31)).replace(day=1)
    return first, following - ONE_DAY
