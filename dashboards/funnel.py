"""How far shares of different teams lie apart by chance alone. Pure arithmetic.

A funnel plot after D. J. Spiegelhalter, Funnel plots for comparing institutional performance,
Statistics in Medicine 24 (2005) 1185-1202: the limits around the common share are those of the
binomial distribution itself, interpolated between its whole numbers (his appendix A.1.1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

# Two-sided 95 % and 99.8 %: what two and three standard deviations would be.
TAILS = (0.001, 0.025, 0.975, 0.999)


class Place(StrEnum):
    """Where a share lies among those that chance gives."""

    WITHIN = "within"  # where 95 of 100 lie
    EDGE = "edge"  # outside that, where a few lie without any reason
    BEYOND = "beyond"  # where 2 of 1,000 would lie


@dataclass(frozen=True)
class Funnel:
    """The limits around a share for so many cases, as fractions 0 to 1."""

    low_far: float
    low: float
    high: float
    high_far: float

    def place(self, share: float) -> Place:
        """Where this share lies; on a limit is within it."""
        if not self.low_far <= share <= self.high_far:
            return Place.BEYOND
        return Place.WITHIN if self.low <= share <= self.high else Place.EDGE


def funnel(common: float, cases: int) -> Funnel:
    """The limits for so many cases where the common share is this.

    Raises ValueError where there are no cases or the share is none.
    """
    if cases < 1 or not 0 <= common <= 1:
        raise ValueError(f"There is no funnel around {common} for {cases} cases.")
    return Funnel(*(_limit(common, cases, tail) for tail in TAILS))


def _limit(common: float, cases: int, tail: float) -> float:
    below, successes = 0.0, 0
    chance = _chance(common, cases, 0)
    while below + chance <= tail and successes < cases:
        below += chance
        successes += 1
        chance = _chance(common, cases, successes)
    interpolated = (below + chance - tail) / chance if chance else 0.0
    return min(1.0, max(0.0, (successes - interpolated) / cases))


def _chance(common: float, cases: int, successes: int) -> float:
    """The binomial probability of exactly so many successes."""
    if common in {0.0, 1.0}:
        return float(successes == common * cases)
    ways = math.lgamma(cases + 1) - math.lgamma(successes + 1) - math.lgamma(cases - successes + 1)
    failures = cases - successes
    return math.exp(ways + successes * math.log(common) + failures * math.log1p(-common))
