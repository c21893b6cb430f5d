"""The contract of non-intervention, for programs: the same verb as on its page."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.api.serializers import AgreementFacts
from agreements.api.views import BookView
from agreements.clauses import CLAUSES
from agreements.contracts import contracts_of
from agreements.models import Agreement, Terms
from agreements.models.terms import LONGEST
from teams.api import StrictSerializer
from teams.api_fields import DayField, LineField, Person


class ContractDraft(StrictSerializer):
    """What a manager promises besides the clauses, how the team sees it, and until when."""

    then = LineField(max_length=LONGEST)
    how_seen = LineField(max_length=LONGEST)
    due_on = DayField()


class ClauseFacts(serializers.Serializer):
    """What a manager keeps off, and how Kring keeps it."""

    key = serializers.CharField()
    promise = serializers.CharField()
    kept_by = serializers.CharField()


class ContractFacts(serializers.Serializer):
    """The clauses, what was signed and still runs, what is over, and who has not signed."""

    clauses = ClauseFacts(many=True)
    open = AgreementFacts(many=True)
    earlier = AgreementFacts(many=True)
    without = Person(many=True)


class ContractView(BookView):
    @extend_schema(operation_id="contract_read", responses=ContractFacts)
    def get(self, _request: Request) -> Response:
        """What a manager keeps off, and with whom it was agreed; a manager reads their own."""
        found = contracts_of(self.place, timezone.localdate())
        shown: dict[str, Any] = {"clauses": CLAUSES, **vars(found)}
        return Response(ContractFacts(shown).data)

    @extend_schema(
        operation_id="contract_sign", request=ContractDraft, responses={201: AgreementFacts}
    )
    def post(self, request: Request) -> Response:
        """Sign it, for whoever manages the team; it holds once everybody of the team agrees."""
        terms = Terms("", **self.read(request, ContractDraft))
        made = Agreement.objects.sign_contract(terms, by=self.place, at=timezone.now())
        return Response(self.shown(made.pk), status=status.HTTP_201_CREATED)
