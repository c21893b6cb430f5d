"""What people write in the reading room."""

from typing import Self

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from dashboards.models import Commentary, Subscription
from dashboards.models.commentary import LONGEST
from dashboards.models.subscription import DAYS
from teams.fields import ParagraphsField


class WriteWords(forms.Form):
    """The team's own words about a figure or a report, and the version that was on screen."""

    # Where the person came second: what stands there now.
    theirs: Commentary | None = None

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    text = ParagraphsField(
        label=_("In our own words"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def about(cls, words: Commentary) -> Self:
        """The form as it stands on the page, with what was written so far."""
        return cls(initial={"version": words.version, "text": words.text}, auto_id=_ids(words.kpi))

    @classmethod
    def sent(cls, data: object, kpi: str) -> Self:
        return cls(data, auto_id=_ids(kpi))  # type: ignore[arg-type]

    def beside(self, theirs: Commentary, refusal: str) -> Self:
        """The same words beside those of whoever was faster; sent again, they count."""
        again = type(self)(
            {"version": theirs.version, "text": self.cleaned_data["text"]}, auto_id=self.auto_id
        )
        again.add_error(None, refusal)
        again.theirs = theirs
        return again


class ChooseMail(forms.Form):
    """Which reports somebody gets by mail; without a day the weekly one is not wanted."""

    weekly_on = forms.TypedChoiceField(
        label=_("The weekly report"),
        choices=[("", _("Not by mail")), *((day, WEEKDAYS[day]) for day in DAYS)],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "It is published on Wednesday at 12:00 and mailed then; on another day it comes at"
            " 12:00 too."
        ),
    )
    monthly = forms.BooleanField(
        label=_("The monthly report"),
        required=False,
        help_text=_("It is mailed when it is published, on the third working day of the month."),
    )

    @classmethod
    def of(cls, chosen: Subscription) -> Self:
        """The form as it stands on the page."""
        return cls(initial={"weekly_on": chosen.weekly_on, "monthly": chosen.monthly})


def _ids(kpi: str) -> str:
    return f"words-{kpi or 'report'}-%s"
