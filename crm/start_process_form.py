"""What a team fills in to begin another process."""

from functools import cache
from typing import Any

from babel.core import get_global
from django import forms
from django.utils.translation import gettext_lazy

from crm.forms import longest_of
from crm.models import Category, Pipeline, StageDraft
from crm.team_form import FIRST_STAGES
from teams.fields import LineField

# What a request for service goes through, until the team says otherwise.
FIRST_SERVICE_STAGES = (
    (Category.INTAKE, gettext_lazy("New request"), gettext_lazy("Answered within one working day")),
    (Category.OPEN, gettext_lazy("In hand"), gettext_lazy("The customer says that it works")),
    (Category.WON, gettext_lazy("Solved"), ""),
    (Category.LOST, gettext_lazy("Not solved"), ""),
)


@cache
def currencies() -> list[tuple[str, str]]:
    """The currencies that are legal tender somewhere today, by their code in ISO 4217."""
    used = get_global("territory_currencies").values()
    today = {code for each in used for code, _start, end, tender in each if tender and not end}
    return [(code, code) for code in sorted(today)]


def first_stages(kind: str) -> list[StageDraft]:
    """What a process of this kind begins with, in the words of whoever begins it."""
    stages = FIRST_SERVICE_STAGES if kind == Pipeline.Kind.SERVICE else FIRST_STAGES
    return [StageDraft(str(name), category, str(policy)) for category, name, policy in stages]


class StartProcess(forms.Form):
    """A process with its first stages; all of it but its kind and currency can be changed."""

    name = LineField(
        label=gettext_lazy("Name of the process"), max_length=longest_of(Pipeline, "name")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Pipeline.Kind.choices)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currencies, initial="EUR")

    def words(self) -> dict[str, Any]:
        """What begins, of a form that is valid."""
        kind = Pipeline.Kind(self.cleaned_data["kind"])
        return {
            "name": self.cleaned_data["name"],
            "kind": kind,
            "currency": self.cleaned_data["currency"],
            "stages": first_stages(kind),
        }
