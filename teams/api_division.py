"""Dividing the team, for programs: the same verbs as on its page."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from teams.api import Reason, StrictSerializer, TeamView
from teams.api_charter import SaidAnswer
from teams.api_fields import LineField, OneOf, Person
from teams.dividing import parts_of
from teams.models import Division
from teams.models.consent import LONGEST_REASON
from teams.models.division import LONGEST_GOAL, LONGEST_NAME


class PlanSeen(StrictSerializer):
    """Which edition of the plan the person has on screen."""

    seen = serializers.IntegerField(min_value=1)


class WhoGoesAlong(PlanSeen):
    """Those who go along; everybody else stays."""

    people = OneOf("people", many=True)


class DivisionWords(PlanSeen):
    """How the new team is called, what it is for, and why we divide."""

    name = LineField(max_length=LONGEST_NAME)
    goal = LineField(max_length=LONGEST_GOAL)
    why = LineField(max_length=LONGEST_REASON)


class PartFacts(serializers.Serializer):
    """What else goes along, in words; what it lacks, and what is in the way."""

    title = serializers.CharField()
    sentence = serializers.CharField()
    lacks = serializers.CharField()
    hinders = serializers.CharField()


class DivisionFacts(serializers.ModelSerializer):
    """A plan how the team divides, and what became of it."""

    class Meta:
        model = Division
        fields: tuple[str, ...] = (
            "id",
            "name",
            "goal",
            "why",
            "state",
            "edition",
            "answer_by",
            "agreed_on",
            "ended_why",
            "divided_at",
        )


class DivisionInFull(DivisionFacts):
    """The same, with who goes and stays, what goes along, and who has said what."""

    goes = Person(source="who_goes", many=True)
    stays = Person(source="who_stays", many=True)
    answers = SaidAnswer(many=True)
    parts = serializers.SerializerMethodField()

    class Meta(DivisionFacts.Meta):
        fields = (*DivisionFacts.Meta.fields, "goes", "stays", "answers", "parts")

    @extend_schema_field(PartFacts(many=True))
    def get_parts(self, division: Division) -> Any:
        """What each app has to say of it."""
        return PartFacts(parts_of(division), many=True).data


class DivisionsOfATeam(serializers.Serializer):
    """Whether the team is dividing. The team alone is told the plan, and those before."""

    is_dividing = serializers.BooleanField()
    plan = DivisionInFull(allow_null=True)
    over = DivisionFacts(many=True)


class DivisionView(TeamView):
    @extend_schema(operation_id="division_read", responses=DivisionsOfATeam)
    def get(self, _request: Request) -> Response:
        """The plan that is under way, and those before."""
        plan = self.team.divisions.under_way().first()
        is_told = self.member is not None
        found = {
            "is_dividing": self.team.divisions.is_dividing(is_member=is_told),
            "plan": plan if is_told else None,
            "over": self.team.divisions.over() if is_told else [],
        }
        return Response(DivisionsOfATeam(found).data)

    @extend_schema(operation_id="division_plan", request=None, responses={201: DivisionInFull})
    def post(self, _request: Request) -> Response:
        """Begin a plan."""
        made = Division.objects.plan(by=self.writer, at=timezone.now())
        return Response(DivisionInFull(made).data, status=status.HTTP_201_CREATED)


class _DivisionDeedView(TeamView):
    def find(self, pk: int) -> Division:
        """A plan of the team. Raises Http404."""
        found: Any = self.team.divisions.select_related("team")
        division: Division = get_object_or_404(found, pk=pk)
        return division


class DivisionPeopleView(_DivisionDeedView):
    @extend_schema(
        operation_id="division_choose_who_goes", request=WhoGoesAlong, responses=DivisionInFull
    )
    def post(self, request: Request, division: int) -> Response:
        """Name those who go along, while it is planned."""
        found = self.find(division)
        sent = self.read(request, WhoGoesAlong, people=self.team.people())
        found.choose_who_goes(**sent, by=self.writer, at=timezone.now())
        return Response(DivisionInFull(found).data)


class DivisionWordsView(_DivisionDeedView):
    @extend_schema(
        operation_id="division_describe", request=DivisionWords, responses=DivisionInFull
    )
    def post(self, request: Request, division: int) -> Response:
        """Say how the new team is called and why, while it is planned."""
        found = self.find(division)
        sent = self.read(request, DivisionWords)
        found.describe(**sent, by=self.writer, at=timezone.now())
        return Response(DivisionInFull(found).data)


class DivisionProposalView(_DivisionDeedView):
    @extend_schema(operation_id="division_propose", request=PlanSeen, responses=DivisionInFull)
    def post(self, request: Request, division: int) -> Response:
        """Lay the plan before the team; who does so has consented."""
        found = self.find(division)
        found.propose(**self.read(request, PlanSeen), by=self.writer, at=timezone.now())
        return Response(DivisionInFull(found).data)


class DivisionConsentView(_DivisionDeedView):
    @extend_schema(operation_id="division_consent", request=None, responses=DivisionInFull)
    def post(self, _request: Request, division: int) -> Response:
        """Say yes to it."""
        found = self.find(division)
        found.consent(by=self.writer, at=timezone.now())
        return Response(DivisionInFull(found).data)


class DivisionObjectionView(_DivisionDeedView):
    @extend_schema(operation_id="division_object", request=Reason, responses=DivisionInFull)
    def post(self, request: Request, division: int) -> Response:
        """Say what harm it would do, which takes it off the table."""
        found = self.find(division)
        found.object(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(DivisionInFull(found).data)


class DivisionEndView(_DivisionDeedView):
    @extend_schema(operation_id="division_end", request=Reason, responses=DivisionInFull)
    def post(self, request: Request, division: int) -> Response:
        """Want it no longer, until the team is divided."""
        found = self.find(division)
        found.drop(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(DivisionInFull(found).data)


class PartingView(_DivisionDeedView):
    @extend_schema(operation_id="division_carry_out", request=None, responses=DivisionFacts)
    def post(self, _request: Request, division: int) -> Response:
        """Divide the team, once all have agreed. It cannot be taken back."""
        found = self.find(division)
        found.carry_out(by=self.writer, at=timezone.now())
        return Response(DivisionFacts(found).data)
