"""The room of a debate as somebody sees it on a day: what was said, and what waits for them.

While points are written blind, nobody is told of anybody else's: not what it says, and not whose.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Place
from agreements.models.states import CAME_TO_NOTHING
from dashboards import kpis, reading, writing
from dashboards.figures import Unit
from dashboards.models import Report
from dashboards.periods import PeriodKind
from dashboards.reading import Panel
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
from debates.models.packed import unpacked
from debates.models.point import TOP, PointQuerySet
from debates.models.proposal import ProposalVersionQuerySet
from debates.models.states import ANSWERING
from teams import story
from teams.models import Frame, LogEntry, Membership, User
from teams.models.frame import Clause

# Whatever somebody says from their seat.
S = TypeVar("S", Point, Argument, ProposalVersion, Response)

# So many points stand on a page, with a form beside each.
AT_ONCE = 20
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
    """A point in the room of its debate, with what was said about it."""

    point: Point
    room: "Room" = field(repr=False)
    forms: list[Any] = field(default_factory=list)

    @property
    def who(self) -> str:
        """Who brought it; blank while it is one's own and hidden."""
        return "" if self.room.debate.is_hidden else self.point.seat.person.name

    @cached_property
    def arguments(self) -> list[Argument]:
        """What speaks for it, and then what speaks against it."""
        return self.room.seated(unpacked(Argument, self.point.said))

    @property
    def evidence(self) -> Iterator[tuple[str, str]]:
        """What shows it: names and addresses."""
        slug = self.room.debate.team.slug
        if self.point.figure:
            url = reverse("dashboards:figure", args=[slug, self.point.figure])
            yield str(kpis.get(self.point.figure).name), url
        if self.point.deals:
            yield _("These deals"), f"{reverse('crm:deals', args=[slug])}?{self.point.deals}"

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
    doers: list[User]
    responses: list[Response]
    mine: Response | None
    room: "Room" = field(repr=False)
    forms: list[Any] = field(default_factory=list)

    @property
    def smallest(self) -> str:
        """The smallest effect that is worth it, in words."""
        return self.room.effect(self.version.smallest)

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
    """What `place` sees of a debate on this day; of its points the `page` that they ask for."""

    debate: Debate
    place: Place
    day: date
    page: str = ""

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
        if self.debate.opened_at is None:
            return []  # nobody is asked yet
        brought = Point.objects.filter(seat=OuterRef("pk"))
        weighed = Weight.objects.filter(seat=OuterRef("pk"))
        did = {"has_brought": Exists(brought), "has_weighed": Exists(weighed)}
        return list(self.debate.roster.annotate(**did).in_order().select_related("reply"))

    @cached_property
    def _seats_by_key(self) -> dict[int, Seat]:
        return {seat.pk: seat for seat in self.seats}

    def seated(self, things: Iterable[S]) -> list[S]:
        """The same, each with the seat of who said it: all of them are known here."""
        found = list(things)
        for each in found:
            each.seat = self._seats_by_key[each.seat_id]
        return found

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
        if self.state == State.GATHERING:
            return sum(seat.has_brought or seat.nothing_to_add for seat in self.asked)
        if self.state == State.CHALLENGING:
            return sum(seat.has_weighed for seat in self.asked)
        if self.state in ANSWERING:
            said = [{one.seat_id for one in each.responses} for each in self.proposals]
            return len(set.intersection({seat.pk for seat in self.asked}, *said))
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
    def people(self) -> list[User]:
        """Those of whom something is asked, by name: who can promise what is proposed."""
        return sorted((seat.person for seat in self.asked), key=attrgetter("name", "pk"))

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
        if self.debate.opened_at is None:
            return []
        found = self._points_to_read().with_arguments().with_weights_of(self.me)
        if self.debate.is_hidden:
            found = found.order_by("pk")
        elif self.state == State.CHALLENGING:
            found = found.order_by("place")
        else:
            found = found.by_weight()
        return [PointSeen(point, self) for point in self.seated(found)]

    @cached_property
    def shown(self) -> Page[PointSeen]:
        """So many of the points as fit on a page, each with what can be done about it."""
        return Paginator(self.points, AT_ONCE).get_page(self.page)

    @property
    def here(self) -> str:
        """The end of the address of this page, and of what is done on it; "" for the first."""
        return f"?page={self.shown.number}" if self.page and self.shown.number > 1 else ""

    @property
    def is_weighed(self) -> bool:
        """Whether the weights are told: all together, once nobody changes theirs any more."""
        return bool(self.points) and not self.debate.is_hidden and self.state != State.CHALLENGING

    @property
    def top_without_an_objection(self) -> int:
        """How many of the first points nothing was said against."""
        return sum(point.lacks_an_objection for point in self.points[:TOP])

    @cached_property
    def replies(self) -> list[Reply]:
        """What was answered to the card: by all, once nobody changes theirs any more."""
        if self.debate.is_hidden:
            return []
        is_open_to_change = self.state == State.CHALLENGING
        readable = self.seats if not is_open_to_change else [self.me] if self.me else []
        return [seat.reply for seat in readable if hasattr(seat, "reply")]

    @cached_property
    def proposals(self) -> list[ProposalSeen]:
        if self.state in {State.REQUESTED, State.GATHERING, State.CHALLENGING}:
            return []
        words = self._latest_words().select_related("proposal", "experiment__agreement")
        return [self._proposal(each) for each in self.seated(words.with_what_was_said())]

    def _proposal(self, words: ProposalVersion) -> ProposalSeen:
        said = self.seated(unpacked(Response, words.said))
        people = {seat.person_id: seat.person for seat in self.seats}
        return ProposalSeen(
            proposal=words.proposal,
            version=words,
            doers=[people[pk] for pk in words.promised_by],
            responses=[one for one in said if not one.seat.is_excused],
            mine=next((one for one in said if one.seat == self.me), None),
            room=self,
        )

    @cached_property
    def frame_clauses(self) -> list[Clause]:
        """What management can hold against a proposal: the frame that holds today."""
        frame = Frame.objects.in_force(self.debate.team, self.day)
        return frame.clauses if frame else []

    @cached_property
    def experiments(self) -> list[ExperimentSeen]:
        if self.state not in {State.DECIDED, State.EVALUATED}:
            return []
        words = [seen.version for seen in self.proposals if hasattr(seen.version, "experiment")]
        return [
            ExperimentSeen(each.experiment, each, self._told(each.experiment)) for each in words
        ]

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

    # -- the figure ------------------------------------------------------------------------------

    @cached_property
    def report(self) -> Report | None:
        """The newest report of a week: as far as that tells, both sides have read it."""
        return self.debate.team.reports.of(PeriodKind.WEEK).newest_first().first()

    @cached_property
    def _reported(self) -> dict[str, Any] | None:
        return reading.entry_of(self.debate.figure, self.report) if self.report else None

    @property
    def panel(self) -> Panel | None:
        """The figure through time, as it was reported."""
        if self.report is None or self._reported is None:
            return None
        return reading.panel(self._reported, self.report.payload)

    @cached_property
    def unit(self) -> str:
        """The unit of the team's figures."""
        if self._reported:
            return str(self._reported["unit"])
        return self.debate.figure.unit_for(self.debate.team)

    def effect(self, size: Decimal) -> str:
        """How much a figure shall change: of a share in percentage points."""
        if self.debate.figure.unit is not Unit.SHARE:
            return self._in_unit(size)
        return _("%(points)s percentage points") % {
            "points": number_format((100 * size).normalize())
        }

    def _in_unit(self, value: Decimal | float) -> str:
        return writing.with_unit(self.debate.figure, self.unit, Decimal(value))

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
            return not self.me.has_brought and not self.me.nothing_to_add
        if self.state == State.CHALLENGING:
            return not self.me.has_weighed
        return self.state in ANSWERING and any(one.mine is None for one in self.proposals)
