"""How text, numbers and days come over the wire: with the care of the forms."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from teams.fields import FIRST_DAY, LAST_DAY, MOST_DIGITS, OUT_OF_TIME
from teams.models import User
from teams.text import is_readable, one_line, paragraphs


class LineField(serializers.CharField):
    """A text on one line; what cannot be seen is left out before anything is checked."""

    tidy: Callable[[str], str] = staticmethod(one_line)
    default_error_messages = {"unreadable": _("Leave out the characters that cannot be read.")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not is_readable(text):
            self.fail("unreadable")
        tidy = self.tidy(text)
        if not tidy and not self.allow_blank:
            self.fail("blank")
        return tidy


class ParagraphsField(LineField):
    """A text of several lines, with the same care."""

    tidy = staticmethod(paragraphs)


class DigitsField(serializers.DecimalField):
    """A number, nought or more, as digits with a point, 1234.56, and never 1e3."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=MOST_DIGITS, min_value=Decimal(0), **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not re.fullmatch(r"-?\d+(\.\d+)?", str(data), re.ASCII):
            self.fail("invalid")
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """A day in our time, as 2026-11-23."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validators=[
                MinValueValidator(FIRST_DAY, OUT_OF_TIME),
                MaxValueValidator(LAST_DAY, OUT_OF_TIME),
            ],
            **kwargs,
        )


class OneOf(serializers.PrimaryKeyRelatedField):
    """One of the things that the view offers under this name."""

    def __init__(self, offered: str, **kwargs: Any) -> None:
        self.offered = offered
        super().__init__(pk_field=serializers.IntegerField(), **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        things: QuerySet[Any] = self.context[self.offered]
        return things


class Person(serializers.ModelSerializer):
    """How the API names somebody of the team."""

    class Meta:
        model = User
        fields = ("id", "name")
