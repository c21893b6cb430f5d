"""Procedures, for programs: the same verbs as on their pages."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.models import Procedure, Shield, StaleProcedure
from agreements.models.procedure import LONGEST_NAME, MOST_HOURS
from agreements.models.terms import LONGEST
from dashboards.api.objectives import KpiField
from teams.api import OwnView, StrictSerializer, TeamView
from teams.api_fields import DayField, DigitsField, LineField


class ProcedureWords(StrictSerializer):
    """What it is called, why it was begun, and what hours of a month it takes."""

    name = LineField(max_length=LONGEST_NAME)
    purpose = LineField(max_length=LONGEST)
    hours = DigitsField(decimal_places=2, max_value=MOST_HOURS)


class TrialDraft(StrictSerializer):
    """Until when the team does without it, beside which figure, and why it could."""

    until = DayField()
    guard = KpiField()
    why = LineField(max_length=LONGEST)


class BurialDraft(StrictSerializer):
    """A word at the grave, and the hours of a month that it gives back."""

    epitaph = LineField(max_length=LONGEST)
    hours = DigitsField(decimal_places=2, max_value=MOST_HOURS)


class WhyDraft(StrictSerializer):
    """Why it is done again."""

    why = LineField(max_length=LONGEST)


class ShieldDraft(StrictSerializer):
    """Whether law or safety ask for it; blank where neither does."""

    shield = serializers.ChoiceField(Shield.choices, allow_blank=True)


class ProcedureFacts(serializers.ModelSerializer):
    class Meta:
        model = Procedure
        fields = (
            "id",
            "name",
            "purpose",
            "hours",
            "state",
            "shield",
            "guard",
            "trial_from",
            "trial_until",
            "epitaph",
            "hours_saved",
            "buried_on",
            "why",
        )


class BothProcedures(serializers.Serializer):
    """Who came second: what was sent, and how it stands now."""

    detail = serializers.CharField()
    yours = serializers.DictField()
    theirs = ProcedureFacts()


ANSWERS = {200: ProcedureFacts, 409: BothProcedures}


class ProceduresView(TeamView):
    @extend_schema(operation_id="procedures_list", responses=ProcedureFacts(many=True))
    def get(self, _request: Request) -> Response:
        """Everything in the register and the graveyard, by name."""
        return Response(ProcedureFacts(Procedure.objects.of(self.team), many=True).data)

    @extend_schema(
        operation_id="procedures_register", request=ProcedureWords, responses={201: ProcedureFacts}
    )
    def post(self, request: Request) -> Response:
        """Write down another one."""
        sent = self.read(request, ProcedureWords)
        made = Procedure.objects.register(**sent, by=self.writer, at=timezone.now())
        return Response(ProcedureFacts(made).data, status=status.HTTP_201_CREATED)


class ProcedureView(TeamView):
    @extend_schema(operation_id="procedures_read", responses=ProcedureFacts)
    def get(self, _request: Request, procedure: int) -> Response:
        """One of them."""
        return Response(ProcedureFacts(_find(self, procedure)).data)


class _DeedView(TeamView):
    """Something that is done about a procedure. Who comes second gets both back."""

    def do(self, request: Request, found: Procedure, verb: Callable[[], None]) -> Response:
        """Do it, and answer with how it stands then. Raises ProcedureError."""
        try:
            verb()
        except StaleProcedure as refusal:
            found.refresh_from_db()
            return self.both(request, refusal, ProcedureFacts(found).data)
        return Response(ProcedureFacts(found).data)


class TrialView(_DeedView):
    @extend_schema(operation_id="procedures_try_without", request=TrialDraft, responses=ANSWERS)
    def post(self, request: Request, procedure: int) -> Response:
        """Do without it for a while."""
        found, sent = _find(self, procedure), self.read(request, TrialDraft)
        words = sent["guard"], sent["until"], sent["why"]
        by, at = self.writer, timezone.now()
        return self.do(request, found, lambda: found.try_without(*words, by=by, at=at))


class BurialView(_DeedView):
    @extend_schema(operation_id="procedures_bury", request=BurialDraft, responses=ANSWERS)
    def post(self, request: Request, procedure: int) -> Response:
        """Bury what is on trial."""
        found, sent = _find(self, procedure), self.read(request, BurialDraft)
        by, at = self.writer, timezone.now()
        words = sent["epitaph"], sent["hours"]
        return self.do(request, found, lambda: found.bury(*words, by=by, at=at))


class ReturnView(_DeedView):
    @extend_schema(operation_id="procedures_take_up", request=WhyDraft, responses=ANSWERS)
    def post(self, request: Request, procedure: int) -> Response:
        """End the trial: it is needed after all."""
        found, why = _find(self, procedure), self.read(request, WhyDraft)["why"]
        by, at = self.writer, timezone.now()
        return self.do(request, found, lambda: found.take_up(why, by=by, at=at))


class ResurrectionView(_DeedView):
    @extend_schema(operation_id="procedures_resurrect", request=WhyDraft, responses=ANSWERS)
    def post(self, request: Request, procedure: int) -> Response:
        """Take it out of its grave."""
        found, why = _find(self, procedure), self.read(request, WhyDraft)["why"]
        by, at = self.writer, timezone.now()
        return self.do(request, found, lambda: found.resurrect(why, by=by, at=at))


class ShieldView(OwnView, _DeedView):
    @extend_schema(operation_id="procedures_protect", request=ShieldDraft, responses=ANSWERS)
    def post(self, request: Request, procedure: int) -> Response:
        """Say whether law or safety ask for it; for whoever answers for the frame alone."""
        found, shield = _find(self, procedure), Shield(self.read(request, ShieldDraft)["shield"])
        by, at = self.place, timezone.now()
        return self.do(request, found, lambda: found.protect(shield, by=by, at=at))


def _find(view: TeamView, pk: int) -> Procedure:
    found: Any = Procedure.objects.of(view.team).select_related("team")
    procedure: Procedure = get_object_or_404(found, pk=pk)
    return procedure
