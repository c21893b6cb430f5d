"""The room of a debate as somebody sees it on a day: what was said, and what waits for them.

While points are written blind, nobody is told of anybody else's: not what it says, and not whose.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Place
from agreements.models.states import CAME_TO_NOTHING
from dashboards import kpis, writing
from dashboards.figures import Unit
from debates import cards
from debates.models import (
    Argument,
    Debate,
    Experiment,
    Point,
    Proposal,
    ProposalVersion,
    Reply,
    Response,
    Seat,
    Side,
    Speaks,
    State,
    Verdict,
    Weight,
)
from debates.models.point import TOP, PointQuerySet
from debates.models.proposal import ProposalVersionQuerySet
from debates.models.states import ANSWERING
from teams import story
from teams.models import LogEntry, Membership, User

# What says in which colour a state stands; it always stands in words too.
COLOURS: dict[str, str] = {
    State.DECIDED: "won",
    State.EVALUATED: "won",
    State.LAPSED: "lost",
    State.NO_CHANGE: "",
    State.DISMISSED: "",
}
# The steps in the head of the room, and the states in which each is where we are.
STEPS: tuple[tuple[Promise, tuple[State, ...]], ...] = (
    (gettext_lazy("Points"), (State.GATHERING,)),
    (gettext_lazy("Challenge"), (State.CHALLENGING,)),
    (gettext_lazy("Proposal"), (State.PROPOSING,)),
    (gettext_lazy("Agreement"), ANSWERING),
)


class Step(NamedTuple):
    """One step of the way; `is_here` for where the debate is, `is_past` for what is behind it."""

    name: str
    is_here: bool
    is_past: bool


class Standing(NamedTuple):
    """How it stands, in a word, with its colour."""

    word: str
    colour: str


@dataclass
class PointSeen:
    """A point with what was said about it. `who` is blank while it is one's own and hidden."""

    point: Point
    who: str
    arguments: list[Argument]
    my_weight: int | None
    evidence: list[tuple[str, str]]
    forms: list[Any] = field(default_factory=list)

    @property
    def lacks_an_objection(self) -> bool:
        return not any(each.speaks == Speaks.AGAINST for each in self.arguments)


@dataclass
class ProposalSeen:
    """A proposal in the words that count, and who said what to it.

    `responses` are those that count: of somebody who is excused by now none does.
    """

    proposal: Proposal
    version: ProposalVersion
    doers: list[str]
    smallest: str
    responses: list[Response]
    mine: Response | None
    forms: list[Any] = field(default_factory=list)

    @property
    def objections(self) -> list[Response]:
        return [each for each in self.responses if each.is_open_objection]

    @property
    def agreeing(self) -> list[str]:
        """Who has nothing but a yes to say."""
        return [each.seat.person.name for each in self.responses if each.is_plain]

    @property
    def speaking(self) -> list[Response]:
        """Those who say more than yes."""
        return [each for each in self.responses if not each.is_plain]


@dataclass
class ExperimentSeen:
    """A decision, and what the figure said to it."""

    experiment: Experiment
    words: ProposalVersion
    told: str
    forms: list[Any] = field(default_factory=list)


