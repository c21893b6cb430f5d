"""What somebody does in a debate, for programs: the same verbs as in its room."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model
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
    Seat,
    Speaks,
    StaleDebate,
)
from debates.room import Room
from debates.turns import OF_MEMBERS
from debates.web import find_room
from teams.models import User
from teams.web import member_page

# Called with the debate, what was sent, who does it and when.
Verb = Callable[[Any, dict[str, Any], Place, datetime], Any]


class TurnView(RoomView):
    """One turn. Who comes second gets both back."""

    noun: ClassVar[str]
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


# What is offered under which name to choose from.
_KINDS: dict[str, type[Model]] = {
    "points": Point,
    "proposals": Proposal,
    "versions": ProposalVersion,
    "experiments": Experiment,
    "seats": Seat,
}


def offered(room: Room) -> dict[str, Any]:
    """What can be chosen: nothing of what is hidden."""
    things = {name: room.choices(kind) for name, kind in _KINDS.items()}
    people = User.objects.filter(pk__in=[person.pk for person in room.people])
    return {**things, "people": people}


def _turn(noun: str, draft: type[serializers.Serializer] | None, verb: Verb) -> type[TurnView]:
    """The view of one turn: what is sent, and the verb of the debate that it calls."""

    class View(TurnView):
        @extend_schema(
            operation_id=f"debates_{noun.replace('-', '_')}",
            request=draft,
            responses={200: DebateFacts, 409: BothDebates},
        )
        def post(self, request: Request, debate: int) -> Response:
            return self.turn(request, debate)

    View.noun, View.draft, View.verb = noun, draft, staticmethod(verb)
    if noun in OF_MEMBERS:
        View.door_to_write = staticmethod(member_page)
    View.__name__ = View.__qualname__ = f"{noun.title().replace('-', '')}View"
    return View


def _weigh(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    weights = {each["point"].pk: each["value"] for each in sent["weights"]}
    debate.weigh(weights, by=by, at=at)


def _begin(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.take_up(sent["days"], Fallback(sent["fallback"]), by=by, at=at)


def _change(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.change(sent["point"], DebatePoint.brought(sent), by=by, at=at)


def _argue(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.argue(sent["point"], Speaks(sent["speaks"]), sent["text"], by=by, at=at)


def _reword(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.reword(sent["proposal"], sent["number"], OfferDraft.offer(sent), by=by, at=at)


def _object(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.object(sent["version"], ObjectionDraft.objection(sent), by=by, at=at)


def _consent(debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    debate.consent(sent["version"], sent["concern"], by=by, at=at)


def _answer(_debate: Any, sent: dict[str, Any], by: Place, at: datetime) -> None:
    sent["experiment"].answer_with(Next(sent["answer"]), sent["why"], by=by, at=at)


# By the nouns of their addresses, which are those of the pages.
TURNS: dict[str, type[TurnView]] = {
    view.noun: view
    for view in (
        _turn("beginning", BoxDraft, _begin),
        _turn(
            "dismissal",
            Dismissal,
            lambda debate, sent, by, at: debate.dismiss(sent["why"], by=by, at=at),
        ),
        _turn(
            "point",
            DebatePoint,
            lambda debate, sent, by, at: debate.bring(DebatePoint.brought(sent), by=by, at=at),
        ),
        _turn("wording", DebatePointWording, _change),
        _turn(
            "removal",
            PointChosen,
            lambda debate, sent, by, at: debate.take_back(sent["point"], by=by, at=at),
        ),
        _turn("nothing", None, lambda debate, _sent, by, at: debate.add_nothing(by=by, at=at)),
        _turn(
            "excuse",
            ExcuseDraft,
            lambda debate, sent, by, at: debate.excuse(sent["seat"], sent["why"], by=by, at=at),
        ),
        _turn("argument", ArgumentDraft, _argue),
        _turn(
            "reply",
            CardReply,
            lambda debate, sent, by, at: debate.reply(sent["text"], by=by, at=at),
        ),
        _turn("weights", WeightsDraft, _weigh),
        _turn(
            "proposal",
            OfferDraft,
            lambda debate, sent, by, at: debate.propose(OfferDraft.offer(sent), by=by, at=at),
        ),
        _turn("other-words", OtherOffer, _reword),
        _turn("consent", ConsentDraft, _consent),
        _turn("objection", ObjectionDraft, _object),
        _turn(
            "withdrawal",
            WordsChosen,
            lambda debate, sent, by, at: debate.withdraw(sent["version"], by=by, at=at),
        ),
        _turn("answer", VerdictAnswer, _answer),
    )
}
