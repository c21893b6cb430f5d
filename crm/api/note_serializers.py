"""What the API reads and writes of the team's notes."""

from typing import Any

from rest_framework import serializers

from crm.api.fields import NumberField
from crm.api.work_serializers import ContactName, DealName, OrganizationName
from crm.models import Note
from crm.models.note import LONGEST_NOTE
from teams.api import StrictSerializer
from teams.api_fields import OneOf, ParagraphsField, Person


class NoteDraft(StrictSerializer):
    """A note in Markdown about a deal, an organization or a contact."""

    text = ParagraphsField(max_length=LONGEST_NOTE)
    is_pinned = serializers.BooleanField(required=False)
    deal = OneOf("deals", required=False, allow_null=True)
    organization = OneOf("organizations", required=False, allow_null=True)
    contact = OneOf("contacts", required=False, allow_null=True)


class NoteChanges(StrictSerializer):
    """The note as it should read, and the version in which it was seen."""

    version = NumberField()
    text = ParagraphsField(max_length=LONGEST_NOTE, required=False)
    is_pinned = serializers.BooleanField(required=False)


class NoteFacts(serializers.ModelSerializer):
    """A note. Managers see what it is about, and since when it is there."""

    deal = DealName(allow_null=True)
    organization = OrganizationName(allow_null=True)
    contact = ContactName(allow_null=True, required=False)
    by = Person(allow_null=True, required=False)
    mentions = serializers.SerializerMethodField(required=False)

    TO_ALL = ("id", "deal", "organization", "is_pinned", "written_at", "edited_at", "version")

    class Meta:
        model = Note
        fields = (
            "id",
            "deal",
            "organization",
            "contact",
            "text",
            "is_pinned",
            "by",
            "written_at",
            "edited_at",
            "mentions",
            "version",
        )

    def get_mentions(self, note: Note) -> list[int]:
        """The ids of the members whom it mentions."""
        return [mention.user_id for mention in note.mentions.all()]

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if self.context.get("sees_people", True):
            return fields
        return {name: field for name, field in fields.items() if name in self.TO_ALL}


class NoteList(serializers.Serializer):
    """A page of notes, those that are pinned first and then the newest."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = NoteFacts(many=True)


class BothNotes(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = NoteChanges()
    theirs = NoteFacts()
