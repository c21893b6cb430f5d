"""Interventions, for programs: the same verb as on their page."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.models import Intervention, Reason
from agreements.models.intervention import LONGEST_WORDS
from dashboards.reach import signals_to_name
from teams.api import OwnView, StrictSerializer
from teams.api_fields import OneOf, ParagraphsField, Person
from teams.paging import page_of
from teams.web import reader_page


class InterventionDraft(StrictSerializer):
    """Why it had to be, what was done, and the signal behind it; null where none stood there."""

    reason = serializers.ChoiceField(Reason.choices)
    words = ParagraphsField(max_length=LONGEST_WORDS)
    signal = OneOf("signals", allow_null=True)


class InterventionFacts(serializers.ModelSerializer):
    """That a manager acted. `kpi` is the figure whose signal stood behind it, null for none."""

    by = Person()
    kpi = serializers.CharField(source="signal.kpi", default=None)

    class Meta:
        model = Intervention
        fields = ("id", "by", "reason", "words", "signal", "kpi", "at")


class InterventionList(serializers.Serializer):
    """A page of them, the newest first."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = InterventionFacts(many=True)


PAGE = [OpenApiParameter("page", int)]


class InterventionsView(OwnView):
    @extend_schema(operation_id="interventions_list", parameters=PAGE, responses=InterventionList)
    def get(self, request: Request) -> Response:
        """When a manager had to act, the newest first."""
        page = page_of(Intervention.objects.of(self.team), request.query_params.get("page"))
        return Response(InterventionList(page.listed(request.path)).data)

    @extend_schema(
        operation_id="interventions_record",
        request=InterventionDraft,
        responses={201: InterventionFacts},
    )
    def post(self, request: Request) -> Response:
        """Write one down, for whoever manages the team; everybody of the team is told at once."""
        now = timezone.now()
        signals = signals_to_name(self.team, at=now)
        sent = self.read(request, InterventionDraft, signals=signals)
        made = Intervention.objects.record(
            Reason(sent["reason"]), sent["words"], sent["signal"], by=self.place, at=now
        )
        return Response(InterventionFacts(made).data, status=status.HTTP_201_CREATED)


class InterventionView(OwnView):
    door_to_write = staticmethod(reader_page)  # there is nothing to write

    @extend_schema(operation_id="interventions_read", responses=InterventionFacts)
    def get(self, _request: Request, intervention: int) -> Response:
        """One of them."""
        found: Any = Intervention.objects.of(self.team)
        return Response(InterventionFacts(get_object_or_404(found, pk=intervention)).data)
