"""What became of a figure after something was changed: the periods since, against those before.

Pure arithmetic. With b̄ the mean of n figures before, ā that of m figures after it, and
σ̂ = mean moving range / 1.128 (the constant d₂ of two figures, Wheeler 2003):

    z = (ā − b̄) / (σ̂ · √(1/m + 1/n))

A change is told where |z| > 3 and the picture shows it too: a figure outside the limits of before,
or all of them on one side of its centre. `bench/verdicts.py` measures how often that is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean

from dashboards.xmr import Limits, Side

SIGMAS = 3
RANGE_OF_TWO = 1.128
FEWEST_BEFORE, FEWEST_AFTER = 8, 4


class Verdict(StrEnum):
    IMPROVED = "improved"
    WORSENED = "worsened"
    NO_CHANGE = "no-change"
    INSUFFICIENT = "insufficient"
    CONFOUNDED = "confounded"


@dataclass(frozen=True)
class Effect:
    """The verdict with what it rests on: means in the unit of the figure, and numbers of periods.

    `z`, `before` and `after` are None where there are too few figures to say anything.
    """

    verdict: Verdict
    n: int
    m: int
    before: float | None = None
    after: float | None = None
    z: float | None = None


def effect(before: Limits | None, after: Sequence[float], wanted: Side) -> Effect:
    """What the figures after say, held against the limits of those before.

    `before` is None where the figures before bear no limits; `wanted` is the side on which
    a change is an improvement.
    """
    n, m = before.n if before else 0, len(after)
    if before is None or n < FEWEST_BEFORE or m < FEWEST_AFTER:
        return Effect(Verdict.INSUFFICIENT, n, m)
    now = mean(after)
    spread = before.mean_range / RANGE_OF_TWO * math.sqrt(1 / m + 1 / n)
    z = (now - before.centre) / spread
    return Effect(_told(z, before, after, wanted), n, m, before.centre, now, z)


def _told(z: float, before: Limits, after: Sequence[float], wanted: Side) -> Verdict:
    if abs(z) <= SIGMAS or not _is_seen(before, after):
        return Verdict.NO_CHANGE
    went = Side.UP if z > 0 else Side.DOWN
    return Verdict.IMPROVED if went is wanted else Verdict.WORSENED


def _is_seen(before: Limits, after: Sequence[float]) -> bool:
    sides = {before.side_of(figure) for figure in after}
    return any(map(before.outside, after)) or (len(sides) == 1 and sides != {None})
