"""What people fill in when their team looks back."""

from datetime import datetime
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from agreements.forms import TermsForm
from reviews.models import Evaluation, Question, Reflection, Said
from reviews.models.reflection import LONGEST_REFLECTION
from teams.fields import ParagraphsField
from teams.models import Membership

MOST_CHANGES = 2**31 - 1


class Reflect(forms.Form):
    """The answers to all six questions, and of each the version that was on screen."""

    # Where somebody came second: what stands there now, by the question.
    theirs: dict[str, Reflection]

    def __init__(self, *args: Any, there: list[Reflection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs = {}
        for one in there:
            self.fields[one.question] = ParagraphsField(
                label=Question(one.question).label,
                max_length=LONGEST_REFLECTION,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                initial=one.text,
            )
            self.fields[_version(one.question)] = forms.IntegerField(
                min_value=0,
                max_value=MOST_CHANGES,
                widget=forms.HiddenInput,
                initial=one.version,
            )

    def answers(self) -> list[tuple[forms.BoundField, Reflection | None]]:
        """Each question with what stands there now, where somebody else was faster."""
        return [(self[one], self.theirs.get(one)) for one in Question if one in self.fields]

    def said(self) -> dict[Question, Said]:
        typed = self.cleaned_data
        return {
            question: Said(typed[question], typed[_version(question)])
            for question in Question
            if question in typed
        }

    def beside(self, there: list[Reflection], refusal: str) -> Self:
        """The same words beside those of whoever was faster; sent again, they count."""
        typed = {**self.cleaned_data, **{_version(one.question): one.version for one in there}}
        again = type(self)(typed, there=there)
        again.add_error(None, refusal)
        for one in there:
            was_seen = self.cleaned_data[_version(one.question)] == one.version
            if not was_seen and one.text != typed[one.question]:
                again.theirs[one.question] = one
        return again


def _version(question: str) -> str:
    return f"{question}_version"


class Follow(TermsForm):
    """What all of us do otherwise."""

    def do(self, evaluation: Evaluation, *, by: Membership, at: datetime) -> None:
        """Put it before the team. Raises EvaluationError and AgreementError."""
        evaluation.agree(self.terms(), by=by, at=at)


class Conclude(forms.Form):
    """Which answers whoever reads along may see."""

    published = forms.MultipleChoiceField(
        label=gettext_lazy("Who reads along sees our answers to:"),
        choices=Question,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing ticked: only that we looked back, and when."),
    )

    def do(self, evaluation: Evaluation, *, by: Membership, at: datetime) -> None:
        """Call the verb. Raises EvaluationError."""
        shown = [Question(one) for one in self.cleaned_data["published"]]
        evaluation.conclude(shown, by=by, at=at)
