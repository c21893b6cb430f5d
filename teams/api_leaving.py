"""Leaving one's team, for programs: the same verb as on its page."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from teams.api import StrictSerializer, TeamView


class LeavingTheTeam(StrictSerializer):
    """Whether the team may be dissolved with it: the last one to leave says so."""

    dissolves = serializers.BooleanField()


class LeavingView(TeamView):
    @extend_schema(
        operation_id="team_leave", request=LeavingTheTeam, responses={200: LeavingTheTeam}
    )
    def post(self, request: Request) -> Response:
        """Leave the team. What comes back says whether it was dissolved with it."""
        sent = self.read(request, LeavingTheTeam)
        self.writer.step_out(dissolves=sent["dissolves"], at=timezone.now())
        self.team.refresh_from_db(fields=["dissolved_at"])
        return Response({"dissolves": self.team.dissolved_at is not None})
