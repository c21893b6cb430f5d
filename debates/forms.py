"""What people fill in about a debate: how it begins, and each act of somebody who takes part."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms import TermsForm
from agreements.models import Place
from dashboards import kpis, objectives
from dashboards.figures import Kpi
from debates.models import Debate, Direction, Fallback, Offer
from debates.models.box import LONGEST, SHORTEST, USUAL
from debates.models.point import LONGEST_WORDS
from teams.charters import limit_words
from teams.fields import DayField, LineField, NumberField
from teams.models import Frame, User

# Percent to two decimals are a share to four, and what is measured otherwise has no more.
DECIMALS = 2


def figures() -> list[tuple[str, str]]:
    """The figures that a debate can be about, by name."""
    found = [(kpi.slug, str(kpi.name)) for kpi in kpis.standing_alone()]
    return sorted(found, key=lambda choice: choice[1].lower())


class AskForDebate(forms.Form):
    """What the question is, and which figure it is about."""

    kpi = forms.ChoiceField(label=gettext_lazy("Which figure?"), choices=figures)
    question = LineField(
        label=gettext_lazy("What is the question?"),
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Why do we win less?")}),
        max_length=LONGEST_WORDS,
    )

    def save(self, *, by: Place, at: datetime) -> Debate:
        """Ask for it. Raises DebateError."""
        said = self.cleaned_data
        return Debate.objects.request(kpis.get(said["kpi"]), said["question"], by=by, at=at)


class HowLong(forms.Form):
    """How long a debate takes, and what holds when objections are left."""

    days = forms.IntegerField(
        label=gettext_lazy("How many working days?"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=USUAL,
        help_text=gettext_lazy("A third for points, then challenge, proposals and consent."),
    )
    fallback = forms.ChoiceField(
        label=gettext_lazy("When objections are left at the end:"),
        choices=Fallback,
        initial=Fallback.SPLIT,
        widget=forms.RadioSelect,
    )


class OpenDebate(AskForDebate, HowLong):
    """The same by the team itself: it begins at once."""

    field_order = ("kpi", "question", "days", "fallback")

    def save(self, *, by: Place, at: datetime) -> Debate:
        said = self.cleaned_data
        return Debate.objects.begin(
            kpis.get(said["kpi"]),
            said["question"],
            days=said["days"],
            fallback=Fallback(said["fallback"]),
            by=by,
            at=at,
        )


class OfferForm(TermsForm):
    """What shall be done, by whom, and what it shall do to the figure."""

    doers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who promises it?"),
        help_text=gettext_lazy("Nobody chosen: the whole team, each to all."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("The figure shall go"), choices=Direction, widget=forms.RadioSelect
    )
    smallest = NumberField(
        label=gettext_lazy("By how much at least, to be worth it?"),
        min_value=0,
        decimal_places=DECIMALS,
        help_text=gettext_lazy("In the unit of the figure; a share in percent."),
    )
    review_on = DayField(
        label=gettext_lazy("When do we look at the figure again?"),
        help_text=gettext_lazy(
            "Within ninety days; four whole weeks at least tell it from chance."
        ),
    )

    field_order: tuple[str, ...] = (
        "when",
        "then",
        "how_seen",
        "doers",
        "due_on",
        "every",
        "ends_on",
        "direction",
        "smallest",
        "review_on",
    )

    def choose_from(self, people: Iterable[User]) -> None:
        """Let these people be those who can promise it."""
        self.people = {person.pk: person for person in people}
        doers: Any = self.fields["doers"]
        doers.choices = [(person.pk, person.name) for person in self.people.values()]

    def speak_of(self, kpi: Kpi, unit: str) -> None:
        """Ask about this figure, in the unit of the team."""
        self.fields["smallest"].help_text = objectives.how_it_counts(kpi, unit)
        self.fields["direction"].initial = Direction.DOWN if kpi.direction < 0 else Direction.UP

    def offer(self, kpi: Kpi) -> Offer:
        """What was filled in; a share is typed in percent."""
        said = self.cleaned_data
        return Offer(
            terms=self.terms(),
            doers=tuple(self.people[pk] for pk in said["doers"]),
            direction=Direction(said["direction"]),
            smallest=objectives.typed(kpi, said["smallest"]),
            review_on=said["review_on"],
        )


class QuickDebate(OfferForm):
    """Something that can be taken back, for two working days' consent."""

    kpi = forms.ChoiceField(label=gettext_lazy("Which figure?"), choices=figures)
    is_reversible = forms.BooleanField(
        label=gettext_lazy("We can take it back, and pay for it ourselves"),
    )
    field_order = ("kpi", *OfferForm.field_order, "is_reversible")

    def __init__(self, *args: Any, by: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_from(by.team.people())
        frame = Frame.objects.in_force(by.team, timezone.localdate())
        if frame and frame.limit is not None:
            self.fields["is_reversible"].help_text = _(
                "Our charter says of money for one decision: %(limit)s."
            ) % {"limit": limit_words(frame.words)}

    def save(self, *, by: Place, at: datetime) -> Debate:
        """Lay it before all. Raises DebateError."""
        kpi = kpis.get(self.cleaned_data["kpi"])
        offered = self.offer(kpi)
        is_reversible = self.cleaned_data["is_reversible"]
        return Debate.objects.decide_quickly(
            kpi, offered, is_reversible=is_reversible, by=by, at=at
        )
