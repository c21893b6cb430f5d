"""What people fill in about what their team chooses from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from crm.models.choices import LONGEST_CHOICE as LONGEST
from crm.models.choices import Choice
from teams.fields import LineField


class AddChoice(forms.Form):
    """Something new to choose."""

    name = LineField(label=gettext_lazy("Name"), max_length=LONGEST)


class RenameChoice(AddChoice):
    """Another name, and the version that the person had on screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @classmethod
    def about(cls, choice: Choice, data: Any = None) -> "RenameChoice":
        """The form in the row of this choice."""
        stands = {"name": choice.name, "version": choice.version}
        return cls(data, initial=stands, auto_id=f"{choice._meta.model_name}-{choice.pk}-%s")
