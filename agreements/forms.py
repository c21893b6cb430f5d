"""What people fill in about an agreement: the words, and each act of a party."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Cadence, Occurrence, Party, Place, Terms, Verdict
from agreements.models.terms import LONGEST, AgreementVersion
from agreements.proposing import Who, open_to, people_besides, propose
from agreements.sight import Sight
from teams.fields import DayField, LineField
from teams.models import User

MOST_NUMBER = 2**15 - 1
FIRST = 1
TERMS = ("when", "then", "how_seen", "due_on", "every", "ends_on")


class TermsForm(forms.Form):
    """The words: when … then …, how the other will see it, until when, and how often."""

    when = LineField(
        label=gettext_lazy("When …"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("a customer reports a fault")}),
    )
    then = LineField(
        label=gettext_lazy("then …"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("I call back the same day")}),
    )
    how_seen = LineField(
        label=gettext_lazy("How will the other see it?"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("the call is on the deal")}),
    )
    due_on = DayField(label=gettext_lazy("Until when?"))
    every = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=Cadence,
        required=False,
        help_text=gettext_lazy(
            "What comes round is due on that day for the first time. A day on which we do not work"
            " moves to the next on which we do."
        ),
    )
    ends_on = DayField(
        label=gettext_lazy("And until when does it come round?"),
        required=False,
        help_text=gettext_lazy("Twelve months at most. Leave it out for what is promised once."),
    )

    def terms(self) -> Terms:
        return Terms(**{name: self.cleaned_data[name] for name in TERMS})

    @staticmethod
    def words_of(version: AgreementVersion | Terms) -> dict[str, Any]:
        """As they are filled in before somebody changes them."""
        return {name: getattr(version, name) for name in TERMS}


class Propose(TermsForm):
    """The quick form: who promises whom, and what."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who promises?"),
        choices=Who.choices,
        initial=Who.MINE,
        widget=forms.RadioSelect,
    )
    others = forms.ModelMultipleChoiceField(
        label=gettext_lazy("With whom?"),
        help_text=gettext_lazy("Everybody, where the whole team promises each other."),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("who", "others", *TERMS)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        others: Any = self.fields["others"]
        others.queryset = people_besides(place.team, place.user)
        who: Any = self.fields["who"]
        who.choices = open_to(place)

    def clean(self) -> dict[str, Any]:
        words = super().clean() or self.cleaned_data
        if words.get("who") != Who.OURS and "others" in words and not words["others"]:
            self.add_error("others", _("Choose whom it is with."))
        return words

    def propose(self, *, at: datetime) -> Agreement:
        """Put it on the table. Raises AgreementError."""
        said = self.cleaned_data
        return propose(Who(said["who"]), said["others"], self.terms(), by=self.place, at=at)


class Act(forms.Form):
    """Something that somebody does about an agreement: its fields, and the verb that it calls.

    `day` is the one that it is about, of those for which it was promised.
    """

    label: Any = ""
    # What stands above the fields while they are folded; blank for a button alone.
    title: Any = ""

    def __init__(
        self, *args: Any, sight: Sight, day: Occurrence | None = None, **kwargs: Any
    ) -> None:
        self.sight, self.day = sight, day
        super().__init__(*args, **{"initial": self.filled(sight), **kwargs})
        self.choose_from(sight)

    def filled(self, _sight: Sight) -> dict[str, Any]:
        """What stands in the fields at first."""
        return {}

    def choose_from(self, sight: Sight) -> None:
        """Let the fields offer what there is."""

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        """Call the verb. Raises AgreementError."""
        raise NotImplementedError


class Numbered(Act):
    """An act about one version, as it was seen."""

    number = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=MOST_NUMBER, required=True
    )

    def filled(self, sight: Sight) -> dict[str, Any]:
        return {"number": sight.agreement.on_table or sight.agreement.in_force}


class Accept(Numbered):
    label = gettext_lazy("Accept")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        agreement.accept(self.cleaned_data["number"], by=by, at=at)


class Decline(Numbered):
    label, title = gettext_lazy("Decline"), gettext_lazy("Decline")
    why = LineField(label=gettext_lazy("Why not?"), max_length=LONGEST, required=False)

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        words = self.cleaned_data
        agreement.decline(words["number"], words["why"], by=by, at=at)


class Withdraw(Numbered):
    label = gettext_lazy("Withdraw the proposal")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        agreement.withdraw(self.cleaned_data["number"], by=by, at=at)


class OtherTerms(TermsForm, Numbered):
    """Other words than those that were seen."""

    def filled(self, sight: Sight) -> dict[str, Any]:
        words = sight.asked or sight.words
        return {**super().filled(sight), **self.words_of(words)}


