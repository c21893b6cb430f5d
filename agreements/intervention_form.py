"""What a manager fills in about an intervention."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from agreements.intervening import name_of
from agreements.models import Intervention, Place, Reason
from agreements.models.intervention import LONGEST_WORDS
from dashboards.models import Signal
from dashboards.reach import signals_to_name
from teams.fields import ParagraphsField
from teams.models import Team

NONE = "none"


class RecordIntervention(forms.Form):
    """Why it had to be, whether a signal stood behind it, and what was done."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What left you no choice?"), choices=Reason, widget=forms.RadioSelect
    )
    signal = forms.ChoiceField(
        label=gettext_lazy("Did a signal stand behind it?"),
        help_text=gettext_lazy("Of the figures of the team, those that left their normal range."),
        widget=forms.RadioSelect,
    )
    words = ParagraphsField(
        label=gettext_lazy("What happened, and what did you do?"),
        help_text=gettext_lazy("Everybody of the team reads it. Names of people are not needed."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, team: Team, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signals = {str(one.pk): one for one in signals_to_name(team, at=at)}
        signal: Any = self.fields["signal"]
        named = [(key, name_of(one)) for key, one in self.signals.items()]
        signal.choices = [*named, (NONE, gettext_lazy("No signal stood behind it"))]

    def clean_reason(self) -> Reason:
        return Reason(self.cleaned_data["reason"])

    def clean_signal(self) -> Signal | None:
        return self.signals.get(self.cleaned_data["signal"])

    def save(self, *, by: Place, at: datetime) -> Intervention:
        """Write it down. Raises as `Intervention.objects.record`."""
        said = self.cleaned_data
        return Intervention.objects.record(
            said["reason"], said["words"], said["signal"], by=by, at=at
        )
