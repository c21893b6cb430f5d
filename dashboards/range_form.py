"""A normal range as people sign it: the stretch that it rests on, and what they say of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.figures import Kpi
from dashboards.models import Baseline
from dashboards.models.baseline import LONGEST_WORDS
from dashboards.periods import Period
from dashboards.rebasing import QUESTIONS, Answers
from dashboards.writing import dated
from teams.fields import LineField
from teams.models import Membership

LARGEST = 2**63 - 1


class PeriodField(forms.TypedChoiceField):
    """One of the periods that were measured, written as 2026-W47 or 2026-11."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=Period.parse, **kwargs)

    def offer(self, periods: Sequence[Period]) -> None:
        """Let people choose among these, the oldest first."""
        self.choices = [(str(period), dated(period)) for period in periods]


class ChooseStretch(forms.Form):
    """From which period to which."""

    first = PeriodField(label=gettext_lazy("From"))
    last = PeriodField(label=gettext_lazy("Up to and including"))

    def __init__(self, *args: Any, among: Sequence[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            field = self.fields[name]
            assert isinstance(field, PeriodField)
            field.offer(among)

    def clean(self) -> dict[str, Any]:
        filled = self.cleaned_data
        if {"first", "last"} <= filled.keys() and filled["last"] < filled["first"]:
            self.add_error("last", _("A stretch begins before it ends."))
        return filled


class SignRange(ChooseStretch):
    """The first range of a figure. `seen` is the one that was on screen, 0 for none."""

    reason = LineField(
        label=gettext_lazy("Why is this stretch normal for us?"), max_length=LONGEST_WORDS
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            self.fields[name].widget = forms.HiddenInput()

    def save(self, kpi: Kpi, *, by: Membership, at: datetime) -> Baseline:
        """Sign what was filled in. Raises as `Baseline.sign`."""
        filled = self.cleaned_data
        return Baseline.sign(
            kpi, filled["first"], filled["last"], reason=filled["reason"], by=by, at=at
        )

    def beside(
        self, form: "type[SignRange]", seen: int, refusal: str, *, among: Sequence[Period]
    ) -> "SignRange":
        """The same words beside the range that somebody else signed, to decide once more."""
        again = form({**dict(self.data.items()), "seen": seen}, among=among)
        # What is asked now may be more than what was asked before.
        again.errors.clear()
        again.add_error(None, refusal)
        return again


def _yes_or_no(question: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=cast("str", QUESTIONS[question]),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )


class RebaseRange(SignRange):
    """Another range after the first: four questions, and the team's words where it says yes."""

    # A browser would ask for the words of somebody who says no, too.
    use_required_attribute = False

    is_different = _yes_or_no("is_different")
    is_known = _yes_or_no("is_known")
    reason = LineField(
        label=gettext_lazy("What changed?"),
        max_length=LONGEST_WORDS,
        help_text=gettext_lazy("It stands below the chart, where everybody reads it."),
    )
    is_desirable = _yes_or_no("is_desirable")
    is_lasting = _yes_or_no("is_lasting")
    lasting = LineField(label=gettext_lazy("What makes it last?"), max_length=LONGEST_WORDS)

    field_order = ("is_different", "is_known", "reason", "is_desirable", "is_lasting", "lasting")

    def clean(self) -> dict[str, Any]:
        filled = super().clean()
        for question, words in (("is_known", "reason"), ("is_lasting", "lasting")):
            if filled.get(question) is False:
                self.errors.pop(words, None)  # whoever says no has nothing to add
        if QUESTIONS.keys() <= filled.keys():
            for question, objection in self._answers().objections():
                self.add_error(question, str(objection))
        return filled

    def _answers(self) -> Answers:
        answers = {question: self.cleaned_data[question] for question in QUESTIONS}
        words = {name: self.cleaned_data.get(name, "") for name in ("reason", "lasting")}
        return Answers(**answers, **words)

    def save(self, kpi: Kpi, *, by: Membership, at: datetime) -> Baseline:
        """Sign what was filled in. Raises as `Baseline.rebase`."""
        filled = self.cleaned_data
        return Baseline.rebase(
            kpi,
            filled["first"],
            filled["last"],
            answers=self._answers(),
            seen=filled["seen"],
            by=by,
            at=at,
        )
