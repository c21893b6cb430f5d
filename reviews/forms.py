"""What people fill in about a round: how it is held, what they say to it, and what they write."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reviews import questions
from reviews.models import Mode, ReviewRound, Words
from reviews.models.box import LONGEST, SHORTEST, USUAL
from reviews.models.draft import LONGEST as LONGEST_ANSWER
from teams.fields import LineField, ParagraphsField
from teams.models import Membership, User
from teams.models.consent import LONGEST_REASON


class Propose(forms.Form):
    """Whether what is written is signed, and how long everybody has to write."""

    mode = forms.ChoiceField(
        label=gettext_lazy("How do we write?"), choices=Mode, widget=forms.RadioSelect
    )
    days = forms.IntegerField(
        label=gettext_lazy("How many working days to write?"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=USUAL,
    )

    def propose(self, *, by: Membership, at: datetime) -> ReviewRound:
        """Ask the team for it. Raises ReviewError."""
        said = self.cleaned_data
        return ReviewRound.objects.propose(Mode(said["mode"]), said["days"], by=by, at=at)


class Act(forms.Form):
    """Something that somebody does about a round: its fields, and the verb that it calls."""

    label: Any = ""
    # What stands above the fields while they are folded; blank for a button alone.
    title: Any = ""

    def do(self, review: ReviewRound, *, by: Membership, at: datetime) -> None:
        """Call the verb. Raises ReviewError."""
        raise NotImplementedError


class Consent(Act):
    label = gettext_lazy("I consent")

    def do(self, review: ReviewRound, *, by: Membership, at: datetime) -> None:
        review.consent(by=by, at=at)


class Object(Act):
    title, label = gettext_lazy("I object …"), gettext_lazy("Object")
    why = LineField(
        label=gettext_lazy("What harm would it do?"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It is off the table then, for a better one to be proposed."),
    )

    def do(self, review: ReviewRound, *, by: Membership, at: datetime) -> None:
        review.object(self.cleaned_data["why"], by=by, at=at)


class Stop(Act):
    title, label = gettext_lazy("We do not hold it …"), gettext_lazy("Stop the round")
    why = LineField(
        label=gettext_lazy("Why not?"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("What was written is deleted, and nobody will have read it."),
    )

    def do(self, review: ReviewRound, *, by: Membership, at: datetime) -> None:
        review.stop(self.cleaned_data["why"], by=by, at=at)


class HaveRead(Act):
    label = gettext_lazy("I have read it")

    def do(self, review: ReviewRound, *, by: Membership, at: datetime) -> None:
        review.note_read(by=by, at=at)


# Each by the noun in its address.
ACTS: dict[str, type[Act]] = {
    "consent": Consent,
    "objection": Object,
    "end": Stop,
    "reading": HaveRead,
}


class Write(forms.Form):
    """What somebody writes about one colleague."""

    first = ParagraphsField(max_length=LONGEST_ANSWER, required=False)
    second = ParagraphsField(max_length=LONGEST_ANSWER, required=False)
    third = ParagraphsField(max_length=LONGEST_ANSWER, required=False)
    nothing = forms.BooleanField(required=False)

    ANSWERS = ("first", "second", "third")

    def __init__(self, *args: Any, mode: str, about: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = questions.asked(mode, about.name)
        for name, question in zip(self.ANSWERS, asked, strict=True):
            self.fields[name].label = question
            self.fields[name].widget.attrs["rows"] = 4
        label = gettext_lazy("I have nothing to say about %(name)s this time")
        self.fields["nothing"].label = label % {"name": about.name}

    @classmethod
    def filled(cls, words: Words) -> dict[str, Any]:
        """As it stands before somebody goes on writing."""
        return {**dict(zip(cls.ANSWERS, words.answers, strict=True)), "nothing": words.nothing}

    @property
    def words(self) -> Words:
        said = self.cleaned_data
        return Words(tuple(said[name] for name in self.ANSWERS), nothing=said["nothing"])
