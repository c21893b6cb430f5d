"""What the API reads and writes of the work with a customer."""

from typing import Any

from rest_framework import serializers

from crm.api.fields import MomentField, NumberField
from crm.models import Activity, Channel, Contact, Deal, Direction, Interaction, Organization
from crm.models.activity import LONGEST_OUTCOME, LONGEST_TITLE, Kind, Reminder
from crm.models.interaction import LONGEST_SUBJECT, LONGEST_TEXT
from teams.api import StrictSerializer
from teams.api_fields import DayField, LineField, OneOf, ParagraphsField, Person


class InteractionDraft(StrictSerializer):
    """What was said; without a moment, just now. Either the subject or the text says something."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    occurred_at = MomentField(required=False)
    contact = OneOf("contacts", required=False, allow_null=True)
    subject = LineField(max_length=LONGEST_SUBJECT, required=False, allow_blank=True)
    text = ParagraphsField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    is_automated = serializers.BooleanField(required=False)


class InteractionChanges(StrictSerializer):
    """A correction, and the version in which the interaction was seen."""

    version = NumberField()
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    occurred_at = MomentField(required=False)
    contact = OneOf("contacts", required=False, allow_null=True)
    subject = LineField(max_length=LONGEST_SUBJECT, required=False, allow_blank=True)
    text = ParagraphsField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    is_automated = serializers.BooleanField(required=False)


class Seen(StrictSerializer):
    """The version in which a thing was seen."""

    version = NumberField()


class ContactName(serializers.ModelSerializer):
    class Meta:
        model = Contact
        fields = ("id", "name")


class InteractionFacts(serializers.ModelSerializer):
    """Something that was said. Managers see what kind of thing it was, and when."""

    contact = ContactName(allow_null=True, required=False)
    by = Person(allow_null=True, required=False)

    TO_ALL = ("id", "channel", "direction", "occurred_at", "is_automated", "version")

    class Meta:
        model = Interaction
        fields = (
            "id",
            "channel",
            "direction",
            "occurred_at",
            "is_automated",
            "contact",
            "subject",
            "text",
            "by",
            "version",
        )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if self.context.get("sees_people", True):
            return fields
        return {name: field for name, field in fields.items() if name in self.TO_ALL}


class InteractionList(serializers.Serializer):
    """A page of what was said about a deal, the newest first."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = InteractionFacts(many=True)


class BothInteractions(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = InteractionChanges()
    theirs = InteractionFacts()


# -- activities --------------------------------------------------------------------------------


class ClockField(serializers.TimeField):
    """A time on the clock of the team, as 14:30."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class ActivityDraft(StrictSerializer):
    """What is to be done, about a deal, an organization or a contact."""

    title = LineField(max_length=LONGEST_TITLE)
    kind = serializers.ChoiceField(choices=Kind.choices)
    due_on = DayField()
    due_time = ClockField(required=False, allow_null=True)
    deal = OneOf("deals", required=False, allow_null=True)
    organization = OneOf("organizations", required=False, allow_null=True)
    contact = OneOf("contacts", required=False, allow_null=True)
    assignee = OneOf("people", required=False, allow_null=True)
    reminder = serializers.ChoiceField(choices=Reminder.choices, required=False)


class ActivityChanges(StrictSerializer):
    """Another plan, and the version in which the activity was seen."""

    version = NumberField()
    title = LineField(max_length=LONGEST_TITLE, required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    due_on = DayField(required=False)
    due_time = ClockField(required=False, allow_null=True)
    assignee = OneOf("people", required=False, allow_null=True)
    reminder = serializers.ChoiceField(choices=Reminder.choices, required=False)


class Completion(StrictSerializer):
    """What came of it, and the version in which it was seen."""

    version = NumberField()
    outcome_note = ParagraphsField(max_length=LONGEST_OUTCOME, required=False, allow_blank=True)


class DealName(serializers.ModelSerializer):
    class Meta:
        model = Deal
        fields = ("id", "number", "title")


class OrganizationName(serializers.ModelSerializer):
    class Meta:
        model = Organization
        fields = ("id", "name")


class ActivityFacts(serializers.ModelSerializer):
    """Something to do. Who does it, what came of it and with whom is for members only."""

    deal = DealName(allow_null=True)
    organization = OrganizationName(allow_null=True)
    contact = ContactName(allow_null=True)
    due_time = serializers.TimeField(format="%H:%M", allow_null=True)
    assignee = Person(allow_null=True, required=False)
    done_by = Person(allow_null=True, required=False)

    OF_THE_TEAM = ("contact", "assignee", "reminder", "done_by", "outcome_note")

    class Meta:
        model = Activity
        fields = (
            "id",
            "kind",
            "title",
            "due_on",
            "due_time",
            "deal",
            "organization",
            "contact",
            "assignee",
            "reminder",
            "is_next_step",
            "done_at",
            "done_by",
            "outcome_note",
            "dropped_at",
            "version",
        )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not self.context.get("sees_people", True):
            for name in self.OF_THE_TEAM:
                del fields[name]
        return fields


class ActivityList(serializers.Serializer):
    """What stands on the days from `first` to `last`."""

    first = serializers.DateField()
    last = serializers.DateField()
    results = ActivityFacts(many=True)


class BothActivities(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = ActivityChanges()
    theirs = ActivityFacts()
