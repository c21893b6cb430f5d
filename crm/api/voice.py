"""The customer's voice, for programs: what customers say, and asking one of them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.answers import answers_of, chosen_score
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.asking import link_of
from crm.models import Question, Score
from crm.web import find_deal
from teams.paging import page_of

FILTERS = [
    OpenApiParameter("score", int, enum=Score.values, description="only answers with this score"),
    OpenApiParameter("page", int),
]


class AnswerFacts(serializers.ModelSerializer):
    """What a customer said: `score` is 1 (not at all) to 5 (very well)."""

    deal = serializers.IntegerField(source="deal.number")
    title = serializers.CharField(source="deal.title")

    class Meta:
        model = Question
        fields = ("deal", "title", "score", "words", "language", "answered_at")


class AnswerList(serializers.Serializer):
    """A page of answers, the newest first."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = AnswerFacts(many=True)


class QuestionFacts(serializers.ModelSerializer):
    """A question that waits for its answer. Whoever knows its `url` can give it, once."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Question
        fields = ("asked_at", "expires_at", "url")

    def get_url(self, question: Question) -> str:
        return link_of(question)


class AnswersView(CrmView):
    @extend_schema(operation_id="answers_list", parameters=FILTERS, responses=AnswerList)
    def get(self, request: Request) -> Response:
        """What customers said of the team's help."""
        asked: Any = request.query_params
        found = answers_of(self.reader(), chosen_score(asked.get("score")))
        return Response(
            self.show(AnswerList, page_of(found, asked.get("page")).listed(request.path))
        )


class QuestionView(CrmView):
    @extend_schema(
        operation_id="deals_ask_customer", request=Nothing, responses={201: QuestionFacts}
    )
    def post(self, request: Request, number: int) -> Response:
        """Ask the customer of a closed deal how well the team helped."""
        deal = find_deal(self.team, number)
        self.read(request, Nothing)
        asked = Question.objects.ask(deal, by=self.writer, at=timezone.now())
        return Response(self.show(QuestionFacts, asked), status=status.HTTP_201_CREATED)
