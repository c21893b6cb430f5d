"""What people fill in about the fields of their team."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import FieldDefinition, FieldType, Target
from crm.models.definition import LONGEST_LABEL, MOST_OPTIONS
from crm.models.values import OF_A_LIST
from teams.fields import LineField, ParagraphsField

LARGEST = 2**31 - 1
LONGEST_OPTIONS = MOST_OPTIONS * (LONGEST_LABEL + 2)


class OptionsField(ParagraphsField):
    """What there is to choose from, one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("To choose from, one on each line"),
            max_length=LONGEST_OPTIONS,
            required=False,
            **kwargs,
        )


class AddField(forms.Form):
    """A new field: about what, called what, and what may stand in it."""

    target = forms.ChoiceField(choices=Target.choices, widget=forms.HiddenInput)
    label = LineField(label=gettext_lazy("Name"), max_length=LONGEST_LABEL)
    type = forms.ChoiceField(label=gettext_lazy("What stands in it"), choices=FieldType.choices)
    options = OptionsField(help_text=gettext_lazy("Only for a list."))

    def clean(self) -> dict[str, Any]:
        a_list = self.cleaned_data.get("type") in OF_A_LIST
        if a_list and self.cleaned_data.get("options") == "":
            self.add_error("options", _("Say what there is to choose from, one on each line."))
        return self.cleaned_data


class EditField(forms.Form):
    """Another name or other choices, and the version that the person had on screen."""

    label = LineField(label=gettext_lazy("Name"), max_length=LONGEST_LABEL)
    options = OptionsField()
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, field: FieldDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"field-{field.pk}-%s"
        if not field.is_a_list:
            del self.fields["options"]

    @classmethod
    def about(cls, field: FieldDefinition) -> "EditField":
        stands: dict[str, Any] = {"label": field.label, "options": "\n".join(field.options)}
        return cls(initial=stands | {"version": field.version}, field=field)

    def chosen(self) -> list[str] | None:
        """What there is to choose from; None for a field that is no list."""
        text = self.cleaned_data.get("options")
        return None if text is None else text.splitlines()


class PlaceField(forms.Form):
    """Which place in the list, from 1."""

    position = forms.IntegerField(min_value=1, max_value=LARGEST, widget=forms.HiddenInput)
