"""What the API reads and writes of the work with a customer."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.api.fields import LineField, MomentField, NumberField, ParagraphsField
from crm.api.serializers import Person
from crm.models import Channel, Contact, Direction, Interaction
from crm.models.interaction import LONGEST_SUBJECT, LONGEST_TEXT
from teams.api import StrictSerializer


class ContactField(serializers.PrimaryKeyRelatedField):
    """Somebody of the customer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=serializers.IntegerField(), **kwargs)

    def get_queryset(self) -> QuerySet[Contact]:
        contacts: QuerySet[Contact] = self.context["contacts"]
        return contacts


class InteractionDraft(StrictSerializer):
    """What was said; without a moment, just now. Either the subject or the text says something."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    occurred_at = MomentField(required=False)
    contact = ContactField(required=False, allow_null=True)
    subject = LineField(max_length=LONGEST_SUBJECT, required=False, allow_blank=True)
    text = ParagraphsField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    is_automated = serializers.BooleanField(required=False)


class InteractionChanges(StrictSerializer):
    """A correction, and the version in which the interaction was seen."""

    version = NumberField()
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    occurred_at = MomentField(required=False)
    contact = ContactField(required=False, allow_null=True)
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
