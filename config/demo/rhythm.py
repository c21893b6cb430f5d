"""The beat of the demo's world: its working week, and how many deals close in each.

Weeks are counted from the running one: 0 is this week, -1 the last whole week. Every figure hangs
on that number and on nothing else, so the demo tells the same story on whatever day it is built.
Moments are counted in working days from the Monday of this week: 2.5 is Wednesday in the middle
of the working day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
OPENS = time(8, 30)
WORKING_DAY = timedelta(hours=9)
DAYS = 5
# The last deals that are open today close so many weeks from now.
HORIZON = 60


def luck(*of: object) -> Random:
    """Chance that always falls the same way for the same thing."""
    return Random(":".join(map(str, of)))  # noqa: S311 -- a story, not a secret


class Closings(NamedTuple):
    """How many deals end in a week."""

    won: int
    lost: int


@dataclass(frozen=True)
class Calendar:
    """Turns working time into moments, seen from this one."""

    at: datetime

    @property
    def today(self) -> date:
        return self.at.astimezone(ZONE).date()

    @property
    def now(self) -> float:
        """This moment in working time; outside working hours the last moment that counted."""
        weekday = self.today.weekday()
        if weekday >= DAYS:
            return float(DAYS)
        part = (self.at - datetime.combine(self.today, OPENS, ZONE)) / WORKING_DAY
        return weekday + min(1.0, max(0.0, part))

    def moment(self, working: float) -> datetime:
        """The moment so many working days after this week's Monday morning, to the second, UTC."""
        days, part = divmod(working, 1)
        weeks, weekday = divmod(int(days), DAYS)
        monday = self.today - timedelta(days=self.today.weekday())
        day = monday + timedelta(weeks=weeks, days=weekday)
        opens = datetime.combine(day, OPENS, ZONE)
        moment = opens + timedelta(seconds=int(part * WORKING_DAY.total_seconds()))
        return moment.astimezone(UTC)

    def day(self, working: float) -> date:
        return self.moment(working).astimezone(ZONE).date()


@dataclass(frozen=True)
class Rhythm:
    """How a team's deals come and go.

    `busy` is the range of deals that close in a week, `share` of them are won. From the week
    `turn` on, the counts of `lately` hold instead, over and over. A deal takes about `days[0]`
    calendar days, and `days[1]` when it closes in the week `change` or later. What is sold from the
    week `richer` on is worth so many times as much.
    """

    seed: str
    busy: tuple[int, int]
    share: float
    days: tuple[float, float]
    change: int = HORIZON
    turn: int = HORIZON
    lately: Sequence[Closings] = ()
    richer: int = HORIZON
    times: Decimal = Decimal(1)

    def closings(self, week: int) -> Closings:
        if week >= self.turn:
            return self.lately[(week - self.turn) % len(self.lately)]
        chance = luck(self.seed, "closings", week)
        closed = chance.randint(*self.busy)
        won = round(closed * self.share + chance.uniform(-1.4, 1.4))
        return Closings(won, closed - won)

    def worth(self, amount: Decimal, week: int) -> Decimal:
        """What a deal is worth that closes in this week, in whole tens of euros."""
        return round(amount * self.times, -1) if week >= self.richer else amount

    def usual_days(self, week: int) -> float:
        """How many calendar days the deals that close in this week took in the middle."""
        typical = self.days[1] if week >= self.change else self.days[0]
        return typical * luck(self.seed, "days", week).uniform(0.9, 1.1)


RIJNMOND = Rhythm(
    "766:Rijnmond",
    busy=(9, 16),
    share=0.5,
    days=(30, 22),
    change=-12,
    turn=-12,
    # Shorter proposals clear the table for some weeks. Then fewer customers stay, while busy
    # weeks and calm ones alternate as ever.
    lately=(
        Closings(8, 8),
        Closings(7, 8),
        Closings(6, 9),
        Closings(6, 9),
        Closings(7, 9),
        Closings(4, 6),
        Closings(5, 8),
        Closings(5, 7),
        Closings(7, 9),
        Closings(5, 8),
        Closings(4, 6),
        Closings(6, 9),
    ),
)
VELUWE = Rhythm(
    "303:Veluwe",
    busy=(10, 15),
    share=0.54,
    days=(27, 27),
    richer=-42,
    times=Decimal("1.6"),
)
