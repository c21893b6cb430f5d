"""What somebody does in a debate: the fields of each act, and the verb that it calls."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms import MOST_NUMBER
from agreements.models import Place
from dashboards import objectives
from debates.forms import HowLong, OfferForm, figures
from debates.models import (
    Brought,
    Debate,
    Experiment,
    Fallback,
    Next,
    Objection,
    Point,
    Proposal,
    ProposalVersion,
    Seat,
    Speaks,
)
from debates.models.point import HEAVIEST, LONGEST_TEXT, LONGEST_WORDS
from debates.room import Room
from teams.fields import LineField

# Weeks after the debate: so many figures are needed to tell a change from chance.
TO_REVIEW = timedelta(weeks=8)


class Act(forms.Form):
    """Something that somebody does in a debate: its fields, and the verb that it calls.

    `about` is the kind of thing that it is done to; `item` the key of one in this debate.
    """

    noun = ""
    label: Any = ""
    # What stands above the fields while they are folded; blank for one that is open.
    title: Any = ""
    about: Any = None

    def __init__(self, *args: Any, room: Room, item: int | None = None, **kwargs: Any) -> None:
        self.room, self.item = room, item
        super().__init__(*args, **kwargs)
        self.auto_id = f"{self.noun}-{item or 'new'}-%s"
        if self.about:
            self.fields["item"] = forms.ModelChoiceField(
                queryset=room.choices(self.about),
                widget=forms.HiddenInput,
                error_messages={"invalid_choice": _("This is not there any more. Look once more.")},
            )
            self.initial.setdefault("item", item)
        self.choose()

    def choose(self) -> None:
        """Let the fields offer what there is."""

    def do(self, *, by: Place, at: datetime) -> None:
        """Call the verb. Raises DebateError."""
        raise NotImplementedError

    @property
    def debate(self) -> Debate:
        return self.room.debate

    @property
    def thing(self) -> Any:
        return self.cleaned_data["item"]


class Begin(Act, HowLong):
    noun, label, title = "beginning", gettext_lazy("Begin"), gettext_lazy("We debate this")

    def do(self, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        self.debate.take_up(said["days"], Fallback(said["fallback"]), by=by, at=at)


class Dismiss(Act):
    noun, label = "dismissal", gettext_lazy("Do not debate it")
    title = gettext_lazy("We do not debate this")
    why = LineField(label=gettext_lazy("Why not?"), max_length=LONGEST_WORDS)

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.dismiss(self.cleaned_data["why"], by=by, at=at)


class BringPoint(Act):
    noun, label = "point", gettext_lazy("Keep my point")
    text = LineField(
        label=gettext_lazy("Your point"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only you read it until all points are shown together."),
    )
    figure = forms.ChoiceField(
        label=gettext_lazy("A figure that shows it"),
        required=False,
        choices=lambda: [("", "–"), *figures()],
    )
    deals = LineField(
        label=gettext_lazy("Deals that show it"),
        required=False,
        help_text=gettext_lazy("The address of a list of deals, as your browser shows it."),
        max_length=600,
    )
    words = LineField(
        label=gettext_lazy("What a customer said"), required=False, max_length=LONGEST_WORDS
    )

    def clean_deals(self) -> str:
        """The question of an address of our list of deals."""
        address = self.cleaned_data["deals"]
        if not address:
            return ""
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        ours = reverse("crm:deals", args=[self.debate.team.slug])
        if parts.path != ours or len(parts.query) > LONGEST_WORDS:
            raise ValidationError(_("This is no address of our list of deals."))
        return str(parts.query)

    def brought(self) -> Brought:
        said = self.cleaned_data
        return Brought(said["text"], said["figure"], said["deals"], said["words"])

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.bring(self.brought(), by=by, at=at)


class ChangePoint(BringPoint):
    noun, label, title = (
        "wording",
        gettext_lazy("Keep it so"),
        gettext_lazy("Put it in other words"),
    )
    about = Point

    def choose(self) -> None:
        seen = next((one for one in self.room.points if one.point.pk == self.item), None)
        if seen:
            point, list_of_deals = seen.point, reverse("crm:deals", args=[self.debate.team.slug])
            self.initial.update(
                text=point.text,
                figure=point.figure,
                deals=f"{list_of_deals}?{point.deals}" if point.deals else "",
                words=point.words,
            )

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.change(self.thing, self.brought(), by=by, at=at)


class TakeBackPoint(Act):
    noun, label = "removal", gettext_lazy("Take it back")
    about = Point

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.take_back(self.thing, by=by, at=at)


class AddNothing(Act):
    noun, label = "nothing", gettext_lazy("I have read the figures and have nothing to add")

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.add_nothing(by=by, at=at)


class Excuse(Act):
    noun, label, title = "excuse", gettext_lazy("Excuse"), gettext_lazy("Somebody cannot take part")
    seat = forms.TypedChoiceField(label=gettext_lazy("Who?"), coerce=int)
    why = LineField(label=gettext_lazy("Why?"), max_length=LONGEST_WORDS)

    def choose(self) -> None:
        field: Any = self.fields["seat"]
        field.choices = [(seat.pk, seat.person.name) for seat in self.room.asked]

    def do(self, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        seat = Seat.objects.get(debate=self.debate, pk=said["seat"])
        self.debate.excuse(seat, said["why"], by=by, at=at)


class Argue(Act):
    noun, label, title = "argument", gettext_lazy("Say so"), gettext_lazy("Speak for or against it")
    about = Point
    speaks = forms.ChoiceField(
        label=gettext_lazy("It speaks"),
        choices=Speaks,
        initial=Speaks.AGAINST,
        widget=forms.RadioSelect,
    )
    text = LineField(label=gettext_lazy("What speaks for it, or not?"), max_length=LONGEST_TEXT)

    def do(self, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        self.debate.argue(self.thing, Speaks(said["speaks"]), said["text"], by=by, at=at)


class ReplyToCard(Act):
    noun, label = "reply", gettext_lazy("Keep my answer")
    text = LineField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def choose(self) -> None:
        mine = next(iter(self.room.replies), None)
        self.initial.setdefault("text", mine.text if mine else "")

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.reply(self.cleaned_data["text"], by=by, at=at)


class Weigh(Act):
    noun, label = "weights", gettext_lazy("Keep my weights")

    def choose(self) -> None:
        shown = self.room.shown
        for number, seen in enumerate(shown, start=shown.start_index()):
            self.fields[f"weight_{seen.point.pk}"] = forms.TypedChoiceField(
                label=_("Point %(number)d") % {"number": number},
                choices=[("", "–"), *((str(value), str(value)) for value in range(HEAVIEST + 1))],
                coerce=int,
                empty_value=None,
                required=False,
                initial=seen.point.my_weight,
                help_text=seen.point.text,
            )

    def do(self, *, by: Place, at: datetime) -> None:
        given = {
            int(name.removeprefix("weight_")): value
            for name, value in self.cleaned_data.items()
            if value is not None
        }
        self.debate.weigh(given, by=by, at=at)


class Propose(Act, OfferForm):
    noun, label = "proposal", gettext_lazy("Propose it")
    title = gettext_lazy("Propose something")

    def choose(self) -> None:
        self.choose_from(self.room.people)
        self.speak_of(self.debate.figure, self.room.unit)
        if self.debate.ends_on:
            self.initial.setdefault("review_on", self.debate.ends_on + TO_REVIEW)

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.propose(self.offer(self.debate.figure), by=by, at=at)


class Reword(Propose):
    noun, label = "other-words", gettext_lazy("Propose it so")
    title = gettext_lazy("Put it in other words")
    about = Proposal
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_NUMBER)

    def choose(self) -> None:
        super().choose()
        seen = next((one for one in self.room.proposals if one.proposal.pk == self.item), None)
        if seen:
            words = seen.version
            self.initial.update(
                self.words_of(words.terms),
                number=words.number,
                doers=[person.pk for person in seen.doers],
                direction=words.direction,
                smallest=objectives.as_typed(self.debate.figure, words.smallest),
                review_on=words.review_on,
            )

    def do(self, *, by: Place, at: datetime) -> None:
        offered = self.offer(self.debate.figure)
        self.debate.reword(self.thing, self.cleaned_data["number"], offered, by=by, at=at)


class Consent(Act):
    noun, label = "consent", gettext_lazy("I consent")
    about = ProposalVersion
    concern = LineField(
        label=gettext_lazy("Something to look at in the end?"),
        required=False,
        max_length=LONGEST_WORDS,
    )

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.consent(self.thing, self.cleaned_data["concern"], by=by, at=at)


YES_OR_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


class Object(Act):
    noun, label, title = "objection", gettext_lazy("Object"), gettext_lazy("I object …")
    about = ProposalVersion
    harm = LineField(label=gettext_lazy("What harm would it do?"), max_length=LONGEST_WORDS)
    is_new = forms.ChoiceField(
        label=gettext_lazy("Does it come with this proposal, and not without it?"),
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
    )
    is_certain = forms.ChoiceField(
        label=gettext_lazy("Is it certain, or too late to put right by the day of the review?"),
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
    )
    remedy = LineField(
        label=gettext_lazy("What would take your objection away?"), max_length=LONGEST_WORDS
    )
    touches_law = forms.BooleanField(
        label=gettext_lazy("It is about the law, or somebody’s safety"), required=False
    )
    clause = LineField(
        label=gettext_lazy("Which part of the frame would it break: law, budget, brand?"),
        max_length=LONGEST_WORDS,
    )

    def choose(self) -> None:
        if not (self.room.me and self.room.me.is_of_management):
            del self.fields["clause"]
            return
        said = [f"{clause.name}: {clause.words}" for clause in self.room.frame_clauses]
        self.fields["clause"].help_text = " · ".join(said)

    def do(self, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        objection = Objection(
            harm=said["harm"],
            is_new=said["is_new"] == "yes",
            is_certain=said["is_certain"] == "yes",
            remedy=said["remedy"],
            touches_law=said["touches_law"],
            clause=said.get("clause", ""),
        )
        self.debate.object(self.thing, objection, by=by, at=at)


class Withdraw(Act):
    noun, label = "withdrawal", gettext_lazy("I withdraw my objection")
    about = ProposalVersion

    def do(self, *, by: Place, at: datetime) -> None:
        self.debate.withdraw(self.thing, by=by, at=at)


class AnswerVerdict(Act):
    noun, label = "answer", gettext_lazy("Say so")
    about = Experiment
    answer = forms.ChoiceField(
        label=gettext_lazy("What do we do now?"), choices=Next, widget=forms.RadioSelect
    )
    why = LineField(label=gettext_lazy("In one line: what do we learn?"), max_length=LONGEST_WORDS)

    def do(self, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        self.thing.answer_with(Next(said["answer"]), said["why"], by=by, at=at)


# By the nouns of their addresses.
ACTS: dict[str, type[Act]] = {
    act.noun: act
    for act in (
        Begin,
        Dismiss,
        BringPoint,
        ChangePoint,
        TakeBackPoint,
        AddNothing,
        Excuse,
        Argue,
        ReplyToCard,
        Weigh,
        Propose,
        Reword,
        Consent,
        Object,
        Withdraw,
        AnswerVerdict,
    )
}
