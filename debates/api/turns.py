"""What somebody does in a debate, for programs: the same verbs as in its room."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.models import Place
from debates.api.serializers import (
    ArgumentDraft,
    BothDebates,
    BoxDraft,
    CardReply,
    ConsentDraft,
    DebateFacts,
    DebatePoint,
    DebatePointWording,
    Dismissal,
    ExcuseDraft,
    ObjectionDraft,
    OfferDraft,
    OtherOffer,
    PointChosen,
    VerdictAnswer,
    WeightsDraft,
    WordsChosen,
)
from debates.api.views import RoomView
from debates.models import (
    Experiment,
    Fallback,
    Next,
    Point,
    Proposal,
    ProposalVersion,
    Speaks,
    StaleDebate,
)
from debates.room import Room
from debates.web import find_room
from teams.models import User
from teams.web import member_page

# Called with the debate, what was sent, who does it and when.
Verb = Callable[[Any, dict[str, Any], Any, datetime], Any]


class TurnView(RoomView):
    """One turn. Who comes second gets both back."""

    draft: ClassVar[type[serializers.Serializer] | None] = None
    verb: ClassVar[Verb]

    def turn(self, request: Request, debate: int) -> Response:
        """Take it, and answer with how the debate stands then. Raises DebateError."""
        room = find_room(self.place, debate)
        sent = self.read(request, self.draft, **offered(room)) if self.draft else {}
        try:
            type(self).verb(room.debate, sent, self.place, timezone.now())
        except StaleDebate as refusal:
            return self.both(request, refusal, self.shown(debate))
        return Response(self.shown(debate))


def offered(room: Room) -> dict[str, Any]:
    """What can be chosen: nothing of what is hidden."""
    people = [seat.person_id for seat in room.asked]
    return {
        "points": Point.objects.filter(pk__in=[seen.point.pk for seen in room.points]),
        "proposals": Proposal.objects.filter(debate=room.debate),
        "versions": ProposalVersion.objects.filter(
            pk__in=[seen.version.pk for seen in room.proposals]
        ),
        "experiments": Experiment.objects.filter(debate=room.debate),
        "seats": room.debate.roster.asked(),
        "people": User.objects.filter(pk__in=people),
    }


def _turn(
    noun: str, draft: type[serializers.Serializer] | None, verb: Verb, *, by_members: bool = False
) -> type[TurnView]:
    """The view of one turn: what is sent, and the verb of the debate that it calls."""

    class View(TurnView):
        @extend_schema(
            operation_id=f"debates_{noun.replace('-', '_')}",
            request=draft,
            responses={200: DebateFacts, 409: BothDebates},
        )
        def post(self, request: Request, debate: int) -> Response:
            return self.turn(request, debate)

    View.draft, View.verb = draft, staticmethod(verb)
    if by_members:
        View.door_to_write = staticmethod(member_page)
    View.__name__ = View.__qualname__ = f"{noun.title().replace('-', '')}View"
    return View


def _weigh(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    weights = {each["point"].pk: each["value"] for each in sent["weights"]}
    debate.weigh(weights, by=by, at=at)


def _begin(debate: Any, sent: dict[str, Any], by: Any, at: datetime) -> None:
    debate.take_up(sent["days"], Fallback(sent["fallback"]), by=by, at=at)


def _change(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.change(sent["point"], DebatePoint.brought(sent), by=by, at=at)


def _argue(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.argue(sent["point"], Speaks(sent["speaks"]), sent["text"], by=by, at=at)


def _reword(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.reword(sent["proposal"], sent["number"], OfferDraft.offer(sent), by=by, at=at)


def _object(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.object(sent["version"], ObjectionDraft.objection(sent), by=by, at=at)


def _answer(_debate: Any, sent: dict[str, Any], by: Any, at: datetime) -> None:
    sent["experiment"].answer_with(Next(sent["answer"]), sent["why"], by=by, at=at)


# By the nouns of their addresses, which are those of the pages.
TURNS: dict[str, type[TurnView]] = {
    "beginning": _turn("beginning", BoxDraft, _begin, by_members=True),
    "dismissal": _turn(
        "dismissal",
        Dismissal,
        lambda debate, sent, by, at: debate.dismiss(sent["why"], by=by, at=at),
        by_members=True,
    ),
    "point": _turn(
        "point",
        DebatePoint,
        lambda debate, sent, by, at: debate.bring(DebatePoint.brought(sent), by=by, at=at),
    ),
    "wording": _turn("wording", DebatePointWording, _change),
    "removal": _turn(
        "removal",
        PointChosen,
        lambda debate, sent, by, at: debate.take_back(sent["point"], by=by, at=at),
    ),
    "nothing": _turn(
        "nothing", None, lambda debate, _sent, by, at: debate.add_nothing(by=by, at=at)
    ),
    "excuse": _turn(
        "excuse",
        ExcuseDraft,
        lambda debate, sent, by, at: debate.excuse(sent["seat"], sent["why"], by=by, at=at),
    ),
    "argument": _turn("argument", ArgumentDraft, _argue),
    "reply": _turn(
        "reply", CardReply, lambda debate, sent, by, at: debate.reply(sent["text"], by=by, at=at)
    ),
    "weights": _turn("weights", WeightsDraft, _weigh),
    "proposal": _turn(
        "proposal",
        OfferDraft,
        lambda debate, sent, by, at: debate.propose(OfferDraft.offer(sent), by=by, at=at),
    ),
    "other-words": _turn("other-words", OtherOffer, _reword),
    "consent": _turn(
        "consent",
        ConsentDraft,
        lambda debate, sent, by, at: debate.consent(sent["version"], sent["concern"], by=by, at=at),
    ),
    "objection": _turn("objection", ObjectionDraft, _object),
    "withdrawal": _turn(
        "withdrawal",
        WordsChosen,
        lambda debate, sent, by, at: debate.withdraw(sent["version"], by=by, at=at),
    ),
    "answer": _turn("answer", VerdictAnswer, _answer, by_members=True),
}
