"""The debates of a team as rows for COPY: two large ones, as in a team of fifty people.

In one the points are challenged and weighed, in the other everybody is asked for consent. Eight
such debates have 1,000 points and 20,000 weights of 400 people. Words hold no tab, backslash or
line break.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bench.world import DAY, NO, SEED, WHAT, Line, Place, day_of, line, moment_of
from debates.happenings import Happening

PEOPLE = 50
POINTS = 125
WEIGHERS = 20
PROPOSALS = 3
YES = "true"


@dataclass
class Talk:
    """Lines of COPY's text by table, in the order in which the tables refer to each other."""

    debates: list[Line] = field(default_factory=list)
    seats: list[Line] = field(default_factory=list)
    points: list[Line] = field(default_factory=list)
    arguments: list[Line] = field(default_factory=list)
    weights: list[Line] = field(default_factory=list)
    proposals: list[Line] = field(default_factory=list)
    versions: list[Line] = field(default_factory=list)
    responses: list[Line] = field(default_factory=list)
    logbook: list[Line] = field(default_factory=list)


# What SQL has a meaning of its own for stands in quotes.
COLUMNS = {
    "debates": (
        "debates_debate",
        "id team_id kpi question asked_by_id is_asked_by_management asked_at side is_quick state"
        " date_by gather_until challenge_until propose_until ends_on fallback is_extended rounds"
        ' card frozen opened_at gathered_at "end" ended_why',
    ),
    "seats": (
        "debates_seat",
        "id team_id debate_id person_id side nothing_to_add excused_why took_part",
    ),
    "points": (
        "debates_point",
        "id team_id debate_id seat_id text figure deals words place",
    ),
    "arguments": ("debates_argument", "team_id debate_id point_id seat_id speaks text at"),
    "weights": ("debates_weight", "team_id debate_id point_id seat_id value"),
    "proposals": ("debates_proposal", "id team_id debate_id number latest is_decided"),
    "versions": (
        "debates_proposalversion",
        'id team_id debate_id proposal_id number seat_id "when" "then" how_seen due_on every'
        " is_everybody direction smallest review_on at",
    ),
    "responses": (
        "debates_response",
        "team_id debate_id version_id seat_id says concern harm remedy touches_law clause at",
    ),
}


def debates_of(place: Place, now: datetime) -> Talk:
    """Both debates of one team."""
    talk = Talk()
    for nth, (kpi, state) in enumerate((("win-rate", "challenging"), ("cycle-time", "consenting"))):
        _Debate(talk, place, 2 * place.index + nth + 1, int(now.timestamp())).write(kpi, state)
    return talk


class _Debate:
    """One debate of a team, being written."""

    def __init__(self, out: Talk, place: Place, pk: int, now: int) -> None:
        self.out, self.place, self.pk, self.now = out, place, pk, now
        self.began = now - 6 * DAY
        self.random = Random(f"{SEED} debate {pk}")
        self.seats = [(pk - 1) * PEOPLE + nth + 1 for nth in range(PEOPLE)]
        self.points = [(pk - 1) * POINTS + nth + 1 for nth in range(POINTS)]

    def write(self, kpi: str, state: str) -> None:
        self._row(kpi, state)
        for seat, person in zip(self.seats, self._people(), strict=True):
            side = "management" if seat == self.seats[-1] else "team"
            self._add(self.out.seats, seat, *self._here, person, side, NO, "", YES)
        for nth, point in enumerate(self.points, start=1):
            self._point(nth, point)
        if state == "consenting":
            for number in range(1, PROPOSALS + 1):
                self._proposal(number)
        for kind in (Happening.REQUESTED, Happening.DATED, Happening.REVEALED):
            at, told = moment_of(self.began), json.dumps({"slug": kpi})
            self._add(
                self.out.logbook,
                self.place.team, self.place.people[0], kind.value, "debates.debate", self.pk,
                at, at, kpi, told,
            )  # fmt: skip

    @property
    def _here(self) -> tuple[int, int]:
        return self.place.team, self.pk

    def _people(self) -> list[int]:
        """Who is of the team, and those with whom it would be one of fifty."""
        return [*self.place.people, *self.place.guests][:PEOPLE]

    def _add(self, table: list[Line], *cells: object) -> None:
        table.append(line(self.began, *cells))

    def _row(self, kpi: str, state: str) -> None:
        dates = [day_of(self.now + days * DAY) for days in (-3, 2, 4, 6)]
        if state == "consenting":
            dates = [day_of(self.now + days * DAY) for days in (-6, -4, -2, 6)]
        began = moment_of(self.began)
        self._add(
            self.out.debates,
            self.pk, self.place.team, kpi, "Why is it as it is?", self.place.people[0], NO, began,
            "", NO, state, day_of(self.began), *dates, "split", NO, 0,
            "customer", "{}", began, began, "", "",
        )  # fmt: skip

    def _point(self, nth: int, point: int) -> None:
        pick = self.random.choice
        words = f"{pick(WHAT)}: we call back too late, and nobody knows who has it ({nth})"
        self._add(
            self.out.points, point, *self._here, self.seats[nth % PEOPLE], words, "", "", "", nth
        )
        at = moment_of(self.began + DAY)
        for speaks in ("for", "against"):
            said = f"It was so before, {pick(WHAT).lower()} or not"
            self._add(self.out.arguments, *self._here, point, pick(self.seats), speaks, said, at)
        for seat in self.random.sample(self.seats, WEIGHERS):
            self._add(self.out.weights, *self._here, point, seat, self.random.randrange(5))

    def _proposal(self, number: int) -> None:
        pk, at = (self.pk - 1) * PROPOSALS + number, moment_of(self.began + 2 * DAY)
        due_on, review_on = (day_of(self.now + days * DAY) for days in (20, 60))
        self._add(self.out.proposals, pk, *self._here, number, 1, NO)
        self._add(
            self.out.versions,
            pk, *self._here, pk, 1, self.seats[number], "a customer asks",
            f"we call back within {number} hours", "It is on the deal", due_on, "",
            YES, "up", "1", review_on, at,
        )  # fmt: skip
        # The first is the one who reads the room, and has yet to answer.
        for seat in self.seats[1:]:
            self._add(self.out.responses, *self._here, pk, seat, "consents", "", "", "", NO, "", at)
