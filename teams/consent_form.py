"""What somebody of the team says to something that was proposed to all of it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from teams.fields import LineField
from teams.models import Membership
from teams.models.consent import LONGEST_REASON, ByConsent


class Act(forms.Form):
    """Something that somebody says to it: its fields, and the verb that it calls."""

    label: Any = ""
    # What stands above the fields while they are folded; blank for a button alone.
    title: Any = ""

    def do(self, thing: ByConsent, *, by: Membership, at: datetime) -> None:
        """Call the verb. Raises a Refusal."""
        raise NotImplementedError


class Consent(Act):
    label = gettext_lazy("I consent")

    def do(self, thing: ByConsent, *, by: Membership, at: datetime) -> None:
        thing.consent(by=by, at=at)


class Object(Act):
    title = gettext_lazy("I object …")
    label = gettext_lazy("Object")
    why = LineField(
        label=gettext_lazy("What harm would it do?"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It is off the table then, for a better one to be proposed."),
    )

    def do(self, thing: ByConsent, *, by: Membership, at: datetime) -> None:
        thing.object(self.cleaned_data["why"], by=by, at=at)


class Drop(Act):
    title = gettext_lazy("We want this no longer …")
    label = gettext_lazy("Drop it")
    why = LineField(label=gettext_lazy("Why not?"), max_length=LONGEST_REASON)

    def do(self, thing: ByConsent, *, by: Membership, at: datetime) -> None:
        thing.drop(self.cleaned_data["why"], by=by, at=at)


# Each by the noun in its address.
ACTS: dict[str, type[Act]] = {"consent": Consent, "objection": Object, "end": Drop}


def acts_open_to(member: Membership, thing: ByConsent, at: datetime) -> list[str]:
    """What this member can say to it now."""
    answer = ["consent", "objection"] if thing.can_be_answered(member, at) else []
    return [*answer, "end"] if thing.can_be_dropped else []


def forms_for(
    member: Membership, thing: ByConsent, at: datetime, tried: str = "", form: Act | None = None
) -> dict[str, Act]:
    """A form for each of these, and the one that was tried as it was filled in."""
    open_to = {name: ACTS[name]() for name in acts_open_to(member, thing, at)}
    return {name: form if form and name == tried else each for name, each in open_to.items()}
