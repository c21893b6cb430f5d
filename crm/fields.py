"""How people type what they look for, an amount, a day and a moment."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models.choices import LONGEST_CHOICE
from crm.models.tagging import MOST_TAGS
from crm.models.values import FIRST_DAY, LAST_DAY
from crm.models.values import MONEY_PLACES as CENTS
from teams.fields import DAY_FORMATS, OUT_OF_TIME, LineField, NumberField
from teams.text import one_line

MOMENT_FORMATS = [f"{day} %H:%M" for day in DAY_FORMATS]
FIRST_MOMENT = datetime(FIRST_DAY.year, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(LAST_DAY.year, 12, 31, tzinfo=UTC)

_moved_clock = gettext_lazy("The clock was moved in this hour. Choose a time before or after it.")


class SoughtField(forms.CharField):
    """A text to look for. It never fails: what cannot be sought is left out."""

    def clean(self, value: Any) -> str:
        return one_line(str(value or ""))[: self.max_length]


class ChosenField(LineField):
    """The name of something that the team chooses from; a name that is new is a new choice.

    `among` names the list in which the page offers what there is (crm/_offered.html).
    """

    def __init__(self, among: str, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST_CHOICE,
            widget=forms.TextInput(attrs={"list": among, "autocomplete": "off"}),
            **kwargs,
        )


class TagsInput(forms.CheckboxSelectMultiple):
    """The tags that there are, to tick, and a place to write a new one."""

    template_name = "crm/_tags_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        return [sent] if isinstance(sent, str) else sent

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        known = {key for key, _label in self.choices}
        typed = [text for text in value or [] if text not in known]
        return super().get_context(name, value, attrs) | {"typed": typed[-1] if typed else ""}


class TagsField(LineField):
    """The names of tags; a name that is new is a new tag."""

    widget = TagsInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_CHOICE, **kwargs)

    def offer(self, names: Iterable[str]) -> None:
        """Show these to tick."""
        self.widget.choices = [(name, name) for name in names]

    def clean(self, value: Any) -> Any:
        sent = [value] if isinstance(value, str) else value or []
        cleaned = [super(TagsField, self).clean(each) for each in sent]
        names = list(dict.fromkeys(filter(None, cleaned)))
        if len(names) > MOST_TAGS:
            text = _("A deal has at most %(most)s tags.")
            raise ValidationError(text % {"most": MOST_TAGS})
        return names


class AmountField(NumberField):
    """Money, nought or more, in whole cents."""

    default_error_messages = {
        "invalid": gettext_lazy("Write the amount in digits, such as %(example)s.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), decimal_places=CENTS, **kwargs)


class ClockField(forms.TimeField):
    """A time of the day, in hours and minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%H:%M"],
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            **kwargs,
        )


class MomentField(forms.DateTimeField):
    """A day and a time in our time, as the clock of the team shows them.

    An hour that this clock jumps over, or shows twice, is refused.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=MOMENT_FORMATS,
            widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
            validators=[
                MinValueValidator(FIRST_MOMENT, OUT_OF_TIME),
                MaxValueValidator(LAST_MOMENT, OUT_OF_TIME),
            ],
            **kwargs,
        )

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as refusal:
            if getattr(refusal, "code", "") != "ambiguous_timezone":
                raise
            raise ValidationError(_moved_clock, code="moved_clock") from None
