"""The promise of a team as people type it: a number of working hours, and why."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from crm.fields import AmountField
from crm.models import AnswerPromise
from crm.models.promise import LONGEST_REASON, MOST_HOURS, SECONDS_OF_HOUR
from teams.fields import LineField
from teams.models import Membership, Team

LEAST_HOURS = Decimal("0.01")


class HoursField(AmountField):
    """A number of working hours, as the reader's language writes it."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not LEAST_HOURS <= value <= MOST_HOURS:
            raise forms.ValidationError(
                gettext_lazy("Promise an answer within 0.01 to %(most)d working hours."),
                params={"most": MOST_HOURS},
            )


class MakePromise(forms.Form):
    """Within how many working hours we answer, and why."""

    hours = HoursField(label=gettext_lazy("We answer within so many working hours"))
    reason = LineField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It stands on the charts, where everybody reads it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    @classmethod
    def about(cls, team: Team) -> Self:
        """The promise as it stands."""
        last = team.answer_promises.newest_first().first()
        hours = last and Decimal(f"{round(last.hours, 2):g}")
        return cls(initial={"hours": hours, "seen": last.number if last else 0})

    def save(self, *, by: Membership, at: datetime) -> AnswerPromise | None:
        """Keep what was filled in. Raises as `AnswerPromise.objects.make`."""
        filled = self.cleaned_data
        seconds = round(filled["hours"] * SECONDS_OF_HOUR)
        return AnswerPromise.objects.make(
            seconds, reason=filled["reason"], seen=filled["seen"], by=by, at=at
        )

    def beside(self, team: Team, refusal: str) -> Self:
        """The same words beside those of somebody who was faster, to decide once more."""
        last = team.answer_promises.latest("number")
        again = type(self)({**dict(self.data.items()), "seen": last.number})
        again.add_error(None, refusal)
        return again
