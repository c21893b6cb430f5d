"""What people write down about their work with a customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields import MomentField
from crm.forms import Edit, choose
from crm.models import Channel, Contact, Deal, Direction, Interaction
from crm.models.interaction import LONGEST_SUBJECT, LONGEST_TEXT, contacts_of
from teams.fields import LineField, ParagraphsField


class LogInteraction(forms.Form):
    """What was said between the customer and us. Left empty, it was said just now."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Who spoke"), choices=Direction.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=Channel.choices)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=gettext_lazy("With"), required=False
    )
    subject = LineField(label=gettext_lazy("About"), max_length=LONGEST_SUBJECT, required=False)
    text = ParagraphsField(
        label=gettext_lazy("What was said"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    occurred_at = MomentField(
        label=gettext_lazy("When"),
        help_text=gettext_lazy("Leave it empty for just now."),
        required=False,
    )

    def __init__(self, *args: Any, deal: Deal, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.at = deal, at
        choose(self.fields["contact"], contacts_of(deal))

    def clean_occurred_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["occurred_at"]
        if moment and moment > self.at:
            raise forms.ValidationError(_("This is still to come. Write down what has happened."))
        return moment

    def clean(self) -> dict[str, Any]:
        if not self.errors and not (self.cleaned_data["subject"] or self.cleaned_data["text"]):
            self.add_error("text", _("Say in a few words what it was about."))
        return self.cleaned_data


class EditInteraction(LogInteraction, Edit):
    """A correction of what was written down."""

    names = ("direction", "channel", "contact", "subject", "text", "occurred_at")

    def __init__(self, *args: Any, interaction: Interaction, at: datetime, **kwargs: Any) -> None:
        self.interaction = interaction
        super().__init__(*args, deal=interaction.deal, at=at, **kwargs)

    @classmethod
    def about(cls, interaction: Interaction, *, at: datetime) -> Self:
        """The form as it stands on the page of the deal."""
        words = {name: getattr(interaction, name) for name in (*cls.names, "version")}
        return cls(initial=words, interaction=interaction, at=at)

    def clean_occurred_at(self) -> datetime:
        """The moment that was given; whole minutes change no second of what was known."""
        moment, known = super().clean_occurred_at(), self.interaction.occurred_at
        if moment is None or moment == known.replace(second=0, microsecond=0):
            return known
        return moment

    def filled_with(self, data: Mapping[str, Any]) -> Self:
        return type(self)(data, interaction=self.interaction, at=self.at)