@dataclass
class Room:
    """What `place` sees of a debate on this day."""

    debate: Debate
    place: Place
    day: date

    @property
    def pk(self) -> int:
        return self.debate.pk

    @property
    def state(self) -> State:
        return State(self.debate.state)

    @property
    def is_member(self) -> bool:
        return isinstance(self.place, Membership)

    @property
    def name(self) -> str:
        """What the figure is called."""
        return str(self.debate.figure.name)

    @property
    def standing(self) -> Standing:
        return Standing(str(self.state.label), COLOURS.get(self.state, ""))

    @property
    def steps(self) -> list[Step]:
        here = next((n for n, (_name, states) in enumerate(STEPS) if self.state in states), None)
        behind = here if here is not None else (0 if self.debate.is_open else len(STEPS))
        return [Step(str(name), n == here, n < behind) for n, (name, _of) in enumerate(STEPS)]

    @property
    def card(self) -> str:
        return cards.text_of(self.debate.card) if not self.debate.is_hidden else ""

    # -- who takes part --------------------------------------------------------------------------

    @cached_property
    def seats(self) -> list[Seat]:
        brought = Point.objects.filter(seat=OuterRef("pk"))
        weighed = Weight.objects.filter(seat=OuterRef("pk"))
        did = {"has_brought": Exists(brought), "has_weighed": Exists(weighed)}
        return list(self.debate.roster.annotate(**did).in_order())

    @cached_property
    def me(self) -> Seat | None:
        return next((seat for seat in self.seats if seat.person_id == self.place.user_id), None)

    @property
    def excused(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.is_excused]

    @property
    def asked(self) -> list[Seat]:
        return [seat for seat in self.seats if not seat.is_excused]

    @cached_property
    def have_done(self) -> int:
        """How many of those who are asked have done their part in this step; never who."""
        asked: list[Any] = self.asked
        if self.state == State.GATHERING:
            return sum(seat.has_brought or seat.nothing_to_add for seat in asked)
        if self.state == State.CHALLENGING:
            return sum(seat.has_weighed for seat in asked)
        if self.state in ANSWERING:
            said = [{one.seat_id for one in each.responses} for each in self.proposals]
            return len(set.intersection({seat.pk for seat in asked}, *said))
        return 0

    @property
    def pace(self) -> str:
        """How many have done their part, and how many are asked."""
        of = len(self.asked)
        if self.state not in {State.GATHERING, State.CHALLENGING, *ANSWERING}:
            return ""
        return _("%(done)d of %(of)d have done their part.") % {"done": self.have_done, "of": of}

    @property
    def has_management(self) -> bool:
        return any(seat.side == Side.MANAGEMENT for seat in self.seats)

    @property
    def people(self) -> QuerySet[User]:
        """Those of whom something is asked, by name: who can promise what is proposed."""
        asked = [seat.person_id for seat in self.asked]
        found: QuerySet[User] = User.objects.filter(pk__in=asked)
        return found.order_by("name", "pk")

    # -- what was said ---------------------------------------------------------------------------

    def choices(self, kind: type[Model]) -> QuerySet[Any]:
        """The things of this kind that one can speak about: of what is hidden there is none."""
        found: dict[type[Model], Callable[[], QuerySet[Any]]] = {
            Point: self._points_to_read,
            Proposal: self.debate.proposals.all,
            ProposalVersion: self._latest_words,
            Experiment: self.debate.experiments.all,
            Seat: self.debate.roster.asked,
        }
        return found[kind]()

    def _points_to_read(self) -> PointQuerySet:
        found = Point.objects.filter(debate=self.debate)
        if self.debate.is_hidden:
            return found.filter(seat=self.me.pk if self.me else None)
        return found

    def _latest_words(self) -> ProposalVersionQuerySet:
        return ProposalVersion.objects.filter(debate=self.debate).latest_words()

    @cached_property
    def points(self) -> list[PointSeen]:
        """While points are hidden one's own; then all, and once they are weighed by weight."""
        found = self._points_to_read().select_related("seat__person")
        if self.debate.is_hidden:
            found = found.order_by("pk")
        elif self.state == State.CHALLENGING:
            found = found.order_by("place")
        else:
            found = found.by_weight()
        said, mine = self._arguments, self._my_weights
        return [
            PointSeen(
                point=point,
                who="" if self.debate.is_hidden else point.seat.person.name,
                arguments=said[point.pk],
                my_weight=mine.get(point.pk),
                evidence=list(self._evidence(point)),
            )
            for point in found
        ]

    @property
    def is_weighed(self) -> bool:
        """Whether the weights are told: all together, once nobody changes theirs any more."""
        return bool(self.points) and not self.debate.is_hidden and self.state != State.CHALLENGING

    @property
    def top_without_an_objection(self) -> int:
        """How many of the first points nothing was said against."""
        return sum(point.lacks_an_objection for point in self.points[:TOP])

    @cached_property
    def _arguments(self) -> dict[int, list[Argument]]:
        found: dict[int, list[Argument]] = defaultdict(list)
        if not self.debate.is_hidden:
            said = Argument.objects.filter(debate=self.debate).select_related("seat__person")
            for argument in said.order_by("-speaks", "pk"):
                found[argument.point_id].append(argument)
        return found

    @cached_property
    def _my_weights(self) -> dict[int, int]:
        if self.state != State.CHALLENGING or self.me is None:
            return {}
        mine = Weight.objects.filter(seat=self.me)
        return dict(mine.values_list("point_id", "value"))

    def _evidence(self, point: Point) -> Any:
        slug = self.debate.team.slug
        if point.figure:
            url = reverse("dashboards:figure", args=[slug, point.figure])
            yield str(kpis.get(point.figure).name), url
        if point.deals:
            yield _("These deals"), f"{reverse('crm:deals', args=[slug])}?{point.deals}"

    @cached_property
    def replies(self) -> list[Reply]:
        """What was answered to the card: by all, once nobody changes theirs any more."""
        if self.debate.is_hidden:
            return []
        found = Reply.objects.filter(debate=self.debate).select_related("seat__person")
        if self.state == State.CHALLENGING:
            found = found.filter(seat=self.me.pk if self.me else None)
        return list(found.order_by("seat__person__name", "pk"))

    @cached_property
    def proposals(self) -> list[ProposalSeen]:
        if self.state in {State.REQUESTED, State.GATHERING, State.CHALLENGING}:
            return []
        words = self._latest_words().select_related("proposal", "seat__person")
        found = list(words.prefetch_related("doers__person"))
        said: dict[int, list[Response]] = defaultdict(list)
        responses = Response.objects.filter(version__in=[one.pk for one in found])
        for response in responses.select_related("seat__person").order_by("seat__person__name"):
            said[response.version_id].append(response)
        me = self.me.pk if self.me else None
        return [
            ProposalSeen(
                proposal=version.proposal,
                version=version,
                doers=[each.person.name for each in version.doers.all()],
                smallest=self._effect(version.smallest),
                responses=[one for one in said[version.pk] if not one.seat.is_excused],
                mine=next((one for one in said[version.pk] if one.seat_id == me), None),
            )
            for version in found
        ]

    @cached_property
    def experiments(self) -> list[ExperimentSeen]:
        if self.state not in {State.DECIDED, State.EVALUATED}:
            return []
        found = self.debate.experiments.select_related("version", "agreement").order_by("pk")
        return [ExperimentSeen(one, one.version, self._told(one)) for one in found]

    def _told(self, one: Experiment) -> str:
        """What the figure said to a decision, with what that rests on."""
        if not one.verdict:
            return ""
        if one.agreement.state in CAME_TO_NOTHING:
            return _("It never came into force, so there was nothing to judge.")
        said = f"{Verdict(one.verdict).label}."
        if one.before is None or one.after is None:
            return said
        means = _(
            "It was %(before)s, the mean of %(n)d weeks before the debate, and is %(after)s, the"
            " mean of %(m)d weeks since the decision."
        ) % {
            "before": self._in_unit(one.before),
            "after": self._in_unit(one.after),
            "n": one.n,
            "m": one.m,
        }
        return f"{said} {means}"

    @cached_property
    def _unit(self) -> str:
        return self.debate.figure.unit_for(self.debate.team)

    def _effect(self, size: Decimal) -> str:
        """How much a figure shall change: of a share in percentage points."""
        if self.debate.figure.unit is not Unit.SHARE:
            return self._in_unit(size)
        return _("%(points)s percentage points") % {"points": number_format(100 * size.normalize())}

    def _in_unit(self, value: Decimal | float) -> str:
        return writing.with_unit(self.debate.figure, self._unit, Decimal(value))

    @cached_property
    def history(self) -> list[tuple[LogEntry, str]]:
        """Everything that happened, oldest first, and how it reads."""
        entries = self.debate.team.logbook.about(self.debate).select_related("actor")
        return [(entry, story.line(entry)) for entry in entries.order_by("at", "pk")]

    @property
    def is_late(self) -> bool:
        """Whether the days of this state are over, and the job has not come by yet."""
        return self.debate.is_past_on(self.day)

    @property
    def why_no_round(self) -> str | None:
        """Why what somebody objects to cannot be put in other words any more."""
        return self.debate.why_no_round_on(self.day)

    @property
    def waits_for_me(self) -> bool:
        """Whether the debate waits for something that this person owes."""
        if self.me is None or self.me.is_excused or self.is_late:
            return False
        if self.state == State.GATHERING:
            return not self.points and not self.me.nothing_to_add
        if self.state == State.CHALLENGING:
            return not self._my_weights
        return self.state in ANSWERING and any(one.mine is None for one in self.proposals)
