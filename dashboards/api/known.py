"""A figure as it was known on some day, for programs: the same as on its page."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.api.reports import ReportFacts
from dashboards.known import Known, day_of, known_on, room_on
from dashboards.periods import PeriodKind
from dashboards.web import find_kpi
from teams.api import TeamView

ASKED = [
    OpenApiParameter("on", str, required=True, description="a day: 2026-03-01, which counts whole"),
    OpenApiParameter("by", str, enum=list(PeriodKind), description="weeks unless month"),
]


class CorrectionFacts(serializers.Serializer):
    """A period of which something else is known now, in the unit of the figure as it is read."""

    period = serializers.CharField(source="key")
    then = serializers.CharField()
    now = serializers.CharField()


class KnownFacts(serializers.Serializer):
    """What was known by the end of a day: `figure` as a report writes it, null before the first."""

    on = serializers.CharField()
    period = serializers.CharField(allow_null=True)
    figure = serializers.DictField(allow_null=True)
    corrections = CorrectionFacts(many=True)


class CorrectionOfFacts(CorrectionFacts):
    """The same of a figure in a report."""

    kpi = serializers.CharField()


class ReportThenFacts(serializers.Serializer):
    """The newest report by the end of a day, or null, and what was corrected since."""

    on = serializers.CharField()
    report = ReportFacts(allow_null=True)
    corrections = CorrectionOfFacts(many=True)


class KnownView(TeamView):
    @extend_schema(operation_id="figures_known", parameters=ASKED, responses=KnownFacts)
    def get(self, request: Request, kpi: str) -> Response:
        """The figure as who asks could have read it then, and what was corrected since."""
        which, (day, kind) = find_kpi(kpi), _asked(request)
        found = known_on(which, self.team, kind, day, member=self.member)
        return Response(KnownFacts({"on": day.isoformat(), **_told(found)}).data)


class RoomKnownView(TeamView):
    @extend_schema(operation_id="reports_known", parameters=ASKED, responses=ReportThenFacts)
    def get(self, request: Request) -> Response:
        """The report that all could read then as the newest, and what was corrected since."""
        day, kind = _asked(request)
        found = room_on(self.team, kind, day)
        told = {
            "on": day.isoformat(),
            "report": found and found.report,
            "corrections": found.corrections if found else [],
        }
        return Response(ReportThenFacts(told).data)


def _asked(request: Request) -> tuple[date, PeriodKind]:
    """The day, and weeks or months. Raises ValidationError for what is no day of ours."""
    asked = request.query_params
    day = day_of(asked.get("on", ""))
    if day is None:
        raise serializers.ValidationError({"on": [_("Write a day like 2026-03-01.")]})
    is_month = asked.get("by") == PeriodKind.MONTH
    return day, PeriodKind.MONTH if is_month else PeriodKind.WEEK


def _told(found: Known | None) -> dict[str, Any]:
    if found is None:
        return {"period": None, "figure": None, "corrections": []}
    return {
        "period": str(found.last),
        "figure": found.entry,
        "corrections": found.corrections,
    }
