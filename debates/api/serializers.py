"""How a debate, and what is said in it, come over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agreements.api.serializers import MOST_OTHERS, TermsDraft
from agreements.forms import MOST_NUMBER
from dashboards.api.objectives import KpiField
from dashboards.figures import Kpi
from debates.models import (
    Argument,
    Brought,
    Debate,
    Direction,
    Experiment,
    Fallback,
    Next,
    Objection,
    Offer,
    Point,
    ProposalVersion,
    Reply,
    Response,
    Seat,
    Speaks,
)
from debates.models.box import LONGEST, SHORTEST
from debates.models.point import HEAVIEST, LONGEST_TEXT, LONGEST_WORDS
from debates.models.proposal import PLACES
from debates.room import PointSeen, ProposalSeen, Room
from teams.api import StrictSerializer
from teams.api_fields import DayField, DigitsField, LineField, OneOf, Person

# A debate of fifty people has ten times as many points at most.
MOST_WEIGHTS = 500

# -- what is sent to us ------------------------------------------------------------------------


class BoxDraft(StrictSerializer):
    """How many working days it takes, and what holds when objections are left."""

    days = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST)
    fallback = serializers.ChoiceField(Fallback.choices)


class DebateRequest(StrictSerializer):
    """Which figure it is about, and what the question is."""

    kpi = KpiField()
    question = LineField(max_length=LONGEST_WORDS)


class DebateDraft(DebateRequest, BoxDraft):
    """A debate that the team opens itself."""


class Dismissal(StrictSerializer):
    """Why the team does not debate it."""

    why = LineField(max_length=LONGEST_WORDS)


class DebatePoint(StrictSerializer):
    """A point, and what shows it: a figure, the question of a list of deals, a customer's words."""

    text = LineField(max_length=LONGEST_TEXT)
    figure = KpiField(default=None)
    deals = LineField(max_length=LONGEST_WORDS, allow_blank=True, default="")
    words = LineField(max_length=LONGEST_WORDS, allow_blank=True, default="")

    @staticmethod
    def brought(sent: dict[str, Any]) -> Brought:
        figure: Kpi | None = sent["figure"]
        slug = figure.slug if figure else ""
        return Brought(sent["text"], slug, sent["deals"], sent["words"])


class PointChosen(StrictSerializer):
    """One of the points."""

    point = OneOf("points")


class DebatePointWording(DebatePoint, PointChosen):
    """Other words for a point of one's own."""


class ExcuseDraft(StrictSerializer):
    """Of whom nothing is asked, and why."""

    seat = OneOf("seats")
    why = LineField(max_length=LONGEST_WORDS)


class ArgumentDraft(PointChosen):
    """What speaks for a point, or against it."""

    speaks = serializers.ChoiceField(Speaks.choices)
    text = LineField(max_length=LONGEST_TEXT)


class CardReply(StrictSerializer):
    """An answer to the card of the debate."""

    text = LineField(max_length=LONGEST_TEXT)


class PointWeight(PointChosen):
    """How much a point matters."""

    value = serializers.IntegerField(min_value=0, max_value=HEAVIEST)


class WeightsDraft(StrictSerializer):
    """How much each of these points matters."""

    weights = serializers.ListField(child=PointWeight(), max_length=MOST_WEIGHTS)


class OfferDraft(TermsDraft):
    """What is done, by whom (nobody named: the whole team), and what it shall do to the figure.

    `smallest` is in the unit of the figure: a share from 0 to 1.
    """

    doers = serializers.ListField(child=OneOf("people"), max_length=MOST_OTHERS, default=list)
    direction = serializers.ChoiceField(Direction.choices)
    smallest = DigitsField(decimal_places=PLACES)
    review_on = DayField()

    @classmethod
    def offer(cls, sent: dict[str, Any]) -> Offer:
        return Offer(
            terms=cls.terms_in(sent),
            doers=tuple(sent["doers"]),
            direction=Direction(sent["direction"]),
            smallest=sent["smallest"],
            review_on=sent["review_on"],
        )


class QuickDebateDraft(OfferDraft):
    """Something that can be taken back, about this figure."""

    kpi = KpiField()
    is_reversible = serializers.BooleanField()


class OtherOffer(OfferDraft):
    """A proposal in other words than those of this number."""

    proposal = OneOf("proposals")
    number = serializers.IntegerField(min_value=1, max_value=MOST_NUMBER)


class WordsChosen(StrictSerializer):
    """The words of a proposal that count."""

    version = OneOf("versions")


class ConsentDraft(WordsChosen):
    """Yes, and what shall be looked at in the end."""

    concern = LineField(max_length=LONGEST_WORDS, allow_blank=True, default="")


class ObjectionDraft(WordsChosen):
    """The four answers of who objects; management names what of the frame it would break."""

    harm = LineField(max_length=LONGEST_WORDS)
    is_new = serializers.BooleanField()
    is_certain = serializers.BooleanField()
    remedy = LineField(max_length=LONGEST_WORDS)
    touches_law = serializers.BooleanField(default=False)
    clause = LineField(max_length=LONGEST_WORDS, allow_blank=True, default="")

    @staticmethod
    def objection(sent: dict[str, Any]) -> Objection:
        return Objection(**{name: value for name, value in sent.items() if name != "version"})


class VerdictAnswer(StrictSerializer):
    """What the team does now that the figure has spoken, and what it learns."""

    experiment = OneOf("experiments")
    answer = serializers.ChoiceField(Next.choices)
    why = LineField(max_length=LONGEST_WORDS)


