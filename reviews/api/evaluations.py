"""Looking back, for programs: what a team says of a month, and what follows from it."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.api.serializers import TermsDraft
from reviews.evaluation_forms import MOST_CHANGES
from reviews.looking_back import Look, shelf
from reviews.models import Evaluation, Question, Reflection, Said, StaleEvaluation
from reviews.models.reflection import LONGEST_REFLECTION
from reviews.web import find_look
from teams.api import OwnView, StrictSerializer, TeamView
from teams.api_fields import ParagraphsField
from teams.models import Membership
from teams.web import reader_page


class AnswerDraft(StrictSerializer):
    """What the team says to one question, and the version that was seen."""

    question = serializers.ChoiceField(Question.choices)
    text = ParagraphsField(max_length=LONGEST_REFLECTION, allow_blank=True)
    version = serializers.IntegerField(min_value=0, max_value=MOST_CHANGES)


class AnswersDraft(StrictSerializer):
    """What the team says, all of it or nothing."""

    answers = serializers.ListField(
        child=AnswerDraft(), min_length=1, max_length=len(Question.choices)
    )

    def validate_answers(self, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({one["question"] for one in answers}) < len(answers):
            raise serializers.ValidationError(_("Answer each question once."))
        return answers

    @staticmethod
    def said(sent: dict[str, Any]) -> dict[Question, Said]:
        return {
            Question(one["question"]): Said(one["text"], one["version"]) for one in sent["answers"]
        }


class EndDraft(StrictSerializer):
    """To which questions whoever reads along sees the answers."""

    published = serializers.ListField(
        child=serializers.ChoiceField(Question.choices), max_length=len(Question.choices)
    )


class ReflectionFacts(serializers.ModelSerializer):
    class Meta:
        model = Reflection
        fields = ["question", "text", "version", "is_published"]


class EvaluationFacts(serializers.Serializer):
    """How it stands; to whoever reads along what was published of it."""

    month = serializers.CharField(source="evaluation.month")
    stage = serializers.CharField(source="evaluation.stage")
    due_on = serializers.DateField(source="evaluation.due_on")
    concluded_at = serializers.DateTimeField(source="evaluation.concluded_at")
    led_by = serializers.SerializerMethodField()
    answers = ReflectionFacts(source="reflections", many=True)
    agreements = serializers.SerializerMethodField()

    def get_led_by(self, look: Look) -> str | None:
        leader = look.evaluation.led_by
        return leader.name if leader and look.is_member else None

    def get_agreements(self, look: Look) -> list[int]:
        """The keys of what follows from it; for the team alone."""
        return [sight.agreement.pk for sight in look.follow_ups]


class EvaluationRow(serializers.Serializer):
    month = serializers.CharField(source="evaluation.month")
    stage = serializers.CharField(source="evaluation.stage")
    due_on = serializers.DateField(source="evaluation.due_on")
    concluded_at = serializers.DateTimeField(source="evaluation.concluded_at")


class EvaluationList(serializers.Serializer):
    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = EvaluationRow(many=True)


class EvaluationsView(OwnView):
    door_to_write = staticmethod(reader_page)  # there is nothing to write

    @extend_schema(
        operation_id="evaluations_list",
        parameters=[OpenApiParameter("page", int)],
        responses=EvaluationList,
    )
    def get(self, request: Request) -> Response:
        """At which months the team looked back, the newest first."""
        page = shelf(self.place, timezone.localdate(), request.query_params.get("page"))
        return Response(EvaluationList(page.listed(request.path)).data)


class EvaluationView(OwnView):
    door_to_write = staticmethod(reader_page)  # there is nothing to write

    @extend_schema(operation_id="evaluations_read", responses=EvaluationFacts)
    def get(self, _request: Request, month: str) -> Response:
        """One of them, as far as whoever asks reads it."""
        return Response(EvaluationFacts(find_look(self.place, month)).data)


class AnswersView(TeamView):
    @extend_schema(
        operation_id="evaluations_write", request=AnswersDraft, responses=EvaluationFacts
    )
    def post(self, request: Request, month: str) -> Response:
        """Keep what the team says to these questions, as they were seen."""
        evaluation = find_look(self.writer, month).evaluation
        sent = self.read(request, AnswersDraft)
        try:
            evaluation.write(AnswersDraft.said(sent), by=self.writer)
        except StaleEvaluation as refusal:
            there = find_look(self.writer, month).reflections
            return self.both(request, refusal, ReflectionFacts(there, many=True).data)
        return Response(EvaluationFacts(find_look(self.writer, month)).data)


Verb = Callable[[Evaluation, dict[str, Any], Membership], object]


def _verb(noun: str, draft: type[StrictSerializer] | None, verb: Verb) -> type[TeamView]:
    """The address of one verb, by its noun."""

    class View(TeamView):
        @extend_schema(operation_id=f"evaluations_{noun}", request=draft, responses=EvaluationFacts)
        def post(self, request: Request, month: str) -> Response:
            evaluation = find_look(self.writer, month).evaluation
            sent = self.read(request, draft or StrictSerializer)
            verb(evaluation, sent, self.writer)
            return Response(EvaluationFacts(find_look(self.writer, month)).data)

    return View


BeginView = _verb("begin", None, lambda one, _sent, by: one.begin(by=by, at=timezone.now()))
LeadView = _verb("lead", None, lambda one, _sent, by: one.lead(by=by, at=timezone.now()))
AgreeView = _verb(
    "agree",
    TermsDraft,
    lambda one, sent, by: one.agree(TermsDraft.terms_in(sent), by=by, at=timezone.now()),
)
EndView = _verb(
    "conclude",
    EndDraft,
    lambda one, sent, by: one.conclude(
        [Question(each) for each in sent["published"]], by=by, at=timezone.now()
    ),
)
