"""How people type a line of text, a longer one, a day and a number."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.text import is_readable, one_line, paragraphs

# What browsers send, and how people here type a day: a year has four digits, and the day is never
# guessed to be the month.
DAY_FORMATS = ["%Y-%m-%d", "%d-%m-%Y"]
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
OUT_OF_TIME = gettext_lazy("Choose a day between 1990 and 2100.")
# As many digits as any number here is kept with.
MOST_DIGITS = 12


class LineField(forms.CharField):
    """A text on one line; what cannot be seen is left out before anything is checked."""

    tidy: Callable[[str], str] = staticmethod(one_line)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not is_readable(text):
            raise ValidationError(_("Leave out the characters that cannot be read."))
        return self.tidy(text)


class ParagraphsField(LineField):
    """A text of several lines, with the same care."""

    tidy = staticmethod(paragraphs)
    widget = forms.Textarea


class LinesField(forms.CharField):
    """A list with one text on a line; empty lines and repeated ones are left out."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most, self.longest = most, longest

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        if not is_readable(text):
            raise ValidationError(_("Leave out the characters that cannot be read."))
        return self._checked(dict.fromkeys(filter(None, map(one_line, text.splitlines()))))

    def _checked(self, lines: Iterable[str]) -> list[str]:
        found = list(lines)
        if len(found) > self.most:
            raise ValidationError(_("At most %(most)d lines.") % {"most": self.most})
        if any(len(line) > self.longest for line in found):
            raise ValidationError(
                _("At most %(most)d characters on a line.") % {"most": self.longest}
            )
        return found


class DayField(forms.DateField):
    """A day in our time, chosen from the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=DAY_FORMATS,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            validators=[
                MinValueValidator(FIRST_DAY, OUT_OF_TIME),
                MaxValueValidator(LAST_DAY, OUT_OF_TIME),
            ],
            **kwargs,
        )


class NumberField(forms.DecimalField):
    """A number as the reader's language writes it: 1,234.56 or 1.234,56, and never 1e3.

    A separator in the wrong place is refused rather than guessed: 12,5 is not 125.
    """

    default_error_messages = {
        "invalid": gettext_lazy("Write the number in digits, such as %(example)s.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=MOST_DIGITS,
            localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = str(value or "").strip()
        if not text:
            return None
        point, comma = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
        groups = rf"\d{{1,3}}(?:{re.escape(comma)}\d{{3}})+|\d+"
        if not re.fullmatch(rf"-?(?:{groups})(?:{re.escape(point)}\d+)?", text, re.ASCII):
            example = number_format(Decimal("1234.56"), 2, force_grouping=True)
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"example": example}
            )
        return Decimal(text.replace(comma, "").replace(point, "."))
