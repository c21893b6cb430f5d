"""Dividing a team as people fill it in: who goes, in which words, and each step after that."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from teams.consent_form import ACTS, Act, acts_open_to
from teams.fields import LineField
from teams.models import Division, Membership, User
from teams.models.consent import LONGEST_REASON
from teams.models.division import LONGEST_GOAL, LONGEST_NAME


class Step(Act):
    """A step of the plan, taken by somebody who has this edition of it on screen."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, division: Division) -> None:
        super().__init__(data, initial=self.said_in(division))
        self.choose_from(division)

    def said_in(self, division: Division) -> dict[str, Any]:
        """What the fields hold as the plan stands."""
        return {"seen": division.edition}

    def choose_from(self, division: Division) -> None:
        """Let the fields offer what there is."""


class WhoGoes(Step):
    label = gettext_lazy("They go along")
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who goes along?"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Everybody else stays. At least three go, and three stay."),
    )

    def said_in(self, division: Division) -> dict[str, Any]:
        goes = [person.pk for person in division.who_goes()]
        return {**super().said_in(division), "people": goes}

    def choose_from(self, division: Division) -> None:
        field: Any = self.fields["people"]
        field.queryset = division.team.people()

    def do(self, thing: Any, *, by: Membership, at: datetime) -> None:
        said = self.cleaned_data
        thing.choose_who_goes(said["people"], seen=said["seen"], by=by, at=at)


class Words(Step):
    label = gettext_lazy("Write it in the plan")
    name = LineField(label=gettext_lazy("How is the new team called?"), max_length=LONGEST_NAME)
    goal = LineField(label=gettext_lazy("What is it for, in a few words?"), max_length=LONGEST_GOAL)
    why = LineField(label=gettext_lazy("Why do we divide?"), max_length=LONGEST_REASON)

    def said_in(self, division: Division) -> dict[str, Any]:
        words = {name: getattr(division, name) for name in ("name", "goal", "why")}
        return {**super().said_in(division), **words}

    def do(self, thing: Any, *, by: Membership, at: datetime) -> None:
        thing.describe(**self.cleaned_data, by=by, at=at)


class Propose(Step):
    label = gettext_lazy("Lay it before all of us")

    def do(self, thing: Any, *, by: Membership, at: datetime) -> None:
        thing.propose(**self.cleaned_data, by=by, at=at)


class DivideNow(Step):
    label = gettext_lazy("Divide now")

    def do(self, thing: Any, *, by: Membership, at: datetime) -> None:
        thing.carry_out(by=by, at=at)


# Each by the noun in its address.
STEPS: dict[str, type[Step]] = {
    "people": WhoGoes,
    "words": Words,
    "proposal": Propose,
    "parting": DivideNow,
}
DEEDS = frozenset({*STEPS, *ACTS})


def filled_in(deed: str, data: Any, division: Division) -> Act:
    """The form of this deed, as it was sent."""
    return STEPS[deed](data, division=division) if deed in STEPS else ACTS[deed](data)


def deeds_open_to(member: Membership, division: Division, at: datetime) -> dict[str, Act]:
    """A form for each thing that this member can do about the plan now."""
    steps: list[str] = []
    if division.is_planned:
        steps = ["people", "words", "proposal"]
    elif division.holds:
        steps = ["parting"]
    says = acts_open_to(member, division, at)
    return {
        **{name: STEPS[name](division=division) for name in steps},
        **{name: ACTS[name]() for name in says},
    }
