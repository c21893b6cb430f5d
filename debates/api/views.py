"""Debates for programs: to read them, and to begin one."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from debates.api.serializers import (
    DebateDraft,
    DebateFacts,
    DebateList,
    DebateRequest,
    OfferDraft,
    QuickDebateDraft,
)
from debates.models import Debate, Fallback
from debates.web import find_room
from teams.api import OwnView, TeamView
from teams.models import Membership
from teams.paging import page_of
from teams.web import reader_page


class RoomView(OwnView):
    """What the views of debates share: how one is shown."""

    def shown(self, pk: int) -> Any:
        """How it stands by now, for whoever asks. Raises Http404."""
        return DebateFacts(find_room(self.place, pk)).data


class DebatesView(RoomView):
    @extend_schema(
        operation_id="debates_list",
        parameters=[OpenApiParameter("page", int)],
        responses=DebateList,
    )
    def get(self, request: Request) -> Response:
        """Every debate of the team, the newest first."""
        found = Debate.objects.filter(team=self.team).select_related("team", "asked_by")
        page = page_of(found.newest_first(), request.query_params.get("page"))
        return Response(DebateList(page.listed(request.path)).data)

    @extend_schema(operation_id="debates_begin", request=DebateDraft, responses={201: DebateFacts})
    def post(self, request: Request) -> Response:
        """Open a debate; who reads along asks for one, and says neither days nor fallback."""
        at = timezone.now()
        if isinstance(self.place, Membership):
            sent = self.read(request, DebateDraft)
            sent["fallback"] = Fallback(sent["fallback"])
            made = Debate.objects.begin(**sent, by=self.place, at=at)
        else:
            sent = self.read(request, DebateRequest)
            made = Debate.objects.request(**sent, by=self.place, at=at)
        return Response(self.shown(made.pk), status=status.HTTP_201_CREATED)


class QuickDebatesView(TeamView):
    @extend_schema(
        operation_id="debates_decide_quickly",
        request=QuickDebateDraft,
        responses={201: DebateFacts},
    )
    def post(self, request: Request) -> Response:
        """Lay something that can be taken back before all, for two working days."""
        sent = self.read(request, QuickDebateDraft, people=self.team.people())
        made = Debate.objects.decide_quickly(
            sent["kpi"],
            OfferDraft.offer(sent),
            is_reversible=sent["is_reversible"],
            by=self.writer,
            at=timezone.now(),
        )
        facts = DebateFacts(find_room(self.writer, made.pk)).data
        return Response(facts, status=status.HTTP_201_CREATED)


class DebateView(RoomView):
    door_to_write = staticmethod(reader_page)  # there is nothing to write

    @extend_schema(operation_id="debates_read", responses=DebateFacts)
    def get(self, _request: Request, debate: int) -> Response:
        """One debate, as far as whoever asks reads it."""
        return Response(self.shown(debate))
