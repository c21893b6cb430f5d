"""How fields are compared: for each kind of field its operators.

The name of an operator holds "…" where its value stands, so that name and value read as words.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.filters.shapes import (
    PERIODS,
    Amount,
    Between,
    Day,
    OneOf,
    OneOfNamed,
    Shape,
    Text,
    Whole,
)

NOTHING = Shape()
ONE_DAY = timedelta(days=1)


class Operator(NamedTuple):
    """What it is called, what it compares with, and the condition that comes of it."""

    name: Any
    shape: Shape
    q: Callable[[Any], Q]


Operators = Mapping[str, Operator]


class Worked(NamedTuple):
    """A value that the database works out, and what a condition about it says of what is listed."""

    value: models.Expression
    of_what: Callable[[Q], Q]


# What is compared: the path to a column, or a value.
Compared = str | Worked


def of_text(*texts: Compared) -> dict[str, Operator]:
    """Any of these texts; what is compared is compared without case."""

    def any_of(lookup: str, value: Any) -> Q:
        return reduce(or_, (_holds(text, lookup, value) for text in texts))

    filled = any_of("gt", "")
    return {
        "contains": Operator(_("contains …"), Text(), lambda text: any_of("icontains", text)),
        "contains-not": Operator(
            _("does not contain …"), Text(), lambda text: ~any_of("icontains", text)
        ),
        "is": Operator(_("is …"), Text(), lambda text: any_of("iexact", text)),
        "is-not": Operator(_("is not …"), Text(), lambda text: ~any_of("iexact", text)),
        **known_or_not(filled),
    }


def of_choice(options: Callable[[], Mapping[str, Any]], q: Callable[[str], Q]) -> Operators:
    """One of some words; `q` is the condition for a word."""
    return _chosen(OneOf(options), q)


def of_row(path: str, options: Callable[[], Mapping[str, Any]]) -> Operators:
    """A row of a list of the team: compared by itself, whatever it is called, or by its name."""
    chosen = _chosen(OneOfNamed(options), lambda pk: Q(**{path: int(pk)}))
    texts = of_text(f"{path}__name")
    return {**chosen, **{key: each for key, each in texts.items() if key not in chosen}}


def of_amount(amount: Compared, shape: Shape | None = None) -> Operators:
    """Money, or a number of another shape; what nobody knows is in no range."""
    shape = shape or Amount()

    def compare(name: Any, lookup: str, with_: Shape) -> Operator:
        return Operator(name, with_, lambda value: _holds(amount, lookup, value))

    return {
        "at-least": compare(_("is at least …"), "gte", shape),
        "at-most": compare(_("is at most …"), "lte", shape),
        "between": compare(_("is between …"), "range", Between(shape)),
        "is": compare(_("is …"), "exact", shape),
        **_known_or_not(amount),
    }


def of_number_of_days(within: Callable[[int | None, int | None], Q]) -> Operators:
    """For how many whole days; `within` is the condition for at least and at most so many."""
    return {
        "at-least": Operator(_("is at least … days"), Whole(), lambda days: within(days, None)),
        "at-most": Operator(_("is at most … days"), Whole(), lambda days: within(None, days)),
    }


def of_day(day: Compared, today: date) -> Operators:
    """A day."""

    def within(first: date | None, last: date | None) -> Q:
        return _from_until(day, first, "lte", last)

    return {**_days(within, today), **_known_or_not(day)}


def of_moment(moment: Compared, today: date, zone: ZoneInfo) -> Operators:
    """A moment, asked for by the day on which it was for the team."""

    def start(day: date | None) -> datetime | None:
        return datetime.combine(day, time.min, zone) if day else None

    def within(first: date | None, last: date | None) -> Q:
        return _from_until(moment, start(first), "lt", start(last and last + ONE_DAY))

    return {**_days(within, today), **_known_or_not(moment)}


def known_or_not(is_known: Q) -> Operators:
    """Whether there is anything at all."""
    return {
        "empty": Operator(_("is empty"), NOTHING, lambda _value: ~is_known),
        "filled": Operator(_("is filled in"), NOTHING, lambda _value: is_known),
    }


def _chosen(shape: OneOf, q: Callable[[str], Q]) -> Operators:
    return {
        "is": Operator(_("is …"), shape, q),
        "is-not": Operator(_("is not …"), shape, lambda word: ~q(word)),
    }


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


def _known_or_not(of: Compared) -> Operators:
    return known_or_not(_holds(of, lookup="isnull", value=False))


def _from_until(of: Compared, first: Any, until: str, last: Any) -> Q:
    ends = {"gte": first, until: last}
    return reduce(and_, (_holds(of, lookup, end) for lookup, end in ends.items() if end), Q())


def _holds(of: Compared, lookup: str, value: Any) -> Q:
    if isinstance(of, str):
        return Q(**{f"{of}__{lookup}": value})
    compares = of.value.get_lookup(lookup)
    assert compares is not None
    return of.of_what(Q(compares(of.value, value)))


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
