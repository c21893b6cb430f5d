"""The life of every deal in the demo, from the first call to the end, drawn by seeded chance."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from config.demo import words
from config.demo.rhythm import DAYS, HORIZON, Rhythm, luck

# Where a deal stands on the team's process; see `config.demo.teams`.
CONTACT, NEEDS, PROPOSAL, AGREEMENT, WON, LOST = range(6)
OPEN_STAGES = (CONTACT, NEEDS, PROPOSAL, AGREEMENT)

CURVE = NormalDist()
SPREAD = 0.5  # of the logarithm of a deal's length
SHORTEST = 1.0  # working days
# How long a deal stands in each stage, as a part of its whole life, and how often deals are
# lost from there.
PARTS = (0.75, 0.95, 1.15, 1.25)
LOST_FROM = (10, 20, 42, 28)
GOES_BACK = 0.05
DAWDLES = 0.09
DAWDLING = 2.4
WAITS_FOR_AN_OWNER = 0.25
LONGEST_WAIT = 0.6  # working days
SOON = 0.02  # working days until somebody says what comes next
# One move in so many is made by a team mate who lends a hand.
HELPED = 7
# The customers that a newcomer meets on the board stand first, and come back lately.
WELL_KNOWN = 22
WELL_KNOWN_FROM = -4


class Doing(NamedTuple):
    """One thing that somebody does with a deal: "add", "take", "enter" or "step".

    A step is what somebody says will come next, by the moment `until`; None clears it.
    """

    at: float
    verb: str
    by: int
    stage: int
    until: float | None = None


@dataclass(frozen=True)
class Life:
    """One deal as it will have been. Moments are in working days; see `config.demo.rhythm`.

    `stays` are the stages it enters and when, the last of them won or lost. `taken_at` is None
    for a deal that somebody had from the start. People are numbers in the team.
    """

    key: str
    customer: int
    title: str
    source: str
    amount: Decimal
    owner: int
    colleague: int
    taken_at: float | None
    stays: tuple[tuple[int, float], ...]
    loss_reason: str

    @property
    def begins(self) -> float:
        return self.stays[0][1]

    def doings(self) -> Iterator[Doing]:
        """Everything that is done with this deal, in the order of time."""
        yield Doing(self.begins, "add", self.colleague if self.taken_at else self.owner, CONTACT)
        if self.taken_at:
            yield Doing(self.taken_at, "take", self.owner, CONTACT)
        for turn, ((stage, enters), (_, leaves)) in enumerate(pairwise(self.stays), start=1):
            if stage != CONTACT:
                yield Doing(enters, "enter", self._mover(turn), stage)
            told = self.taken_at if stage == CONTACT and self.taken_at else enters
            soon = told + min(SOON, (leaves - told) / 2)
            yield Doing(soon, "step", self.owner, stage, leaves)
        end, closes = self.stays[-1]
        yield Doing(closes, "enter", self.owner, end)

    def _mover(self, turn: int) -> int:
        # Mostly who has the deal; now and then a team mate lends a hand.
        return self.colleague if (self.customer + turn) % HELPED == 0 else self.owner


def lives(rhythm: Rhythm, *, first_week: int, people: int, customers: int) -> Iterator[Life]:
    """Every deal that closes in or after the first week, also those that are still open today."""
    asked: set[tuple[int, str]] = set()
    for week in range(first_week, HORIZON):
        won, lost = rhythm.closings(week)
        chance = luck(rhythm.seed, "lives", week)
        ends = [WON] * won + [LOST] * lost
        chance.shuffle(ends)
        lengths = _lengths(rhythm.usual_days(week) * DAYS / 7, len(ends), chance)
        for index, (end, length) in enumerate(zip(ends, lengths, strict=True)):
            closes = DAYS * (week + (index + chance.random()) / len(ends))
            one = luck(rhythm.seed, week, index)
            title, amount = _request(one)
            yield Life(
                key=f"{rhythm.seed}:{week}:{index}",
                customer=_customer(_who_comes(one, week, customers), title, asked, customers),
                title=title,
                source=one.choice(words.SOURCES),
                amount=rhythm.worth(amount, week),
                owner=(owner := one.randrange(people)),
                colleague=(owner + one.randrange(1, people)) % people,
                taken_at=_taken(one, closes - length, length),
                stays=_stays(one, end, closes, length),
                loss_reason=_reason(one, rhythm, week) if end == LOST else "",
            )


def _lengths(middle: float, count: int, chance: Random) -> list[float]:
    """Lengths in working days that spread around the middle as deals do: many short, some long.

    One from each part of the curve, so that the middle of a week is that week's and no accident.
    """
    lengths = [
        middle * 2.718 ** (SPREAD * CURVE.inv_cdf((index + chance.uniform(0.2, 0.8)) / count))
        for index in range(count)
    ]
    chance.shuffle(lengths)
    return [
        max(SHORTEST, length * DAWDLING)
        if length > middle and chance.random() < 2 * DAWDLES
        else max(SHORTEST, length)
        for length in lengths
    ]


def _request(chance: Random) -> tuple[str, Decimal]:
    title, amounts = chance.choice(words.REQUESTS)
    return title, Decimal(chance.choices(amounts, weights=(2, 4, 3))[0])


def _who_comes(chance: Random, week: int, customers: int) -> int:
    """Any customer; on today's board mostly the well-known."""
    lately = week >= WELL_KNOWN_FROM and chance.random() < 2 / 3
    return chance.randrange(WELL_KNOWN if lately else customers)


def _customer(customer: int, title: str, asked: set[tuple[int, str]], customers: int) -> int:
    """This customer, or the next one who has not asked for the same before."""
    while (customer, title) in asked:
        customer = (customer + 1) % customers
    asked.add((customer, title))
    return customer


def _taken(chance: Random, begins: float, length: float) -> float | None:
    waits = chance.random() < WAITS_FOR_AN_OWNER
    return begins + min(LONGEST_WAIT, length / 10) * chance.random() if waits else None


def _stays(chance: Random, end: int, closes: float, length: float) -> tuple[tuple[int, float], ...]:
    path = list(OPEN_STAGES)
    if end == LOST:
        path = path[: chance.choices(range(1, 5), weights=LOST_FROM)[0]]
    if len(path) > PROPOSAL and chance.random() < GOES_BACK:
        path[PROPOSAL + 1 : PROPOSAL + 1] = [NEEDS, PROPOSAL]
    weights = [PARTS[stage] * chance.uniform(0.6, 1.4) for stage in path]
    shares = [part / sum(weights) for part in accumulate(weights, initial=0)]
    entered = [closes - length * (1 - share) for share in shares]
    return tuple(zip([*path, end], entered, strict=True))


def _reason(chance: Random, rhythm: Rhythm, week: int) -> str:
    lately = week >= rhythm.turn and chance.random() < 2 / 3
    return chance.choice(words.LATELY_LOST if lately else words.LOSSES)
