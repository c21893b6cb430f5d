"""Deals as a file, for programs: asked for, waited for, fetched."""

from typing import cast

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import ColumnsField, FilterField, SortField
from crm.api.views import CrmView
from crm.exports import how_far
from crm.filters import EVERYTHING
from crm.listing import NEWEST
from crm.models import Export
from crm.web import find_export
from teams.api import StrictSerializer
from teams.models import User


class ExportDraft(StrictSerializer):
    """Which deals, in which order, and what kind of file; without a filter all of them.

    Without columns the file holds all that is known of a deal.
    """

    kind = serializers.ChoiceField(choices=Export.Kind.choices)
    filter = FilterField(required=False)
    sort = SortField(required=False)
    columns = ColumnsField(required=False)


class ExportFacts(serializers.ModelSerializer):
    """A file on its way. Once it is there, a member fetches it at `url`, for seven days."""

    percent = serializers.SerializerMethodField()
    has_failed = serializers.BooleanField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = ("id", "kind", "asked_at", "percent", "has_failed", "rows", "url")

    def get_percent(self, export: Export) -> int:
        return how_far(export)

    def get_url(self, export: Export) -> str | None:
        if not export.file:
            return None
        return reverse("crm:export-file", args=[self.context["team"].slug, export.pk])


class ExportsView(CrmView):
    @extend_schema(operation_id="exports_ask", request=ExportDraft, responses={201: ExportFacts})
    def post(self, request: Request) -> Response:
        """Let a file be made of the deals that a filter asks for."""
        asked = self.read(request, ExportDraft, vocabulary=self.vocabulary(request))
        question = {
            "filter": asked.get("filter", EVERYTHING).as_json(),
            "sort": asked.get("sort", NEWEST),
            "columns": asked.get("columns", []),
        }
        export = Export.objects.ask(asked["kind"], question, by=self.writer, at=timezone.now())
        return Response(self.show(ExportFacts, export), status=status.HTTP_201_CREATED)


class ExportView(CrmView):
    @extend_schema(operation_id="exports_read", responses=ExportFacts)
    def get(self, request: Request, export: int) -> Response:
        """How far the file is. For whoever asked for it."""
        if self.member is None:
            raise Http404
        user, at = cast("User", request.user), timezone.now()
        return Response(self.show(ExportFacts, find_export(self.team, user, export, at=at)))
