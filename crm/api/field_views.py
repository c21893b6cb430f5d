"""The team's own fields, for programs: the same verbs as on their page."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.customs import FieldFacts
from crm.api.fields import NumberField
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.models import FieldDefinition, FieldType, Target
from crm.models.definition import LONGEST_LABEL, MOST_OPTIONS
from crm.web import find_field
from teams.api import StrictSerializer
from teams.api_fields import LineField


class OptionsField(serializers.ListField):
    """What there is to choose from."""

    def __init__(self, **kwargs: Any) -> None:
        child = LineField(max_length=LONGEST_LABEL)
        super().__init__(child=child, max_length=MOST_OPTIONS, required=False, **kwargs)


class FieldDraft(StrictSerializer):
    """A new field; options for a list only."""

    target = serializers.ChoiceField(choices=Target.choices)
    label = LineField(max_length=LONGEST_LABEL)  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=FieldType.choices)
    options = OptionsField()


class FieldChanges(StrictSerializer):
    """Another name or other options, and the version in which the field was seen."""

    version = NumberField()
    label = LineField(max_length=LONGEST_LABEL)  # type: ignore[assignment]
    options = OptionsField()


class FieldPlace(StrictSerializer):
    """The place in the list, from 1."""

    position = NumberField()


class FieldsView(CrmView):
    @extend_schema(operation_id="fields_list", responses=FieldFacts(many=True))
    def get(self, request: Request) -> Response:
        """The team's own fields, also those that are asked for no more."""
        return Response(FieldFacts(self.team.fields.in_order(), many=True).data)

    @extend_schema(operation_id="fields_add", request=FieldDraft, responses={201: FieldFacts})
    def post(self, request: Request) -> Response:
        """A new field, at the end of the list."""
        draft = self.read(request, FieldDraft)
        field = FieldDefinition.objects.add(
            draft["target"],
            draft["label"],
            draft["type"],
            options=draft.get("options", []),
            by=self.writer,
            at=timezone.now(),
        )
        return Response(self.show(FieldFacts, field), status=status.HTTP_201_CREATED)


class OneFieldView(CrmView):
    """What the views of one field share."""

    def change(self, field: FieldDefinition, verb: Callable[..., Any], *words: Any) -> Response:
        verb(*words, by=self.writer, at=timezone.now())
        return Response(self.show(FieldFacts, field))


class FieldView(CrmView):
    @extend_schema(operation_id="fields_edit", request=FieldChanges, responses=FieldFacts)
    def patch(self, request: Request, field: int) -> Response:
        """Another name, or other options; what a record holds stays."""
        found, asked = find_field(self.team, field), self.read(request, FieldChanges)
        found.edit(
            asked["label"],
            asked.get("options"),
            version=asked["version"],
            by=self.writer,
            at=timezone.now(),
        )
        return Response(self.show(FieldFacts, found))


class FieldPlaceView(OneFieldView):
    @extend_schema(operation_id="fields_place", request=FieldPlace, responses=FieldFacts)
    def put(self, request: Request, field: int) -> Response:
        """Another place in the list."""
        found, asked = find_field(self.team, field), self.read(request, FieldPlace)
        return self.change(found, found.place, asked["position"])


class FieldArchivingView(OneFieldView):
    @extend_schema(operation_id="fields_archive", request=Nothing, responses=FieldFacts)
    def post(self, request: Request, field: int) -> Response:
        """Ask for it no more; what was filled in stays."""
        found = find_field(self.team, field)
        self.read(request, Nothing)
        return self.change(found, found.archive)


class FieldRestoringView(OneFieldView):
    @extend_schema(operation_id="fields_restore", request=Nothing, responses=FieldFacts)
    def post(self, request: Request, field: int) -> Response:
        """Ask for it again."""
        found = find_field(self.team, field)
        self.read(request, Nothing)
        return self.change(found, found.restore)
