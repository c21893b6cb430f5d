"""The reports of the team that this one was a part of, for programs: as on their pages."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards import before
from dashboards.api.reports import ReportFacts
from dashboards.web import find_period
from teams.api import TeamView


class BeforeFacts(serializers.Serializer):
    """That a report about a period was published before the team began."""

    period = serializers.CharField()
    published_at = serializers.DateTimeField()


class ReportsBeforeView(TeamView):
    @extend_schema(operation_id="reports_before_list", responses=BeforeFacts(many=True))
    def get(self, _request: Request) -> Response:
        """All of them, the newest first; none where the team did not come of a division."""
        return Response(BeforeFacts(before.listed(self.team), many=True).data)


class ReportBeforeView(TeamView):
    @extend_schema(operation_id="reports_before_read", responses=ReportFacts)
    def get(self, _request: Request, period: str) -> Response:
        """One of them, as it was published."""
        found = before.found(self.team, find_period(period))
        if found is None:
            raise Http404
        return Response(ReportFacts(found).data)
