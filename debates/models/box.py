"""The time box of a debate, its quorum and the ways out of it. Pure arithmetic on working days."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy

from agreements.models import clocks
from teams.models import Team

# Working days.
SHORTEST, USUAL, LONGEST = 4, 10, 20
TO_DATE, EXTENSION, QUICK = 5, 2, 2
# The shares of the box, in tenths, after which gathering, challenging and proposing are over.
GATHERED, CHALLENGED, PROPOSED = 3, 5, 7
TENTHS = 10
# How often a proposal is put in other words because somebody objected.
MOST_ROUNDS = 2
# Calendar days.
LONGEST_REVIEW = 90


class Fallback(models.TextChoices):
    """What holds when objections are left at the end, chosen at the beginning.

    That the manager decides is none of them.
    """

    TRIAL = "trial", gettext_lazy("we try it for a month, if two thirds of the answers are yes")
    DROP = "drop", gettext_lazy("we drop it all")
    SPLIT = "split", gettext_lazy("we do what nobody objects to")


@dataclass(frozen=True)
class Box:
    """The last days of gathering, challenging and proposing, and of the debate as a whole."""

    gather_until: date
    challenge_until: date
    propose_until: date
    ends_on: date

    @classmethod
    def of(cls, team: Team, day: date, days: int) -> "Box":
        """So many working days of the team from this day on, at least four."""
        parts = (max(1, days * GATHERED // TENTHS), days * CHALLENGED // TENTHS)
        counts = (*parts, days * PROPOSED // TENTHS + (days < USUAL), days)
        return cls(*(clocks.workdays_after(team, day, count) for count in counts))

    def later(self, team: Team, days: int) -> "Box":
        """The same, so many working days later."""
        ends = (self.gather_until, self.challenge_until, self.propose_until, self.ends_on)
        return Box(*(clocks.workdays_after(team, day, days) for day in ends))


def is_quorate(said: int, of: int) -> bool:
    """Whether so many of those who are asked are enough: four of five, and somebody."""
    return said > 0 and 5 * said >= 4 * of
