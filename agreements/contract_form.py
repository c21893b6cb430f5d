"""What a manager fills in to sign the contract."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Place, Terms
from agreements.models.terms import LONGEST
from teams.fields import DayField, LineField

A_YEAR = timedelta(days=365)


class SignContract(forms.Form):
    """What is promised besides the clauses, in the manager's own words, and until when."""

    then = LineField(label=gettext_lazy("What I promise"), max_length=LONGEST)
    how_seen = LineField(label=gettext_lazy("How will the team see it?"), max_length=LONGEST)
    due_on = DayField(
        label=gettext_lazy("Until when?"),
        help_text=gettext_lazy("Twelve months at most. Then we look at it together, and renew it."),
    )

    @staticmethod
    def usual(day: date) -> dict[str, Any]:
        """As it is filled in before somebody changes it."""
        return {
            "then": _("I keep off what is the team’s, as it stands in the clauses"),
            "how_seen": _("Kring keeps it; what I do all the same stands in the log"),
            "due_on": day + A_YEAR,
        }

    def save(self, *, by: Place, at: datetime) -> Agreement:
        """Sign it. Raises as `Agreement.objects.sign_contract`."""
        return Agreement.objects.sign_contract(Terms("", **self.cleaned_data), by=by, at=at)
