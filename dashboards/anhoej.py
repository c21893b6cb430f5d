"""Run and control charts by the book: a centre, three standard deviations, and runs about it. Pure.

These are the charts of statistics packages, for comparing with them; what the product shows is
`dashboards.spc`. Whether a series is random about its centre is told by its longest run and its
number of crossings, from all of it at once: J. Anhøj and A. V. Olesen, PLoS ONE 9(11) (2014)
e113825. Limits by D. C. Montgomery, Introduction to Statistical Quality Control; of P′ by Laney
(`dashboards.pprime`), of days and cases between rare events as in `dashboards.rare`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from dashboards.pprime import share_limits
from dashboards.rare import POWER
from dashboards.xmr import Figures, Limits, Profile, mean, moving_ranges, natural_limits, present

# The factor on the average moving range that bounds a single one (D4 of pairs).
RANGES = 3.267
ALPHA = 0.05


@dataclass(frozen=True)
class Points:
    """The points of a chart, and the cases behind each; counts in units of `multiply`.

    `values` are what was counted or measured; a share or a rate is divided by its cases first.
    """

    values: Figures
    cases: Sequence[float] | None = None
    multiply: float = 1.0

    def only(self, which: Sequence[int]) -> Points:
        cases = None if self.cases is None else [self.cases[at] for at in which]
        return Points([self.values[at] for at in which], cases, self.multiply)

    @property
    def plotted(self) -> list[float | None]:
        if self.cases is None:
            return list(self.values)
        return [
            None if value is None or not of else value / of * self.multiply
            for value, of in zip(self.values, self.cases, strict=True)
        ]

    @property
    def common(self) -> float:
        """All that was counted over all cases, in units of `multiply`."""
        assert self.cases is not None
        pairs = zip(self.values, self.cases, strict=True)
        both = [(value, of) for value, of in pairs if value is not None and of]
        counted, cases = (math.fsum(each) for each in zip(*both, strict=True))
        return counted / cases * self.multiply


@dataclass(frozen=True)
class Line:
    """Centre and limits at one point; None where there are none."""

    centre: float
    lower: float | None = None
    upper: float | None = None

    def side_of(self, value: float | None) -> int:
        """1 above the centre, -1 below it, 0 on it or where there is no figure."""
        if value is None or math.isclose(value, self.centre, rel_tol=1e-12):
            return 0
        return 1 if value > self.centre else -1

    def is_beyond(self, value: float | None) -> bool:
        if value is None or self.lower is None or self.upper is None:
            return False
        return value > self.upper or value < self.lower


# From the points that limits rest on, the lines at any points.
Lines = Callable[[Points, Points, Profile], list[Line]]


def _run(base: Points, points: Points, _profile: Profile) -> list[Line]:
    return [Line(median(present(base.plotted)))] * len(points.values)


def _single(base: Points, points: Points, profile: Profile) -> list[Line]:
    limits = natural_limits(base.plotted, profile)
    middle = mean(present(base.plotted))
    line = Line(middle, limits.lower, limits.upper) if limits else Line(middle)
    return [line] * len(points.values)


def _ranges(base: Points, points: Points, _profile: Profile) -> list[Line]:
    usual = mean(present(base.plotted))
    return [Line(usual, 0.0, RANGES * usual)] * len(points.values)


def _counts(base: Points, points: Points, _profile: Profile) -> list[Line]:
    usual = mean(present(base.plotted))
    reach = 3 * math.sqrt(usual)
    return [Line(usual, max(usual - reach, 0.0), usual + reach)] * len(points.values)


def _rates(base: Points, points: Points, _profile: Profile) -> list[Line]:
    usual = base.common
    reaches = [3 * math.sqrt(usual * base.multiply / of) for of in points.cases or ()]
    return [Line(usual, max(usual - reach, 0.0), usual + reach) for reach in reaches]


def _shares(base: Points, points: Points, _profile: Profile) -> list[Line]:
    usual, whole = base.common, base.multiply
    reaches = [3 * math.sqrt(usual * (whole - usual) / of) for of in points.cases or ()]
    return [_cut(usual, reach, whole) for reach in reaches]


def _uneven_shares(base: Points, points: Points, profile: Profile) -> list[Line]:
    assert base.cases is not None
    limits = share_limits(base.plotted, [round(of) for of in base.cases], profile)
    if limits is None:
        return [Line(base.common)] * len(points.values)
    reaches = [limits.upper - limits.centre for limits in _each(limits, points)]
    return [_cut(limits.centre, reach, base.multiply) for reach in reaches]


def _each(limits: Limits, points: Points) -> list[Limits]:
    return [limits.of(round(of)) for of in points.cases or ()]


def _cut(centre: float, reach: float, whole: float) -> Line:
    """A share is nothing at least, and the whole at most."""
    return Line(centre, max(centre - reach, 0.0), min(centre + reach, whole))


def _days_between(base: Points, points: Points, profile: Profile) -> list[Line]:
    powers = [value ** (1 / POWER) for value in present(base.plotted)]
    limits, middle = natural_limits(powers, profile), mean(powers) ** POWER
    if limits is None:
        return [Line(middle)] * len(points.values)
    line = Line(middle, max(limits.lower, 0.0) ** POWER, limits.upper**POWER)
    return [line] * len(points.values)


def _cases_between(base: Points, points: Points, _profile: Profile) -> list[Line]:
    gaps = present(base.plotted)
    usual = mean(gaps)
    reach = 3 * math.sqrt(usual * (usual + 1))
    line = Line(float(median(gaps)), max(usual - reach, 0.0), usual + reach)
    return [line] * len(points.values)


CHARTS: dict[str, Lines] = {
    "run": _run,
    "i": _single,
    "mr": _ranges,
    "c": _counts,
    "u": _rates,
    "p": _shares,
    "pp": _uneven_shares,
    "t": _days_between,
    "g": _cases_between,
}
BY_CASES = frozenset({"u", "p", "pp"})


def lines_of(
    chart: str,
    points: Points,
    part: Sequence[int],
    *,
    left_out: Sequence[int],
    freeze: int | None,
    profile: Profile,
) -> list[Line]:
    """The lines of one part, resting on its points that are not left out, the first ones if frozen.

    Raises ValueError where that leaves none.
    """
    rests_on = [at for at in part if at not in left_out and (freeze is None or at < freeze)]
    base = points.only(rests_on)
    if not present(base.plotted):
        raise ValueError("No figure is left for the centre of a part.")
    return CHARTS[chart](base, points.only(part), profile)


@dataclass(frozen=True)
class Runs:
    """How random a series is about its centre; without a point off it nothing can be said."""

    observed: int
    useful: int
    longest: int
    crossings: int

    @classmethod
    def of(cls, values: Figures, lines: Sequence[Line]) -> Runs:
        sides = [line.side_of(value) for value, line in zip(values, lines, strict=True)]
        off = [side for side in sides if side]
        lengths = [len(list(run)) for _side, run in groupby(off)]
        crossed = sum(here != there for here, there in pairwise(off))
        return cls(len(values), len(off), max(lengths, default=0), crossed)

    @property
    def longest_max(self) -> int | None:
        """The longest run that chance gives."""
        return round(math.log2(self.useful)) + 3 if self.useful else None

    @property
    def crossings_min(self) -> int | None:
        """The fewest crossings that chance gives, in all but one of twenty series."""
        if not self.useful:
            return None
        steps, below, least = self.useful - 1, 0.0, 0
        while (below := below + math.comb(steps, least) / 2**steps) < ALPHA:
            least += 1
        return least

    @property
    def is_signal(self) -> bool:
        if self.longest_max is None or self.crossings_min is None:
            return False
        return self.longest > self.longest_max or self.crossings < self.crossings_min


def moved(values: Figures) -> Points:
    """The ranges between neighbours, as the points of a chart of their own."""
    return Points(moving_ranges(values))
