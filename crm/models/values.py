"""What stands in a field that a team made itself: how it is kept, and what may be kept there.

Values are kept in a JSON object by the key of their field: a text, a choice and an address as
text, a number and money as text of digits ("12.5", so that no digit is lost), a day as
"2026-11-23", yes and no as true and false, several choices as a list. What is empty is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.refusals import FieldError
from teams.fields import MOST_DIGITS
from teams.text import is_readable, one_line, paragraphs

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
LONGEST_TEXT = 200
LONGEST_LONG_TEXT = 4000
LONGEST_URL = 500
NUMBER_PLACES, MONEY_PLACES = 4, 2
# Nothing but what a browser opens: no script, no file.
_is_address = URLValidator(schemes=["http", "https"])


class FieldType(models.TextChoices):
    TEXT = "text", gettext_lazy("Text")
    LONG_TEXT = "long_text", gettext_lazy("Long text")
    NUMBER = "number", gettext_lazy("Number")
    MONEY = "money", gettext_lazy("Money")
    DATE = "date", gettext_lazy("Date")
    YES_NO = "yes_no", gettext_lazy("Yes or no")
    CHOICE = "choice", gettext_lazy("One of a list")
    CHOICES = "choices", gettext_lazy("Several of a list")
    URL = "url", gettext_lazy("Web address")


OF_A_LIST = (FieldType.CHOICE, FieldType.CHOICES)


def to_keep(kind: str, value: Any, options: Sequence[str] = ()) -> Any:
    """The value as it is kept, None for an empty one. Raises FieldError for what cannot be."""
    if value is None or value in ("", [], ()):
        return None
    kept = _KEEPERS[FieldType(kind)](value, options)
    return None if kept == "" else kept


def as_meant(kind: str, kept: Any) -> Any:
    """The value behind what is kept: a number, a day, or what stands there."""
    if kept is None:
        return None
    if kind in (FieldType.NUMBER, FieldType.MONEY):
        return Decimal(kept)
    return date.fromisoformat(kept) if kind == FieldType.DATE else kept


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are there; an empty one is not kept."""
    return {key: value for key, value in values.items() if value is not None}


def _text(value: Any, _options: Sequence[str]) -> str:
    return _short_enough(one_line(_readable(value)), LONGEST_TEXT)


def _long_text(value: Any, _options: Sequence[str]) -> str:
    return _short_enough(paragraphs(_readable(value)), LONGEST_LONG_TEXT)


def _number(value: Any, _options: Sequence[str]) -> str:
    return _digits(value, NUMBER_PLACES)


def _money(value: Any, _options: Sequence[str]) -> str:
    digits = _digits(value, MONEY_PLACES)
    if digits.startswith("-"):
        raise FieldError(_("Money here is nought or more."))
    return digits


def _day(value: Any, _options: Sequence[str]) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise FieldError(_("Write a day, such as 2026-11-23.")) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise FieldError(_("Choose a day between 1990 and 2100."))
    return day.isoformat()


def _yes_no(value: Any, _options: Sequence[str]) -> bool:
    if not isinstance(value, bool):
        raise FieldError(_("Say yes or no."))
    return value


def _choice(value: Any, options: Sequence[str]) -> str:
    if value not in options:
        raise FieldError(_("Choose from the list."))
    return str(value)


def _choices(value: Any, options: Sequence[str]) -> list[str]:
    if not isinstance(value, list | tuple) or any(one not in options for one in value):
        raise FieldError(_("Choose from the list."))
    return [option for option in options if option in value]


def _url(value: Any, _options: Sequence[str]) -> str:
    address = _short_enough(one_line(_readable(value)), LONGEST_URL)
    if not is_web_address(address):
        raise FieldError(_("Write a web address in full, such as https://www.example.com."))
    return address


def is_web_address(text: str) -> bool:
    """Whether a browser opens this, and nothing but a page."""
    try:
        _is_address(text)
    except ValidationError:
        return False
    return True


def _readable(value: Any) -> str:
    if not isinstance(value, str) or not is_readable(value):
        raise FieldError(_("Leave out the characters that cannot be read."))
    return value


def _short_enough(text: str, longest: int) -> str:
    if len(text) > longest:
        raise FieldError(_("This has at most %(longest)s characters.") % {"longest": longest})
    return text


def _digits(value: Any, places: int) -> str:
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise FieldError(_("Write a number in digits.")) from None
    if not number.is_finite() or abs(number) >= 10 ** (MOST_DIGITS - places):
        raise FieldError(_("This number is too large."))
    if number != round(number, places):
        raise FieldError(_("This has at most %(places)s decimals.") % {"places": places})
    # Two ways to write a number are one: 12.50 is 12.5, and 1E+3 is 1000.
    return f"{number.normalize() + 0:f}"


_KEEPERS: dict[FieldType, Callable[[Any, Sequence[str]], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _day,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.URL: _url,
}
