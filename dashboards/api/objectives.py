"""What the team wants of its figures, for programs: the same verbs as on its pages."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards import kpis
from dashboards.api.ranges import PeriodField
from dashboards.figures import Kpi
from dashboards.models import Aim, Objective, Reference, Sense
from dashboards.models.aim import LONGEST, PLACES
from dashboards.models.objective import State
from dashboards.web import readable_objectives
from teams.api import Reason, StrictSerializer, TeamView
from teams.api_fields import DigitsField, LineField


@extend_schema_field(str)
class KpiField(serializers.Field):
    """The slug of a figure."""

    def to_internal_value(self, data: Any) -> Kpi:
        try:
            return kpis.get(str(data))
        except LookupError:
            raise serializers.ValidationError(_("There is no such figure.")) from None

    def to_representation(self, value: Any) -> str:
        return str(value)


class ObjectiveDraft(StrictSerializer):
    """What is wanted of a figure, in the unit of the figure: a share from 0 to 1."""

    kpi = KpiField()
    first = PeriodField()
    last = PeriodField()
    sense = serializers.ChoiceField(Sense.choices)
    target = DigitsField(decimal_places=PLACES)
    reference = serializers.ChoiceField(Reference.choices)
    why = LineField(max_length=LONGEST)


class ObjectiveFacts(serializers.ModelSerializer):
    """An objective. Who of the team has answered what is for members only."""

    first = PeriodField()
    last = PeriodField()
    answers = serializers.SerializerMethodField()

    class Meta:
        model = Objective
        fields = (
            "id",
            "kpi",
            "period_kind",
            "first",
            "last",
            "sense",
            "target",
            "reference",
            "why",
            "state",
            "answer_by",
            "agreed_on",
            "outcome",
            "n",
            "ended_why",
            "answers",
        )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not self.context.get("sees_people", True):
            del fields["answers"]
        return fields

    def get_answers(self, objective: Objective) -> list[dict[str, str]]:
        if objective.state != State.PROPOSED:
            return []
        return [{"name": each.name, "says": each.says} for each in objective.answers()]


class _ObjectivesView(TeamView):
    def facts(self, found: Objective | list[Objective]) -> Any:
        is_many = isinstance(found, list)
        context = {"sees_people": self.member is not None}
        return ObjectiveFacts(found, many=is_many, context=context).data

    def find(self, pk: int) -> Objective:
        """An objective that who asks may read. Raises Http404."""
        found = readable_objectives(self.team, self.member).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class ObjectivesView(_ObjectivesView):
    @extend_schema(operation_id="objectives_list", responses=ObjectiveFacts(many=True))
    def get(self, request: Request) -> Response:
        """Every objective of the team, the newest first; who reads along, those agreed on."""
        found = readable_objectives(self.team, self.member).prefetch_related("voices")
        return Response(self.facts(list(found.newest_first())))

    @extend_schema(
        operation_id="objectives_propose", request=ObjectiveDraft, responses={201: ObjectiveFacts}
    )
    def post(self, request: Request) -> Response:
        """Put an objective before the team; who does so has consented."""
        sent = self.read(request, ObjectiveDraft)
        aim = Aim(
            kpi=sent["kpi"],
            first=sent["first"],
            last=sent["last"],
            sense=Sense(sent["sense"]),
            target=sent["target"],
            reference=Reference(sent["reference"]),
            why=sent["why"],
        )
        made = Objective.objects.propose(aim, by=self.writer, at=timezone.now())
        return Response(self.facts(made), status=status.HTTP_201_CREATED)


class ObjectiveView(_ObjectivesView):
    @extend_schema(operation_id="objectives_read", responses=ObjectiveFacts)
    def get(self, request: Request, objective: int) -> Response:
        """One objective."""
        return Response(self.facts(self.find(objective)))


class ConsentView(_ObjectivesView):
    @extend_schema(operation_id="objectives_consent", request=None, responses=ObjectiveFacts)
    def post(self, request: Request, objective: int) -> Response:
        """Say yes to it."""
        found = self.find(objective)
        found.consent(by=self.writer, at=timezone.now())
        return Response(self.facts(found))


class ObjectionView(_ObjectivesView):
    @extend_schema(operation_id="objectives_object", request=Reason, responses=ObjectiveFacts)
    def post(self, request: Request, objective: int) -> Response:
        """Say what harm it would do, which takes it off the table."""
        found = self.find(objective)
        found.object(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(self.facts(found))


class EndView(_ObjectivesView):
    @extend_schema(operation_id="objectives_end", request=Reason, responses=ObjectiveFacts)
    def post(self, request: Request, objective: int) -> Response:
        """Want it no longer."""
        found = self.find(objective)
        found.drop(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(self.facts(found))
