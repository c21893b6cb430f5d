"""What stands in the team's own fields, as programs send it and get it."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.models import FieldDefinition
from crm.refusals import FieldError


@extend_schema_field(OpenApiTypes.OBJECT)
class CustomField(serializers.Field):
    """Values by the key of their field; null empties one, and what is not named stays.

    Reads the view's `fields`, the definitions that may be filled in, and `kept`, what stands there.
    """

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("Send the values by the key of their field."))
        fields = {field.key: field for field in self.context["fields"]}
        kept, wrong = self.context.get("kept", {}), {}
        values: dict[str, Any] = {}
        for key, value in data.items():
            if key not in fields:
                # Half a surrogate pair cannot be sent back.
                wrong[key.encode("ascii", "backslashreplace").decode()] = [_("Nobody knows this.")]
                continue
            try:
                values[key] = fields[key].to_keep(value, kept.get(key))
            except FieldError as refusal:
                wrong[key] = [str(refusal)]
        if wrong:
            raise serializers.ValidationError(wrong)
        return values

    def to_representation(self, value: Any) -> Any:
        return value


class FieldFacts(serializers.ModelSerializer):
    """A field of the team. Values are sent and read by its key."""

    is_archived = serializers.SerializerMethodField()

    class Meta:
        model = FieldDefinition
        fields = (
            "id",
            "target",
            "key",
            "label",
            "type",
            "options",
            "position",
            "is_archived",
            "version",
        )

    def get_is_archived(self, field: FieldDefinition) -> bool:
        return field.archived_at is not None
