"""What the team chooses from, for programs: the same verbs as on its page."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.field_views import FieldPlace
from crm.api.fields import NumberField
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.models.choices import LONGEST_CHOICE, Choice
from crm.web import find_choice, find_list
from teams.api import StrictSerializer
from teams.api_fields import LineField


class ChoiceDraft(StrictSerializer):
    """Something new to choose."""

    name = LineField(max_length=LONGEST_CHOICE)


class ChoiceChanges(StrictSerializer):
    """Another name, and the version in which the choice was seen."""

    version = NumberField()
    name = LineField(max_length=LONGEST_CHOICE)


class ChoiceFacts(serializers.Serializer):
    """Something that the team chooses from. On a deal it stands by its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    is_archived = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_is_archived(self, choice: Choice) -> bool:
        return choice.archived_at is not None


class ChoicesView(CrmView):
    @extend_schema(operation_id="choices_list", responses=ChoiceFacts(many=True))
    def get(self, request: Request, word: str) -> Response:
        """The sources or the loss reasons, also those that are no longer offered."""
        choices = find_list(word).objects.filter(team=self.team)
        return Response(ChoiceFacts(choices.in_order(), many=True).data)

    @extend_schema(operation_id="choices_add", request=ChoiceDraft, responses={201: ChoiceFacts})
    def post(self, request: Request, word: str) -> Response:
        """Something new to choose, at the end of the list."""
        choices, draft = find_list(word).objects, self.read(request, ChoiceDraft)
        choice = choices.add(draft["name"], by=self.writer, at=timezone.now())
        return Response(self.show(ChoiceFacts, choice), status=status.HTTP_201_CREATED)


class OneChoiceView(CrmView):
    """What the views of one choice share."""

    def change(self, choice: Choice, verb: Callable[..., Any], **words: Any) -> Response:
        verb(**words, by=self.writer, at=timezone.now())
        return Response(self.show(ChoiceFacts, choice))


class ChoiceView(OneChoiceView):
    @extend_schema(operation_id="choices_rename", request=ChoiceChanges, responses=ChoiceFacts)
    def patch(self, request: Request, word: str, choice: int) -> Response:
        """Another name; what was chosen follows."""
        found, asked = find_choice(self.team, word, choice), self.read(request, ChoiceChanges)
        return self.change(found, found.rename, **asked)


class ChoicePlaceView(OneChoiceView):
    @extend_schema(operation_id="choices_place", request=FieldPlace, responses=ChoiceFacts)
    def put(self, request: Request, word: str, choice: int) -> Response:
        """Another place in the list."""
        found, asked = find_choice(self.team, word, choice), self.read(request, FieldPlace)
        return self.change(found, found.place, **asked)


class ChoiceArchivingView(OneChoiceView):
    @extend_schema(operation_id="choices_archive", request=Nothing, responses=ChoiceFacts)
    def post(self, request: Request, word: str, choice: int) -> Response:
        """Offer it no more; what was chosen stays."""
        found = find_choice(self.team, word, choice)
        self.read(request, Nothing)
        return self.change(found, found.archive)


class ChoiceRestoringView(OneChoiceView):
    @extend_schema(operation_id="choices_restore", request=Nothing, responses=ChoiceFacts)
    def post(self, request: Request, word: str, choice: int) -> Response:
        """Offer it again."""
        found = find_choice(self.team, word, choice)
        self.read(request, Nothing)
        return self.change(found, found.restore)
