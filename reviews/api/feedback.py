"""Feedback for programs: the same verbs as on its pages."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.serializers import FeedbackDraft, FeedbackFacts, FeedbackList, FeedbackWording
from reviews.api.views import MembersView
from reviews.feedback_shelf import feedback_of, shown_to
from reviews.models import Feedback, Kind
from reviews.web import find_feedback
from teams.models import Membership


class FeedbackView(MembersView):
    """What the views of feedback share: how one is shown."""

    def shown(self, found: Feedback) -> Any:
        return FeedbackFacts(found, context={"member": self.reader}).data


class AllFeedbackView(FeedbackView):
    @extend_schema(
        operation_id="feedback_list",
        parameters=[OpenApiParameter("page", int)],
        responses=FeedbackList,
    )
    def get(self, request: Request) -> Response:
        """What one gave and got, the newest first, and what was shown to the team."""
        page = feedback_of(self.reader, request.query_params.get("page"))
        facts = {**page.listed(request.path), "shown": shown_to(self.team)}
        return Response(FeedbackList(facts, context={"member": self.reader}).data)

    @extend_schema(
        operation_id="feedback_give", request=FeedbackDraft, responses={201: FeedbackFacts}
    )
    def post(self, request: Request) -> Response:
        """Write to somebody of the team."""
        people = self.team.people().exclude(pk=self.writer.user_id)
        sent = self.read(request, FeedbackDraft, people=people)
        made = Feedback.objects.give(
            Kind(sent["kind"]),
            sent["text"],
            sent["receiver"],
            may_be_published=sent["may_be_published"],
            by=self.writer,
            at=timezone.now(),
        )
        return Response(self.shown(made), status=status.HTTP_201_CREATED)


class PieceView(FeedbackView):
    @extend_schema(operation_id="feedback_read", responses=FeedbackFacts)
    def get(self, _request: Request, feedback: int) -> Response:
        """One of them."""
        return Response(self.shown(find_feedback(self.reader, feedback)))


class DeedView(FeedbackView):
    """Something that one of the two does with it."""

    def take(self, request: Request, feedback: int) -> Response:
        """Do it, and answer with how it stands then. Raises ReviewError."""
        found = find_feedback(self.writer, feedback)
        self.do(request, found, by=self.writer, at=timezone.now())
        return Response(self.shown(found))

    def do(self, request: Request, found: Feedback, *, by: Membership, at: datetime) -> None:
        """Call the verb."""
        raise NotImplementedError


class OpeningView(DeedView):
    @extend_schema(operation_id="feedback_open", request=None, responses=FeedbackFacts)
    def post(self, request: Request, feedback: int) -> Response:
        """Read it; from now on its words stand."""
        return self.take(request, feedback)

    def do(self, request: Request, found: Feedback, **how: Any) -> None:
        found.open(**how)


class PublicationView(DeedView):
    @extend_schema(operation_id="feedback_publish", request=None, responses=FeedbackFacts)
    def post(self, request: Request, feedback: int) -> Response:
        """Show an appreciation to the team."""
        return self.take(request, feedback)

    def do(self, request: Request, found: Feedback, **how: Any) -> None:
        found.publish(**how)


class WordingView(DeedView):
    @extend_schema(operation_id="feedback_change", request=FeedbackWording, responses=FeedbackFacts)
    def post(self, request: Request, feedback: int) -> Response:
        """Put it in other words, while it was not read."""
        return self.take(request, feedback)

    def do(self, request: Request, found: Feedback, **how: Any) -> None:
        found.change(**self.read(request, FeedbackWording), **how)


class RemovalView(DeedView):
    @extend_schema(operation_id="feedback_take_back", request=None, responses={204: None})
    def post(self, request: Request, feedback: int) -> Response:
        """Take it back, while it was not read."""
        found = find_feedback(self.writer, feedback)
        found.take_back(by=self.writer, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
