"""Dates and numbers as people write them. A column is read as a whole, never cell by cell.

A reading is one way to understand all values of a column. Where two readings fit and differ,
nobody guesses: whoever asked is given both.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

FIRST_YEAR, LAST_YEAR = 1990, 2100
# Two-digit years run from 1990 to 2089.
CENTURY_TURNS = 90

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")


class DateOrder(StrEnum):
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    YEAR_FIRST = "year-first"


class DecimalMark(StrEnum):
    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True)
class Reading(Generic[Choice, Value]):
    """One way to read a column: the choices that lead to it, and what each value then means.

    A value that is not in `values` cannot be read in this way.
    """

    choices: tuple[Choice, ...]
    values: Mapping[str, Value]


_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_DAY, _MONTH, _SHORT_YEAR = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})", r"(?P<year>\d{2})"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_MARK, _SAME_MARK = "(?P<mark>[-/.])", "(?P=mark)"


def _date_form(first: str, second: str, third: str) -> re.Pattern[str]:
    form = f"{first}{_MARK}{second}{_SAME_MARK}{third}{_MIDNIGHT}"
    return re.compile(form, re.ASCII)


_CERTAIN = _date_form(r"(?P<year>\d{4})", _MONTH, _DAY)
_DATES = {
    DateOrder.DAY_FIRST: _date_form(_DAY, _MONTH, _YEAR),
    DateOrder.MONTH_FIRST: _date_form(_MONTH, _DAY, _YEAR),
    DateOrder.YEAR_FIRST: _date_form(_SHORT_YEAR, _MONTH, _DAY),
}


def _number_form(groups: str, decimal: str) -> re.Pattern[str]:
    whole = rf"\d{{1,3}}([{groups}])\d{{3}}(?:\1\d{{3}})*|\d+"
    return re.compile(rf"-?(?:{whole})(?:{decimal}\d+)?", re.ASCII)


_NUMBERS = {
    DecimalMark.POINT: _number_form(",' ", r"\."),
    DecimalMark.COMMA: _number_form(".' ", ","),
}


def read_date(text: str, order: DateOrder) -> date | None:
    """Read 2017-03-01 in any order, 1-3-2017, 1/3/17 and 17.3.1 in theirs; else None.

    A time of day is accepted where it is midnight. Days before 1990 and after 2100 are none.
    """
    found = _CERTAIN.fullmatch(text) or _DATES[order].fullmatch(text)
    if not found:
        return None
    try:
        day = date(_full_year(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def is_certain(text: str) -> bool:
    """Whether this date says its order itself, by beginning with a whole year."""
    return _CERTAIN.fullmatch(text) is not None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > len("17"):
        return year
    return year + (2000 if year < CENTURY_TURNS else 1900)


def read_number(text: str, mark: DecimalMark) -> Decimal | None:
    """Read 1054, 1,054.50 or 1.054,50 according to the mark; None for anything else."""
    if not _NUMBERS[mark].fullmatch(text):
        return None
    digits = re.sub(r"[^\d.,-]", "", text)
    if mark is DecimalMark.COMMA:
        return Decimal(digits.replace(".", "").replace(",", "."))
    return Decimal(digits.replace(",", ""))


def date_readings(
    values: Iterable[str], said: DateOrder | None = None
) -> list[Reading[DateOrder, date]]:
    """The ways in which a column's dates can be read, or the one that was said."""
    return _readings(set(values), [said] if said else list(DateOrder), read_date)


def number_readings(
    values: Iterable[str], said: DecimalMark | None = None
) -> list[Reading[DecimalMark, Decimal]]:
    """The ways in which a column's numbers can be read, or the one that was said."""
    return _readings(set(values), [said] if said else list(DecimalMark), read_number)


def _readings(
    texts: set[str], choices: Sequence[Choice], read: Callable[[str, Choice], Value | None]
) -> list[Reading[Choice, Value]]:
    """Keep the choices that leave the fewest values unread, and put equal ones together."""
    found: list[Reading[Choice, Value]] = []
    for choice in choices:
        values = {}
        for text in texts:
            value = read(text, choice)
            if value is not None:
                values[text] = value
        twin = next((reading for reading in found if reading.values == values), None)
        if twin:
            found.remove(twin)
        found.append(Reading((*(twin.choices if twin else ()), choice), values))
    most = max(len(reading.values) for reading in found)
    return [reading for reading in found if len(reading.values) == most]
