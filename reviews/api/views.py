"""Rounds of review for programs: the same verbs as on their pages."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.serializers import (
    ReviewDraft,
    ReviewFacts,
    ReviewList,
    ReviewWords,
    ReviewWordsFacts,
)
from reviews.models import Mode, ReviewRound
from reviews.shelf import shelf_of
from reviews.web import find_colleague, find_sight
from teams.api import Reason, TeamView
from teams.models import Membership


class MembersView(TeamView):
    """What the team alone reads and writes; to whoever reads along it is not there."""

    @property
    def reader(self) -> Membership:
        """Who asks. Raises Http404 for a manager."""
        if self.member is None:
            raise Http404
        return self.member


class ReviewsView(TeamView):
    @extend_schema(
        operation_id="reviews_list",
        parameters=[OpenApiParameter("page", int)],
        responses=ReviewList,
    )
    def get(self, request: Request) -> Response:
        """Every round of the team, the newest first; who reads along, those that were held."""
        page = shelf_of(self.team, self.member, request.query_params.get("page"))
        return Response(ReviewList(page.listed(request.path)).data)

    @extend_schema(
        operation_id="reviews_propose", request=ReviewDraft, responses={201: ReviewFacts}
    )
    def post(self, request: Request) -> Response:
        """Put a round before the team; who does so has consented."""
        sent = self.read(request, ReviewDraft)
        made = ReviewRound.objects.propose(
            Mode(sent["mode"]), sent["days"], by=self.writer, at=timezone.now()
        )
        facts = ReviewFacts(find_sight(self.writer, made.pk)).data
        return Response(facts, status=status.HTTP_201_CREATED)


class ReviewView(MembersView):
    @extend_schema(operation_id="reviews_read", responses=ReviewFacts)
    def get(self, _request: Request, review: int) -> Response:
        """A round, as far as whoever asks reads it."""
        return Response(ReviewFacts(find_sight(self.reader, review)).data)


class TurnView(TeamView):
    """Something that somebody says to a round."""

    def take(self, request: Request, review: int) -> Response:
        """Do it, and answer with how the round stands then. Raises ReviewError."""
        found = find_sight(self.writer, review).review
        self.do(request, found, by=self.writer, at=timezone.now())
        return Response(ReviewFacts(find_sight(self.writer, review)).data)

    def do(self, request: Request, review: ReviewRound, *, by: Membership, at: datetime) -> None:
        """Call the verb."""
        raise NotImplementedError

    def why(self, request: Request) -> str:
        return str(self.read(request, Reason)["why"])


class ConsentView(TurnView):
    @extend_schema(operation_id="reviews_consent", request=None, responses=ReviewFacts)
    def post(self, request: Request, review: int) -> Response:
        """Say yes to it."""
        return self.take(request, review)

    def do(self, request: Request, review: ReviewRound, **how: Any) -> None:
        review.consent(**how)


class ObjectionView(TurnView):
    @extend_schema(operation_id="reviews_object", request=Reason, responses=ReviewFacts)
    def post(self, request: Request, review: int) -> Response:
        """Say what harm it would do, which takes it off the table."""
        return self.take(request, review)

    def do(self, request: Request, review: ReviewRound, **how: Any) -> None:
        review.object(self.why(request), **how)


class EndView(TurnView):
    @extend_schema(operation_id="reviews_stop", request=Reason, responses=ReviewFacts)
    def post(self, request: Request, review: int) -> Response:
        """Hold it no longer; what was written is deleted."""
        return self.take(request, review)

    def do(self, request: Request, review: ReviewRound, **how: Any) -> None:
        review.stop(self.why(request), **how)


class ReadingView(TurnView):
    @extend_schema(operation_id="reviews_note_read", request=None, responses=ReviewFacts)
    def post(self, request: Request, review: int) -> Response:
        """Say that one has read what was written to oneself."""
        return self.take(request, review)

    def do(self, request: Request, review: ReviewRound, **how: Any) -> None:
        review.note_read(**how)


class HandInView(TurnView):
    is_untraced = True

    @extend_schema(operation_id="reviews_hand_in", request=None, responses=ReviewFacts)
    def post(self, request: Request, review: int) -> Response:
        """Let one's words count; until the round is over they can be changed."""
        return self.take(request, review)

    def do(self, request: Request, review: ReviewRound, **how: Any) -> None:
        review.hand_in(**how)


class TakeBackView(TurnView):
    is_untraced = True

    @extend_schema(operation_id="reviews_take_back", request=None, responses=ReviewFacts)
    def post(self, request: Request, review: int) -> Response:
        """Let one's words not count for now."""
        return self.take(request, review)

    def do(self, request: Request, review: ReviewRound, **how: Any) -> None:
        review.take_back(**how)


class WordsView(MembersView):
    is_untraced = True

    @extend_schema(operation_id="reviews_words_read", responses=ReviewWordsFacts)
    def get(self, _request: Request, review: int, person: int) -> Response:
        """What one has written about a colleague so far; nobody else reads it."""
        sight = find_sight(self.reader, review)
        about = find_colleague(sight, person)
        if not sight.can_write:
            raise Http404
        return Response(ReviewWordsFacts.of(sight, about))

    @extend_schema(
        operation_id="reviews_words_write", request=ReviewWords, responses=ReviewWordsFacts
    )
    def put(self, request: Request, review: int, person: int) -> Response:
        """Keep these words about a colleague, instead of those before."""
        sight = find_sight(self.writer, review)
        about = find_colleague(sight, person)
        words = ReviewWords.words(self.read(request, ReviewWords))
        sight.review.write(about, words, by=self.writer, at=timezone.now())
        return Response(ReviewWordsFacts.of(find_sight(self.writer, review), about))
