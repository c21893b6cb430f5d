"""What a condition compares with: how it is written, read, typed and told.

Written is what stands in an address and in a saved view: the same in every language. Typed is
what a person fills in, told is what a person reads, both in the language of the page.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields import AmountField
from crm.models.naming import name_key
from crm.models.values import FIRST_DAY, LAST_DAY, NUMBER_PLACES
from crm.refusals import FilterError
from teams.fields import DayField, LineField, NumberField
from teams.templatetags.kring import short_date
from teams.text import is_readable, one_line

LONGEST_TEXT = 100
MOST_DAYS = 3650
BETWEEN = ".."
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
SIGNED = re.compile(r"-?\d{1,8}(\.\d{1,4})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NUMBER = re.compile(r"\d{1,4}", re.ASCII)

PERIODS = {
    "week": gettext_lazy("this week"),
    "month": gettext_lazy("this month"),
    "quarter": gettext_lazy("this quarter"),
    "year": gettext_lazy("this year"),
}


class Shape:
    """A value that a condition compares with; this one is none at all."""

    def read(self, text: str) -> Any:
        """The value that was written. Raises FilterError."""
        if text:
            raise FilterError(_("There is nothing to compare with here."))
        return ""

    def write(self, value: Any) -> str:
        return str(value)

    def tell(self, value: Any) -> str:
        return str(value)

    def typed(self) -> dict[str, forms.Field]:
        """The fields in which a person types it: none, `value`, or `value` and `until`."""
        return {}

    def of_typed(self, typed: Mapping[str, Any]) -> Any:
        """The value, of fields that are valid."""
        return typed.get("value", "")

    def as_typed(self, value: Any) -> dict[str, Any]:
        """What stands in the fields for this value."""
        return {"value": value}


class Text(Shape):
    def read(self, text: str) -> str:
        line = one_line(text) if is_readable(text) else ""
        if not line or len(line) > LONGEST_TEXT:
            raise FilterError(_("Say in a few words what to look for."))
        return line

    def tell(self, value: str) -> str:
        return _("“%(text)s”") % {"text": value}

    def typed(self) -> dict[str, forms.Field]:
        return {"value": LineField(label=_("Value"), max_length=LONGEST_TEXT)}


class Amount(Shape):
    """Money, in whatever currency a deal has."""

    def read(self, text: str) -> Decimal:
        if not AMOUNT.fullmatch(text):
            raise FilterError(_("Write the amount in digits, such as %s.") % "1234.56")
        return Decimal(text)

    def tell(self, value: Decimal) -> str:
        places = 0 if value == value.to_integral_value() else 2
        return number_format(value, places, use_l10n=True, force_grouping=True)

    def typed(self) -> dict[str, forms.Field]:
        return {"value": AmountField(label=_("Value"))}


class Number(Amount):
    """A number, also one below nought."""

    def read(self, text: str) -> Decimal:
        if not SIGNED.fullmatch(text):
            raise FilterError(_("Write the number in digits, such as %s.") % "1234.56")
        return Decimal(text)

    def tell(self, value: Decimal) -> str:
        return number_format(value, use_l10n=True, force_grouping=True)

    def typed(self) -> dict[str, forms.Field]:
        return {"value": NumberField(label=_("Value"), decimal_places=NUMBER_PLACES)}


class Whole(Shape):
    """A number of days."""

    def read(self, text: str) -> int:
        if not NUMBER.fullmatch(text) or int(text) > MOST_DAYS:
            raise FilterError(_("Choose a number of days up to %s.") % MOST_DAYS)
        return int(text)

    def typed(self) -> dict[str, forms.Field]:
        return {"value": forms.IntegerField(label=_("Days"), min_value=0, max_value=MOST_DAYS)}


class Day(Shape):
    def read(self, text: str) -> date:
        try:
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            raise FilterError(_("Choose a day between 1990 and 2100."))
        return day

    def tell(self, value: date) -> str:
        return short_date(value)

    def typed(self) -> dict[str, forms.Field]:
        return {"value": DayField(label=_("Day"))}


@dataclass(frozen=True)
class Between(Shape):
    """Two values of one shape, the first no larger than the second."""

    of: Shape

    def read(self, text: str) -> tuple[Any, Any]:
        low, dots, high = text.partition(BETWEEN)
        if not dots:
            raise FilterError(_("Say from where to where."))
        return self._in_order(self.of.read(low), self.of.read(high))

    def write(self, value: tuple[Any, Any]) -> str:
        return BETWEEN.join(map(self.of.write, value))

    def tell(self, value: tuple[Any, Any]) -> str:
        return _("%(low)s and %(high)s") % dict(
            zip(("low", "high"), map(self.of.tell, value), strict=True)
        )

    def typed(self) -> dict[str, forms.Field]:
        low, high = self.of.typed()["value"], self.of.typed()["value"]
        high.label = _("Until")
        return {"value": low, "until": high}

    def of_typed(self, typed: Mapping[str, Any]) -> tuple[Any, Any]:
        return self._in_order(typed["value"], typed["until"])

    def as_typed(self, value: tuple[Any, Any]) -> dict[str, Any]:
        return dict(zip(("value", "until"), value, strict=True))

    def _in_order(self, low: Any, high: Any) -> tuple[Any, Any]:
        if low > high:
            raise FilterError(_("The first value is larger than the second."))
        return low, high


@dataclass(frozen=True)
class OneOf(Shape):
    """One of some words, which are asked for only where they are needed."""

    offer: Callable[[], Mapping[str, Any]]

    @cached_property
    def options(self) -> Mapping[str, Any]:
        return self.offer()

    def read(self, text: str) -> str:
        if text not in self.options:
            raise FilterError(_("What was chosen here is no longer there."))
        return text

    def tell(self, value: str) -> str:
        return str(self.options[value])

    def typed(self) -> dict[str, forms.Field]:
        return {"value": forms.ChoiceField(label=_("Value"), choices=list(self.options.items()))}


class OneOfNamed(OneOf):
    """One of some rows by their keys; a name that one of them has is read as well.

    Addresses and views from before rows were compared by themselves say the name.
    """

    def read(self, text: str) -> str:
        by_name = {name_key(str(name)): key for key, name in self.options.items()}
        return super().read(text if text in self.options else by_name.get(name_key(text), text))
