"""Feedback as people write it, and what either of the two does with it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reviews.models import Feedback, Kind
from reviews.models.feedback import LONGEST_TEXT
from teams.fields import ParagraphsField
from teams.models import Membership, User


class Words(forms.Form):
    """What is written, and whether an appreciation may be shown to the team."""

    text = ParagraphsField(label=gettext_lazy("What do you want to say?"), max_length=LONGEST_TEXT)
    may_be_published = forms.BooleanField(
        label=gettext_lazy("They may show it to the team, if it is an appreciation"),
        required=False,
    )


class Give(Words):
    """To whom, and what kind of feedback it is."""

    receiver = forms.ModelChoiceField(label=gettext_lazy("For whom?"), queryset=User.objects.none())
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=Kind, widget=forms.RadioSelect
    )
    field_order = ("receiver", "kind", "text", "may_be_published")

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        receiver: Any = self.fields["receiver"]
        receiver.queryset = by.team.people().exclude(pk=by.user_id)

    def give(self, *, at: datetime) -> Feedback:
        """Write it to them. Raises ReviewError."""
        said = self.cleaned_data
        return Feedback.objects.give(
            Kind(said["kind"]),
            said["text"],
            said["receiver"],
            may_be_published=said["may_be_published"],
            by=self.by,
            at=at,
        )


class Deed(forms.Form):
    """Something that one of the two does: its fields, and the verb that it calls."""

    label: Any = ""
    # What stands above the fields while they are folded; blank for a button alone.
    title: Any = ""

    def do(self, feedback: Feedback, *, by: Membership, at: datetime) -> None:
        """Call the verb. Raises ReviewError."""
        raise NotImplementedError


class Open(Deed):
    label = gettext_lazy("Read it")

    def do(self, feedback: Feedback, *, by: Membership, at: datetime) -> None:
        feedback.open(by=by, at=at)


class Publish(Deed):
    label = gettext_lazy("Show it to the team")

    def do(self, feedback: Feedback, *, by: Membership, at: datetime) -> None:
        feedback.publish(by=by, at=at)


class Change(Deed, Words):
    title, label = gettext_lazy("Put it in other words"), gettext_lazy("Keep it so")

    def do(self, feedback: Feedback, *, by: Membership, at: datetime) -> None:
        said = self.cleaned_data
        leave = said["may_be_published"]
        feedback.change(said["text"], may_be_published=leave, by=by, at=at)


class TakeBack(Deed):
    label = gettext_lazy("Take it back")

    def do(self, feedback: Feedback, *, by: Membership, at: datetime) -> None:
        feedback.take_back(by=by, at=at)


# Each by the noun in its address.
DEEDS: dict[str, type[Deed]] = {
    "opening": Open,
    "publication": Publish,
    "wording": Change,
    "removal": TakeBack,
}


def deeds_open_to(member: Membership, feedback: Feedback) -> list[str]:
    """What this one of the two can do with it now."""
    if feedback.giver_id == member.user_id:
        return [] if feedback.is_read else ["wording", "removal"]
    if not feedback.is_read:
        return ["opening"]
    can_be_shown = feedback.may_be_published and not feedback.published_at
    return ["publication"] if can_be_shown else []
