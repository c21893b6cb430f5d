"""The chain for programs, and from which decision a change comes."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.models import Place
from debates.chain import Chains
from debates.links import Start
from debates.models import Origin, StaleDebate
from debates.origin_form import decisions_before
from debates.web import find_changed, find_link
from teams.api import OwnView, StrictSerializer, TeamView
from teams.api_fields import OneOf
from teams.web import reader_page


class OriginDraft(StrictSerializer):
    """Which decision stands behind a change; none where it comes from none."""

    decision = OneOf("decisions", allow_null=True)


class LinkFacts(serializers.Serializer):
    """A link of the chain: its sentence, and where more of it stands; blank where nowhere."""

    name = serializers.CharField()
    says = serializers.CharField()
    url = serializers.CharField()
    is_here = serializers.BooleanField()


class StretchFacts(serializers.Serializer):
    """Some links under their heading."""

    name = serializers.CharField()
    links = LinkFacts(many=True)


class ChainFacts(serializers.Serializer):
    """All of it, and the decision behind where it began, if one is known."""

    decision = serializers.SerializerMethodField()
    stretches = StretchFacts(many=True)

    def get_decision(self, chain: Any) -> int | None:
        return chain.decision.pk if chain.decision else None


class BothChains(serializers.Serializer):
    """Who came second: what was sent, and how it stands now."""

    detail = serializers.CharField()
    yours = OriginDraft()
    theirs = ChainFacts()


def shown(start: Start, place: Place) -> Any:
    """The chain as this person reads it."""
    return ChainFacts(Chains(place, timezone.now()).of(start)).data


class ChainView(OwnView):
    door_to_write = staticmethod(reader_page)  # there is nothing to write

    @extend_schema(operation_id="chain_read", responses=ChainFacts)
    def get(self, _request: Request, kind: str, start: int) -> Response:
        """From what happened with customers to what a decision did, from one of its links.

        A link is a debate, a decision, an agreement, a version, a procedure or a signal.
        """
        return Response(shown(find_link(self.place, kind, start), self.place))


class OriginView(TeamView):
    @extend_schema(
        operation_id="chain_name_origin",
        request=OriginDraft,
        responses={200: ChainFacts, 409: BothChains},
    )
    def put(self, request: Request, kind: str, start: int) -> Response:
        """Say from which decision a version of the process comes, or a procedure on trial."""
        changed = find_changed(self.writer, kind, start)
        sent = self.read(request, OriginDraft, decisions=decisions_before(changed))
        try:
            Origin.objects.say(changed, sent["decision"], by=self.writer, at=timezone.now())
        except StaleDebate as refusal:
            return self.both(request, refusal, shown(changed, self.writer))
        return Response(shown(changed, self.writer))