class Counter(OtherTerms):
    label, title = gettext_lazy("Propose this instead"), gettext_lazy("Propose other words")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        agreement.counter(self.cleaned_data["number"], self.terms(), by=by, at=at)


class Renegotiate(OtherTerms):
    label, title = gettext_lazy("Ask for this"), gettext_lazy("Ask for other terms")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        agreement.renegotiate(self.cleaned_data["number"], self.terms(), by=by, at=at)


class Renew(Act):
    label, title = gettext_lazy("Propose to renew it"), gettext_lazy("Renew it")
    due_on = DayField(label=gettext_lazy("Until when?"))

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        agreement.renew(self.cleaned_data["due_on"], by=by, at=at)


class OfADay(Act):
    """An act about one of the days for which it was promised, as it was seen."""

    number = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=MOST_NUMBER, required=False
    )

    def filled(self, sight: Sight) -> dict[str, Any]:
        return {"number": self.day.number if self.day else FIRST}

    def promise(self, agreement: Agreement) -> Occurrence:
        """That day, by its number; the first where none was said. Raises AgreementError."""
        return agreement.promise(self.cleaned_data["number"] or FIRST)


class DeclareDone(OfADay):
    label = gettext_lazy("It is done")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        self.promise(agreement).declare_done(by=by, at=at)


class Release(OfADay):
    label = gettext_lazy("Let it go, it is not needed any more")
    for_good = forms.BooleanField(
        label=gettext_lazy("And all that would come round after it"), required=False
    )

    def choose_from(self, sight: Sight) -> None:
        if sight.comes_round:
            self.title = self.label
        else:
            self.fields["for_good"].widget = forms.HiddenInput()

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        for_good = self.cleaned_data["for_good"]
        self.promise(agreement).release(by=by, at=at, for_good=for_good)


class Repair(TermsForm, OfADay):
    label, title = gettext_lazy("Propose to make it good so"), gettext_lazy("Make it good")

    def filled(self, sight: Sight) -> dict[str, Any]:
        words = self.words_of(sight.words)
        return {**super().filled(sight), **words, "due_on": None, "every": "", "ends_on": None}

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        number = self.cleaned_data["number"] or FIRST
        agreement.repair(number, self.terms(), by=by, at=at)


class Verdicts(OfADay):
    """Kept or not, and a line about it."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Was it kept?"), choices=Verdict, widget=forms.RadioSelect
    )
    words = LineField(
        label=gettext_lazy("In one line: what do we learn?"), max_length=LONGEST, required=False
    )


class Judge(Verdicts):
    label, title = gettext_lazy("Say so"), gettext_lazy("Say whether it was kept")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        self.promise(agreement).judge(Verdict(said["verdict"]), said["words"], by=by, at=at)


class Rule(Verdicts):
    label, title = gettext_lazy("Decide"), gettext_lazy("Decide as the witness of both")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        self.promise(agreement).rule(Verdict(said["verdict"]), said["words"], by=by, at=at)


class Witnesses(OfADay):
    """Somebody of the team who is no party."""

    witness = forms.ModelChoiceField(
        label=gettext_lazy("Who shall decide?"), queryset=User.objects.none()
    )

    def choose_from(self, sight: Sight) -> None:
        parties = Party.objects.filter(agreement=sight.agreement).values("person")
        field: Any = self.fields["witness"]
        field.queryset = sight.agreement.team.people().exclude(pk__in=parties)


class Contest(Witnesses):
    label, title = gettext_lazy("Contest it"), gettext_lazy("It was not broken")
    words = LineField(label=gettext_lazy("Why not, in one line?"), max_length=LONGEST)

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        said = self.cleaned_data
        self.promise(agreement).contest(said["words"], said["witness"], by=by, at=at)


class NameWitness(Witnesses):
    label, title = gettext_lazy("Name this witness"), gettext_lazy("Choose a witness together")

    def do(self, agreement: Agreement, *, by: Place, at: datetime) -> None:
        self.promise(agreement).name_witness(self.cleaned_data["witness"], by=by, at=at)


# By the nouns of their addresses.
ACTS: dict[str, type[Act]] = {
    "acceptance": Accept,
    "counter-proposal": Counter,
    "refusal": Decline,
    "withdrawal": Withdraw,
    "renegotiation": Renegotiate,
    "renewal": Renew,
    "completion": DeclareDone,
    "release": Release,
    "judgement": Judge,
    "contest": Contest,
    "witness": NameWitness,
    "ruling": Rule,
    "repair": Repair,
}