# -- what we answer ----------------------------------------------------------------------------


class SeatFacts(serializers.ModelSerializer):
    """Somebody who takes part, and on which side."""

    person = Person()

    class Meta:
        model = Seat
        fields = ("id", "person", "side", "excused_why")


class ArgumentFacts(serializers.ModelSerializer):
    """What speaks for a point or against it."""

    by = Person(source="seat.person")

    class Meta:
        model = Argument
        fields = ("by", "speaks", "text", "at")


class ReplyFacts(serializers.ModelSerializer):
    """What somebody answered to the card."""

    by = Person(source="seat.person")

    class Meta:
        model = Reply
        fields = ("by", "text")


class DebatePointFacts(serializers.ModelSerializer):
    """A point; while points are hidden one reads one's own. `mean` is told once all are weighed."""

    by = Person(source="seat.person")
    arguments = serializers.SerializerMethodField()
    mean = serializers.SerializerMethodField()

    class Meta:
        model = Point
        fields = ("id", "by", "text", "figure", "deals", "words", "place", "mean", "arguments")

    @extend_schema_field(ArgumentFacts(many=True))
    def get_arguments(self, point: Point) -> Any:
        seen: PointSeen = self.context["seen"][point.pk]
        return ArgumentFacts(seen.arguments, many=True).data

    def get_mean(self, point: Point) -> float | None:
        return getattr(point, "mean", None)


class ResponseFacts(serializers.ModelSerializer):
    """What somebody said to the words of a proposal."""

    by = Person(source="seat.person")

    class Meta:
        model = Response
        fields = (
            "by",
            "says",
            "concern",
            "harm",
            "is_new",
            "is_certain",
            "remedy",
            "touches_law",
            "clause",
            "at",
            "withdrawn_at",
        )


class ProposalFacts(serializers.ModelSerializer):
    """A proposal in the words that count; `version` is their key."""

    version = serializers.IntegerField(source="pk")
    proposal = serializers.IntegerField(source="proposal_id")
    by = Person(source="seat.person")
    doers = serializers.SerializerMethodField()
    responses = serializers.SerializerMethodField()

    class Meta:
        model = ProposalVersion
        fields = (
            "version",
            "proposal",
            "number",
            "by",
            "when",
            "then",
            "how_seen",
            "due_on",
            "every",
            "ends_on",
            "is_everybody",
            "doers",
            "direction",
            "smallest",
            "review_on",
            "responses",
        )

    @extend_schema_field(Person(many=True))
    def get_doers(self, version: ProposalVersion) -> Any:
        seen: ProposalSeen = self.context["seen"][version.pk]
        return Person(seen.doers, many=True).data

    @extend_schema_field(ResponseFacts(many=True))
    def get_responses(self, version: ProposalVersion) -> Any:
        seen: ProposalSeen = self.context["seen"][version.pk]
        return ResponseFacts(seen.responses, many=True).data


class ExperimentFacts(serializers.ModelSerializer):
    """What was decided, and what the figure said to it; means in the unit of the figure."""

    class Meta:
        model = Experiment
        fields = (
            "id",
            "version",
            "agreement",
            "is_trial",
            "decided_on",
            "review_on",
            "verdict",
            "n",
            "m",
            "before",
            "after",
            "z",
            "answer",
            "answer_why",
        )


class DebateLine(serializers.ModelSerializer):
    """A debate in a list."""

    asked_by = Person()
    until = serializers.DateField(allow_null=True)

    class Meta:
        model = Debate
        fields = (
            "id",
            "kpi",
            "question",
            "state",
            "until",
            "asked_by",
            "asked_at",
            "is_quick",
            "end",
            "ended_why",
            "over_at",
        )


class DebateFacts(serializers.Serializer):
    """A debate as whoever asks sees it."""

    debate = DebateLine()
    ends_on = serializers.DateField(source="debate.ends_on", allow_null=True)
    fallback = serializers.CharField(source="debate.fallback")
    rounds = serializers.IntegerField(source="debate.rounds")
    card = serializers.CharField()
    asked = serializers.SerializerMethodField()
    have_done = serializers.IntegerField()
    waits_for_me = serializers.BooleanField()
    seats = SeatFacts(many=True)
    points = serializers.SerializerMethodField()
    replies = ReplyFacts(many=True)
    proposals = serializers.SerializerMethodField()
    experiments = serializers.SerializerMethodField()

    def get_asked(self, room: Room) -> int:
        return len(room.asked)

    @extend_schema_field(DebatePointFacts(many=True))
    def get_points(self, room: Room) -> Any:
        context = {"seen": {seen.point.pk: seen for seen in room.points}}
        points = [seen.point for seen in room.points]
        return DebatePointFacts(points, many=True, context=context).data

    @extend_schema_field(ProposalFacts(many=True))
    def get_proposals(self, room: Room) -> Any:
        context = {"seen": {seen.version.pk: seen for seen in room.proposals}}
        versions = [seen.version for seen in room.proposals]
        return ProposalFacts(versions, many=True, context=context).data

    @extend_schema_field(ExperimentFacts(many=True))
    def get_experiments(self, room: Room) -> Any:
        return ExperimentFacts([seen.experiment for seen in room.experiments], many=True).data


class DebateList(serializers.Serializer):
    """A page of debates, the newest first."""

    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = DebateLine(many=True)


class BothDebates(serializers.Serializer):
    """Who came second: what was sent, and how it stands now."""

    detail = serializers.CharField()
    yours = serializers.DictField()
    theirs = DebateFacts()
