"""What the API reads and writes of the team's files."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from crm.models import Attachment
from teams.api import StrictSerializer
from teams.api_fields import Person


class FileDraft(StrictSerializer):
    """A file; what it is, is told by its bytes alone."""

    file = serializers.FileField(allow_empty_file=True)


class FileFacts(serializers.ModelSerializer):
    """A file. Managers see that it is there, and since when."""

    by = Person(allow_null=True, required=False)
    content_type = serializers.CharField(required=False)
    url = serializers.SerializerMethodField(required=False)

    TO_ALL = ("id", "added_at")

    class Meta:
        model = Attachment
        fields = ("id", "name", "content_type", "size", "sha256", "by", "added_at", "url")

    def get_url(self, file: Attachment) -> str:
        """Where a member fetches it."""
        return reverse("crm:file", args=[self.context["team"].slug, file.pk])

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if self.context.get("sees_people", True):
            return fields
        return {name: field for name, field in fields.items() if name in self.TO_ALL}


class FileList(serializers.Serializer):
    """A page of files, the newest first."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = FileFacts(many=True)
