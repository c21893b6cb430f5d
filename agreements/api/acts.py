"""What the parties of an agreement do about it, for programs: the same verbs as on its page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.api.serializers import (
    AgreementRefusal,
    AgreementRenewal,
    BothAgreements,
    ContestDraft,
    DaySeen,
    OtherTerms,
    ReleaseDraft,
    RepairDraft,
    VerdictDraft,
    VersionSeen,
    WholeAgreement,
    WitnessDraft,
)
from agreements.api.views import BookView
from agreements.models import Agreement, StaleAgreement, Verdict
from agreements.web import readable_agreement

ANSWERS = {200: WholeAgreement, 409: BothAgreements}


class ActView(BookView):
    """Something that somebody does about an agreement. Who comes second gets both back."""

    def find(self, pk: int) -> Agreement:
        """The agreement that it is about. Raises Http404."""
        return readable_agreement(self.place, pk)

    def act(self, request: Request, pk: int, verb: Callable[..., Any], *words: Any) -> Response:
        """Do it, and answer with how it stands then. Raises AgreementError."""
        try:
            verb(*words, by=self.place, at=timezone.now())
        except StaleAgreement as refusal:
            return self.both(request, refusal, self.shown(pk))
        return Response(self.shown(pk))

    def follow(
        self, request: Request, pk: int, verb: Callable[..., Agreement], *words: Any
    ) -> Response:
        """Propose what follows it, and answer with that. Raises AgreementError."""
        try:
            made = verb(*words, by=self.place, at=timezone.now())
        except StaleAgreement as refusal:
            return self.both(request, refusal, self.shown(pk))
        return Response(self.shown(made.pk), status=status.HTTP_201_CREATED)


class AcceptanceView(ActView):
    @extend_schema(operation_id="agreements_accept", request=VersionSeen, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Say yes to these words; once all parties have, they hold."""
        found, sent = self.find(agreement), self.read(request, VersionSeen)
        return self.act(request, agreement, found.accept, sent["number"])


class CounterProposalView(ActView):
    @extend_schema(operation_id="agreements_counter", request=OtherTerms, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Put other words on the table in the place of these."""
        found, sent = self.find(agreement), self.read(request, OtherTerms)
        terms = OtherTerms.terms_in(sent)
        return self.act(request, agreement, found.counter, sent["number"], terms)


class RefusalView(ActView):
    @extend_schema(operation_id="agreements_decline", request=AgreementRefusal, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Say no to these words; what holds goes on to hold."""
        found, sent = self.find(agreement), self.read(request, AgreementRefusal)
        return self.act(request, agreement, found.decline, sent["number"], sent["why"])


class WithdrawalView(ActView):
    @extend_schema(operation_id="agreements_withdraw", request=VersionSeen, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Take these words off the table."""
        found, sent = self.find(agreement), self.read(request, VersionSeen)
        return self.act(request, agreement, found.withdraw, sent["number"])


class RenegotiationView(ActView):
    @extend_schema(operation_id="agreements_renegotiate", request=OtherTerms, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Ask for other terms than those that hold, which hold until all accept the others."""
        found, sent = self.find(agreement), self.read(request, OtherTerms)
        terms = OtherTerms.terms_in(sent)
        return self.act(request, agreement, found.renegotiate, sent["number"], terms)


class RenewalView(ActView):
    @extend_schema(
        operation_id="agreements_renew",
        request=AgreementRenewal,
        responses={201: WholeAgreement, 409: BothAgreements},
    )
    def post(self, request: Request, agreement: int) -> Response:
        """Propose the same once more, for another day; the answer is the new agreement."""
        found, sent = self.find(agreement), self.read(request, AgreementRenewal)
        return self.follow(request, agreement, found.renew, sent["due_on"])


class RepairView(ActView):
    @extend_schema(
        operation_id="agreements_repair",
        request=RepairDraft,
        responses={201: WholeAgreement, 409: BothAgreements},
    )
    def post(self, request: Request, agreement: int) -> Response:
        """Propose how to make good what was broken; the answer is the new agreement."""
        found, sent = self.find(agreement), self.read(request, RepairDraft)
        terms = RepairDraft.terms_in(sent)
        return self.follow(request, agreement, found.repair, sent["day"], terms)


class CompletionView(ActView):
    @extend_schema(operation_id="agreements_complete", request=DaySeen, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Say that it is done, as who promised it."""
        found, sent = self.find(agreement), self.read(request, DaySeen)
        return self.act(request, agreement, found.promise(sent["day"]).declare_done)


class ReleaseView(ActView):
    @extend_schema(operation_id="agreements_release", request=ReleaseDraft, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Let it go, as who was promised."""
        found, sent = self.find(agreement), self.read(request, ReleaseDraft)
        verb = partial(found.promise(sent["day"]).release, for_good=sent["for_good"])
        return self.act(request, agreement, verb)


class JudgementView(ActView):
    @extend_schema(operation_id="agreements_judge", request=VerdictDraft, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Say whether it was kept, as who was promised."""
        found, sent = self.find(agreement), self.read(request, VerdictDraft)
        verdict = Verdict(sent["verdict"])
        return self.act(
            request, agreement, found.promise(sent["day"]).judge, verdict, sent["words"]
        )


class ContestView(ActView):
    @extend_schema(operation_id="agreements_contest", request=ContestDraft, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Say that it was not broken, as who promised it."""
        found = self.find(agreement)
        sent = self.read(request, ContestDraft, people=self.team.people())
        verb = found.promise(sent["day"]).contest
        return self.act(request, agreement, verb, sent["words"], sent["witness"])


class WitnessView(ActView):
    @extend_schema(operation_id="agreements_name_witness", request=WitnessDraft, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Name who shall decide; whom both sides name is the witness."""
        found = self.find(agreement)
        sent = self.read(request, WitnessDraft, people=self.team.people())
        return self.act(
            request, agreement, found.promise(sent["day"]).name_witness, sent["witness"]
        )


class RulingView(ActView):
    @extend_schema(operation_id="agreements_rule", request=VerdictDraft, responses=ANSWERS)
    def post(self, request: Request, agreement: int) -> Response:
        """Decide, as the witness of both. It is final."""
        found, sent = self.find(agreement), self.read(request, VerdictDraft)
        verdict = Verdict(sent["verdict"])
        return self.act(request, agreement, found.promise(sent["day"]).rule, verdict, sent["words"])
