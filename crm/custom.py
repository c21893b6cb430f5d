"""The team's own fields at the door: as a form asks for them, and as a page and the API show them.

How values are kept stands in crm.models.values, how a list sorts and compares them in
crm.comparing. Whoever shows a record with its own fields asks `facts_of`; a form that asks for
them is a `CustomForm`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields import AmountField
from crm.models import FieldDefinition, FieldType
from crm.models.values import (
    LONGEST_LONG_TEXT,
    LONGEST_TEXT,
    LONGEST_URL,
    NUMBER_PLACES,
    as_meant,
    to_keep,
)
from crm.refusals import FieldError
from teams.fields import DayField, LineField, NumberField, ParagraphsField
from teams.templatetags.kring import money, short_date

Kept = Mapping[str, Any]
# A field of the team has a name on a form that no field of ours has.
PREFIX = "custom-"
YES, NO = "yes", "no"
NOT_SAID = ("", gettext_lazy("Not said"))


# -- asking -------------------------------------------------------------------------------------


class WhereItWentWrong(BoundField):
    """A field of a long form; the first that was not understood is where it is taken up again."""

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        wrong = next((name for name in self.form.errors if name in self.form.fields), "")
        # Of several boxes to tick all would ask to be the one.
        if self.name == wrong and not self.use_fieldset:
            built["autofocus"] = True
        return built


class CustomForm(forms.Form):
    """A form that asks for the team's own fields too, after what it asks for itself.

    `fields_asked` are the definitions, `kept` what stands there now, by key.
    """

    bound_field_class = WhereItWentWrong

    def __init__(
        self,
        *args: Any,
        fields_asked: Sequence[FieldDefinition] = (),
        kept: Kept | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields_asked = list(fields_asked)
        for field in self.fields_asked:
            here = (kept or {}).get(field.key)
            self.fields[name_of(field)] = form_field(field, here)
            self.initial.setdefault(name_of(field), _as_asked(field, here))

    def custom(self) -> dict[str, Any]:
        """What was filled in, by key, as it is kept; of a form that is valid."""
        return {
            field.key: field.to_keep(filled, filled)
            for field in self.fields_asked
            for filled in [self.cleaned_data[name_of(field)]]
        }

    def as_typed(self) -> dict[str, Any]:
        """All that was sent, to be shown again in another form like this one."""
        return {bound.name: bound.data if bound.data is not None else "" for bound in self}

    def once_more(self, thing: Any, sentence: str) -> Self:
        """The same words again with a sentence above them; sent again, they count.

        `thing` has what stands there now as `custom`, and is seen in its version.
        """
        again = type(self)(
            self.as_typed() | {"version": thing.version},
            fields_asked=self.fields_asked,
            kept=thing.custom,
        )
        again.add_error(None, sentence)
        return again

    def say_theirs(self, name: str, text: str) -> None:
        """Say beside a field what stands there now."""
        self.add_error(name, _("It now says: %(theirs)s") % {"theirs": text or "–"})

    def say_their_custom(self, mine: Kept, theirs: Kept, *, currency: str) -> None:
        """Say beside each of the team's fields what stands there now, where it is another."""
        for field in self.fields_asked:
            here = theirs.get(field.key)
            if mine[field.key] != here:
                self.say_theirs(name_of(field), text_of(field, here, currency=currency))


def name_of(field: FieldDefinition) -> str:
    """What the field of the team is called on a form."""
    return f"{PREFIX}{field.key}"


def form_field(field: FieldDefinition, kept: Any = None) -> forms.Field:
    """A form field that asks for this, where `kept` stands now. It may stay empty."""
    options = field.offered(kept) if field.is_a_list else []

    def check(value: Any) -> None:
        try:
            to_keep(field.type, value, options)
        except FieldError as refusal:
            raise ValidationError(str(refusal)) from refusal

    ask = _ASKERS[FieldType(field.type)]
    return ask(options, label=field.label, required=False, validators=[check])


def _text(_options: Sequence[str], **about: Any) -> forms.Field:
    return LineField(max_length=LONGEST_TEXT, **about)


def _long_text(_options: Sequence[str], **about: Any) -> forms.Field:
    return ParagraphsField(max_length=LONGEST_LONG_TEXT, **about)


def _a_number(_options: Sequence[str], **about: Any) -> forms.Field:
    return NumberField(decimal_places=NUMBER_PLACES, **about)


def _amount(_options: Sequence[str], **about: Any) -> forms.Field:
    return AmountField(**about)


def _a_day(_options: Sequence[str], *, validators: Any, **about: Any) -> forms.Field:
    return DayField(**about)


def _yes_or_no(_options: Sequence[str], *, validators: Any, **about: Any) -> forms.Field:
    choices = [NOT_SAID, (YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))]
    return forms.TypedChoiceField(
        choices=choices, coerce=lambda said: said == YES, empty_value=None, **about
    )


def _one(options: Sequence[str], **about: Any) -> forms.Field:
    return forms.ChoiceField(choices=[NOT_SAID, *_pairs(options)], **about)


def _several(options: Sequence[str], **about: Any) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_pairs(options), widget=forms.CheckboxSelectMultiple, **about
    )


def _address(_options: Sequence[str], **about: Any) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"})
    return LineField(max_length=LONGEST_URL, widget=widget, **about)


_ASKERS: dict[FieldType, Callable[..., forms.Field]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NUMBER: _a_number,
    FieldType.MONEY: _amount,
    FieldType.DATE: _a_day,
    FieldType.YES_NO: _yes_or_no,
    FieldType.CHOICE: _one,
    FieldType.CHOICES: _several,
    FieldType.URL: _address,
}


def _pairs(options: Sequence[str]) -> list[tuple[str, str]]:
    return [(option, option) for option in options]


def _as_asked(field: FieldDefinition, kept: Any) -> Any:
    if field.type == FieldType.YES_NO:
        return {True: YES, False: NO}.get(kept, "")
    return as_meant(field.type, kept)


# -- showing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """A field of the team beside what stands in it, in the words of the reader."""

    label: str
    text: str
    url: str = ""


def facts_of(fields: Sequence[FieldDefinition], kept: Kept, *, currency: str) -> list[Fact]:
    """What is filled in, in the order of the fields; money is in this currency."""
    return [
        Fact(
            field.label,
            text_of(field, kept[field.key], currency=currency),
            url=kept[field.key] if field.type == FieldType.URL else "",
        )
        for field in fields
        if field.key in kept
    ]


def text_of(field: FieldDefinition, kept: Any, *, currency: str = "EUR") -> str:
    """What is kept, in the reader's language; empty where nothing is."""
    if kept is None:
        return ""
    meant = as_meant(field.type, kept)
    tell = _TELLERS.get(FieldType(field.type))
    return tell(meant, currency) if tell else str(meant)


def _number(number: Any, _currency: str) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def _day(day: Any, _currency: str) -> str:
    return short_date(day)


def _yes_no(said: Any, _currency: str) -> str:
    return _("Yes") if said else _("No")


def _choices(chosen: Any, _currency: str) -> str:
    return ", ".join(chosen)


_TELLERS: dict[FieldType, Callable[[Any, str], str]] = {
    FieldType.NUMBER: _number,
    FieldType.MONEY: money,
    FieldType.DATE: _day,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICES: _choices,
}
