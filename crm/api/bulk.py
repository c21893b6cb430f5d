"""One change to many deals, for programs: asked for, followed, and taken back."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.customs import CustomField
from crm.api.fields import NumberField, StageField
from crm.api.views import CrmView
from crm.bulk import MOST, BulkChange, change_many
from crm.bulk_form import stages_of
from crm.forms import longest
from crm.models import BulkEdit, BulkUndo, Deal, Target
from crm.models.choices import LONGEST_CHOICE
from crm.models.in_parts import InParts
from crm.web import fields_about, find_bulk_edit
from teams.api import StrictSerializer
from teams.api_fields import DayField, LineField, OneOf

FACTS = ("source", "expected_close_on", "custom")


class ManyChanges(StrictSerializer):
    """Which deals, by their numbers, and what becomes of each; what is not named stays.

    `owner` null: nobody yet. `tag` is one more for each. With `delete`, and
    nothing else, all go to the recycle bin.
    """

    deals = serializers.ListField(child=NumberField(), allow_empty=False, max_length=MOST)
    stage = StageField(required=False)
    loss_reason = LineField(max_length=LONGEST_CHOICE, required=False)
    owner = OneOf("people", required=False, allow_null=True)
    next_step = LineField(max_length=longest("next_step"), required=False)
    next_step_on = DayField(required=False)
    expected_close_on = DayField(required=False)
    source = LineField(max_length=LONGEST_CHOICE, required=False)  # type: ignore[assignment]
    tag = LineField(max_length=LONGEST_CHOICE, required=False)
    custom = CustomField(required=False)
    delete = serializers.BooleanField(required=False)

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        """The deals, and the change that was sent."""
        numbers = sent.pop("deals")
        facts = {name: sent.pop(name) for name in FACTS if name in sent}
        change = BulkChange(facts=facts, **sent)
        if faults := change.faults():
            raise ValidationError({name or "detail": [told] for name, told in faults.items()})
        return {"numbers": numbers, "change": change}


class LeftAsItIs(serializers.Serializer):
    """A deal that refused the change, and why."""

    deal = serializers.CharField()
    detail = serializers.CharField()


class HowFar(serializers.ModelSerializer):
    """How far jobs are: of `count` deals `so_far` were gone through."""

    count = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField()
    is_done = serializers.BooleanField()
    has_failed = serializers.BooleanField()

    def get_count(self, parts: InParts) -> int:
        return len(parts.deals)

    @extend_schema_field(LeftAsItIs(many=True))
    def get_refused(self, parts: InParts) -> list[dict[str, str]]:
        return [{"deal": name, "detail": reason} for name, reason in parts.refused]


class UndoFacts(HowFar):
    """How far the undoing is, and how many changes were undone."""

    class Meta:
        model = BulkUndo
        fields = ("count", "so_far", "undone", "refused", "is_done", "has_failed")


class BulkFacts(HowFar):
    """A change of many deals. At `undo` all is taken back; `undoing` tells how far that is."""

    undo = serializers.SerializerMethodField()
    undoing = UndoFacts(allow_null=True)

    class Meta:
        model = BulkEdit
        fields = (
            "id", "count", "so_far", "changed", "refused", "is_done", "has_failed", "undo",
            "undoing",
        )  # fmt: skip

    def get_undo(self, edit: BulkEdit) -> str | None:
        if not edit.can_be_taken_back:
            return None
        return reverse("crm-api:undo-batch", args=[edit.team.slug, edit.first_line_id])


class BulkView(CrmView):
    @extend_schema(operation_id="deals_change", request=ManyChanges, responses={201: BulkFacts})
    def post(self, request: Request) -> Response:
        """The same change for many deals: all that can be done is done, and the rest is named."""
        sent = self.read(
            request,
            ManyChanges,
            stages=stages_of(self.team),
            people=self.team.people(),
            fields=fields_about(self.team, Target.DEAL),
        )
        deals = self._deals(sent["numbers"])
        edit = change_many(deals, sent["change"], by=self.writer, at=timezone.now())
        return Response(self.show(BulkFacts, edit), status=status.HTTP_201_CREATED)

    def _deals(self, numbers: list[int]) -> list[Deal]:
        """The team's deals of these numbers. Raises ValidationError where one is missing."""
        deals = list(self.team.deals.filter(number__in=numbers))
        if missing := sorted(set(numbers) - {deal.number for deal in deals}):
            text = _("The team has no deal with the number %(numbers)s.")
            told = text % {"numbers": ", ".join(map(str, missing))}
            raise ValidationError({"deals": [told]})
        return deals


class BulkEditView(CrmView):
    @extend_schema(operation_id="deals_change_read", responses=BulkFacts)
    def get(self, _request: Request, edit: int) -> Response:
        """How far a change of many deals is, and what came of it. For members only."""
        if self.member is None:
            raise Http404
        return Response(self.show(BulkFacts, find_bulk_edit(self.team, edit)))
