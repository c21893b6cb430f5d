"""The charter, for programs: the same verbs as on its page."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from teams.api import OwnView, Reason, StrictSerializer, TeamView
from teams.api_fields import DigitsField, LineField, ParagraphsField
from teams.charter_form import MOST_NUMBER
from teams.charters import charter_of
from teams.currencies import CURRENCIES
from teams.models import CharterVersion, CharterWords, Frame, FrameWords, StaleCharter
from teams.models.charter import LONGEST_LINE, LONGEST_TEXT, WORDS
from teams.models.consent import LONGEST_REASON


class CharterDraft(StrictSerializer):
    """What the team says of itself, and `seen`, the number of the charter in force, 0 for none."""

    seen = serializers.IntegerField(min_value=0, max_value=MOST_NUMBER)
    purpose = LineField(max_length=LONGEST_LINE)
    customers = LineField(max_length=LONGEST_LINE)
    offer = LineField(max_length=LONGEST_LINE)
    ways = ParagraphsField(max_length=LONGEST_TEXT, allow_blank=True)
    domains = ParagraphsField(max_length=LONGEST_TEXT, allow_blank=True)
    why = LineField(max_length=LONGEST_REASON)


class FrameDraft(StrictSerializer):
    """What management sets, and `seen`, the number of the newest frame there is, 0 for none."""

    seen = serializers.IntegerField(min_value=0, max_value=MOST_NUMBER)
    law = ParagraphsField(max_length=LONGEST_TEXT, allow_blank=True)
    budget = ParagraphsField(max_length=LONGEST_TEXT, allow_blank=True)
    brand = ParagraphsField(max_length=LONGEST_TEXT, allow_blank=True)
    limit = DigitsField(decimal_places=2, allow_null=True)
    currency = serializers.ChoiceField([(code, code) for code in CURRENCIES])
    why = LineField(max_length=LONGEST_REASON)


class CharterFacts(serializers.ModelSerializer):
    """What the team says of itself; `number` is none while it is proposed."""

    class Meta:
        model = CharterVersion
        fields = ("id", "number", *WORDS, "why", "state", "answer_by", "agreed_on", "ended_why")


class SaidAnswer(serializers.Serializer):
    """Somebody of the team and what they said; blank for nothing yet."""

    name = serializers.CharField()
    says = serializers.CharField()


class ProposedCharter(CharterFacts):
    """The one that the team talks about, with who has said what."""

    answers = SaidAnswer(many=True)

    class Meta(CharterFacts.Meta):
        fields = (*CharterFacts.Meta.fields, "answers")


class FrameFacts(serializers.ModelSerializer):
    """What management sets around the work of the team, from a day on."""

    class Meta:
        model = Frame
        fields = (
            "number",
            "law",
            "budget",
            "brand",
            "limit",
            "currency",
            "why",
            "announced_at",
            "holds_from",
        )


class CharterPage(serializers.Serializer):
    """What holds, what will, and what is proposed; the last is told to the team alone."""

    agreed = CharterFacts(allow_null=True)
    frame = FrameFacts(allow_null=True)
    announced = FrameFacts(allow_null=True)
    proposed = ProposedCharter(allow_null=True)


class CharterHistory(serializers.Serializer):
    """All that was ever in force, the newest first."""

    charters = CharterFacts(many=True)
    frames = FrameFacts(many=True)


class CharterView(TeamView):
    @extend_schema(operation_id="charter_read", responses=CharterPage)
    def get(self, _request: Request) -> Response:
        """The charter with its frame."""
        found = charter_of(self.team, self.member, timezone.localdate())
        return Response(CharterPage(found).data)

    @extend_schema(
        operation_id="charter_propose", request=CharterDraft, responses={201: ProposedCharter}
    )
    def post(self, request: Request) -> Response:
        """Put another charter before the team; who does so has consented."""
        sent = self.read(request, CharterDraft)
        words = CharterWords(**{name: sent[name] for name in WORDS})
        made = CharterVersion.objects.propose(
            words, sent["why"], seen=sent["seen"], by=self.writer, at=timezone.now()
        )
        return Response(ProposedCharter(made).data, status=status.HTTP_201_CREATED)


class VersionsView(TeamView):
    @extend_schema(operation_id="charter_versions", responses=CharterHistory)
    def get(self, _request: Request) -> Response:
        """All that was ever in force."""
        found = {
            "charters": CharterVersion.objects.history(self.team),
            "frames": Frame.objects.history(self.team),
        }
        return Response(CharterHistory(found).data)


class _AnswerView(TeamView):
    def find(self, pk: int) -> CharterVersion:
        """A charter of the team. Raises Http404."""
        found: Any = self.team.charter_versions.select_related("team")
        charter: CharterVersion = get_object_or_404(found, pk=pk)
        return charter


class CharterConsentView(_AnswerView):
    @extend_schema(operation_id="charter_consent", request=None, responses=ProposedCharter)
    def post(self, _request: Request, charter: int) -> Response:
        """Say yes to it."""
        found = self.find(charter)
        found.consent(by=self.writer, at=timezone.now())
        return Response(ProposedCharter(found).data)


class CharterObjectionView(_AnswerView):
    @extend_schema(operation_id="charter_object", request=Reason, responses=ProposedCharter)
    def post(self, request: Request, charter: int) -> Response:
        """Say what harm it would do, which takes it off the table."""
        found = self.find(charter)
        found.object(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(ProposedCharter(found).data)


class CharterEndView(_AnswerView):
    @extend_schema(operation_id="charter_end", request=Reason, responses=ProposedCharter)
    def post(self, request: Request, charter: int) -> Response:
        """Want it no longer, while it is proposed."""
        found = self.find(charter)
        found.drop(self.read(request, Reason)["why"], by=self.writer, at=timezone.now())
        return Response(ProposedCharter(found).data)


class FrameView(OwnView):
    @extend_schema(operation_id="frame_announce", request=FrameDraft, responses={201: FrameFacts})
    def post(self, request: Request) -> Response:
        """Announce another frame, for whoever follows the team as its manager."""
        sent = self.read(request, FrameDraft)
        why, seen = sent.pop("why"), sent.pop("seen")
        by, at = self.place, timezone.now()
        made = Frame.objects.announce(FrameWords(**sent), why, seen=seen, by=by, at=at)
        return Response(FrameFacts(made).data, status=status.HTTP_201_CREATED)


class FrameWithdrawalView(OwnView):
    @extend_schema(operation_id="frame_take_back", request=None, responses=FrameFacts)
    def post(self, _request: Request) -> Response:
        """Take back what was announced, before it holds."""
        found = Frame.objects.announced(self.team, timezone.localdate())
        if found is None:
            raise StaleCharter(_("No frame is announced."))
        found.take_back(by=self.place, at=timezone.now())
        return Response(FrameFacts(found).data)
