"""How an amount, a moment and a choice come over the wire."""

from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.columns import SORTS, Columns
from crm.fields import FIRST_MOMENT, LAST_MOMENT
from crm.filters import Filter
from crm.models import Deal, Stage
from crm.models.values import MONEY_PLACES
from crm.refusals import FilterError
from teams.api_fields import DigitsField, LineField

LARGEST = 2**31 - 1
LONGEST_LINE = 2000
# More than a list can have; what repeats itself beyond it is not read.
MOST_COLUMNS = 200


class AmountField(DigitsField):
    """Money as digits with a point, in whole cents at most."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decimal_places=MONEY_PLACES, **kwargs)


class MomentField(serializers.DateTimeField):
    """A moment in our time with its distance from UTC, as 2026-11-23T10:00:00+01:00."""

    default_error_messages = {
        "naive": _("Say how far this time is from UTC: end with Z or +01:00.")
    }

    def __init__(self, **kwargs: Any) -> None:
        sentence = _("Choose a day between 1990 and 2100.")
        super().__init__(
            validators=[
                MinValueValidator(FIRST_MOMENT, sentence),
                MaxValueValidator(LAST_MOMENT, sentence),
            ],
            **kwargs,
        )

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("naive")
        return value


class NumberField(serializers.IntegerField):
    """A whole number that counts something, from 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST, **kwargs)


class StageField(serializers.PrimaryKeyRelatedField):
    """One of the stages that the view offers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=serializers.IntegerField(), **kwargs)

    def get_queryset(self) -> QuerySet[Stage]:
        stages: QuerySet[Stage] = self.context["stages"]
        return stages


class NeighbourField(serializers.PrimaryKeyRelatedField):
    """Another deal of the same process."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=serializers.IntegerField(), **kwargs)

    def get_queryset(self) -> QuerySet[Deal]:
        deals: QuerySet[Deal] = self.context["deals"]
        return deals


class FilterField(serializers.ListField):
    """The lines of a filter as an address has them, `amount:at-least:1000`; all of them hold.

    Reads the view's `vocabulary`, which is what its reader can ask.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=LineField(max_length=LONGEST_LINE), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return Filter.read(super().to_internal_value(data), self.context["vocabulary"])
        except FilterError as refusal:
            raise serializers.ValidationError(str(refusal)) from None


class ColumnsField(serializers.ListField):
    """The keys of the columns that are shown, in their order; none for the usual ones.

    Also a field of the team's own, about a deal or its customers. Reads the view's `vocabulary`,
    as a filter does.
    """

    default_error_messages = {"unknown": _("There is no column “{name}”.")}

    def __init__(self, **kwargs: Any) -> None:
        child = LineField(max_length=LONGEST_LINE)
        super().__init__(child=child, max_length=MOST_COLUMNS, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        columns = Columns(self.context["vocabulary"].reader)
        keys = super().to_internal_value(data)
        for key in keys:
            if columns.get(key) is None:
                self.fail("unknown", name=key)
        return [column.key for column in columns.chosen(keys)] if keys else []


class SortField(serializers.ChoiceField):
    """By what the deals are sorted, with a minus from the end."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[f"{sign}{key}" for key in SORTS for sign in ("", "-")], **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Also by a field of the team's own."""
        columns = Columns(self.context["vocabulary"].reader)
        if isinstance(data, str) and columns.order(data):
            return data
        return str(super().to_internal_value(data))
