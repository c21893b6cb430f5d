"""What people write down about their work with a customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.calendar import LOOKS, WHO, Look
from crm.fields import ClockField, MomentField
from crm.forms import Edit, choose
from crm.models import Activity, Channel, Contact, Deal, Direction, Interaction
from crm.models.activity import LONGEST_OUTCOME, LONGEST_TITLE, Kind, Reminder
from crm.models.interaction import LONGEST_SUBJECT, LONGEST_TEXT, contacts_of
from teams.fields import DayField, LineField, ParagraphsField
from teams.models import Team, User


class WhoIsKnown(forms.models.ModelChoiceIterator):
    """Without those who were anonymised; whom it was said with already stays."""

    def __init__(self, field: "ContactField") -> None:
        super().__init__(field)
        said_with = models.Q(pk=field.said_with)
        self.queryset = self.queryset.filter(models.Q(anonymised_at=None) | said_with)


class ContactField(forms.ModelChoiceField):
    """Offers fewer than it takes: who was anonymised meanwhile is refused with the reason."""

    iterator = WhoIsKnown
    said_with: int | None = None


class LogInteraction(forms.Form):
    """What was said between the customer and us. Left empty, it was said just now."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Who spoke"), choices=Direction.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=Channel.choices)
    contact = ContactField(Contact.objects.none(), label=gettext_lazy("With"), required=False)
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

    def __init__(
        self, *args: Any, deal: Deal, at: datetime, said_with: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.at = deal, at
        contact = self.fields["contact"]
        assert isinstance(contact, ContactField)
        contact.said_with = said_with
        choose(contact, contacts_of(deal, said_with))

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
        said_with = interaction.contact_id
        super().__init__(*args, deal=interaction.deal, at=at, said_with=said_with, **kwargs)

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


class PlanActivity(forms.Form):
    """What somebody means to do, by which day."""

    title = LineField(label=gettext_lazy("What"), max_length=LONGEST_TITLE)
    kind = forms.ChoiceField(label=gettext_lazy("How"), choices=Kind.choices)
    due_on = DayField(label=gettext_lazy("On"))
    due_time = ClockField(label=gettext_lazy("At"), required=False)
    assignee = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("By whom"),
        empty_label=gettext_lazy("Whoever of the team has time"),
        required=False,
    )
    reminder = forms.ChoiceField(
        label=gettext_lazy("Remind by mail"), choices=Reminder.choices, required=False
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "plan-%s", **kwargs})
        self.team = team
        choose(self.fields["assignee"], team.people())


class EditActivity(PlanActivity, Edit):
    """Another plan for it."""

    names = ("title", "kind", "due_on", "due_time", "assignee", "reminder")

    @classmethod
    def about(cls, activity: Activity) -> Self:
        """The form as it stands on the page of the activity."""
        words = {name: getattr(activity, name) for name in (*cls.names, "version")}
        return cls(initial=words, team=activity.team)

    def filled_with(self, data: Mapping[str, Any]) -> Self:
        return type(self)(data, team=self.team)


class DoActivity(forms.Form):
    """It is done, as seen in this version; what came of it may be said."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    outcome_note = ParagraphsField(
        label=gettext_lazy("What came of it"),
        max_length=LONGEST_OUTCOME,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FindActivities(forms.Form):
    """How to look at the calendar, around which day, and whose. A manager sees the team's alone."""

    look = forms.ChoiceField(choices=list(LOOKS.items()), required=False)
    on = DayField(required=False)
    who = forms.ChoiceField(choices=list(WHO.items()), required=False)

    def __init__(self, *args: Any, sees_people: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sees_people = sees_people

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"]
        if who and not self.sees_people:
            raise forms.ValidationError(_("Who does something is the team’s own."))
        return who

    def wish(self) -> Look:
        """What is asked for, of a form that is valid."""
        return Look(**{name: value for name, value in self.cleaned_data.items() if value})
