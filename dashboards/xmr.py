"""The XmR chart: natural limits of a series, and the rules that find signals in it.

Pure arithmetic on a series of figures, one per period, oldest first; `None` is a
period without a figure and never counts as zero. Source, where nothing else is named:
D. J. Wheeler, Making Sense of Data, SPC Press 2003.

A `Profile` holds the constants and the rules under one name. `natural_limits` computes
the range a process keeps by itself, `judge` holds a series against such a range. This
module knows no guards: see `dashboards.spc` for what may be shown to whom.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median
from typing import Protocol

Figures = Sequence[float | None]

# Two figures closer than this share of the larger limit are the same figure, so that
# rounding in the last bit of a mean never puts a point outside or off the line.
_SAME = 1e-12


class Side(StrEnum):
    """Up is above a line or rising, down is below it or falling."""

    UP = "up"
    DOWN = "down"


class Rule(StrEnum):
    """What makes a figure a signal; the clearest evidence first."""

    OUTSIDE = "outside"
    RUN = "run"
    TREND = "trend"
    NEAR = "near"


# How clear the evidence is: 0 is the clearest.
CLARITY = {rule: rank for rank, rule in enumerate(Rule)}


@dataclass(frozen=True)
class Finding:
    """One signal: the figures that a rule picked out.

    Indexes count in the series that was judged. `completed` is the index at which the
    rule first held; `points` are all indexes it picks out, from `onset` to `end`.
    """

    onset: int
    end: int
    rule: Rule
    side: Side
    completed: int
    points: tuple[int, ...]

    def touches(self, other: Finding) -> bool:
        """Whether both speak of the same matter: same side, overlapping in time."""
        return self.side == other.side and self.onset <= other.end and other.onset <= self.end

    def later_by(self, periods: int) -> Finding:
        """The same finding, counted in a series that begins `periods` earlier."""
        return replace(
            self,
            onset=self.onset + periods,
            end=self.end + periods,
            completed=self.completed + periods,
            points=tuple(index + periods for index in self.points),
        )


@dataclass(frozen=True)
class Limits:
    """The natural range of a process, in the unit of its figures.

    `mean_range` is the average (or median) moving range the limits rest on, `n` the
    number of figures they were computed from. Where `cases` is a number, this is the range of a
    period of so many cases, and that of fewer is wider (`dashboards.pprime`).
    """

    centre: float
    lower: float
    upper: float
    mean_range: float
    n: int
    cases: float | None = None

    @cached_property
    def slack(self) -> float:
        """How far two figures may differ and still count as the same."""
        return _SAME * max(abs(self.lower), abs(self.upper))

    def side_of(self, value: float) -> Side | None:
        """The side of the centre line the value lies on; None on the line itself."""
        return self._beyond(value, self.centre, self.centre)

    def outside(self, value: float) -> Side | None:
        """The side on which the value lies beyond a limit; on a limit is within."""
        return self._beyond(value, self.lower, self.upper)

    def past(self, value: float, share: float) -> Side | None:
        """The side on which the value lies beyond a share of the way to the limit."""
        reach = share * (self.upper - self.centre)
        return self._beyond(value, self.centre - reach, self.centre + reach)

    def of(self, cases: int | None) -> Limits:
        """The range of a period of so many cases; this one where that is unknown or no matter."""
        if self.cases is None or not cases:
            return self
        wider = math.sqrt(self.cases / cases)
        return replace(
            self,
            lower=self.centre - wider * (self.centre - self.lower),
            upper=self.centre + wider * (self.upper - self.centre),
            mean_range=wider * self.mean_range,
            cases=cases,
        )

    def _beyond(self, value: float, lower: float, upper: float) -> Side | None:
        if value - upper > self.slack:
            return Side.UP
        return Side.DOWN if lower - value > self.slack else None


# --- rules ---------------------------------------------------------------------------

# What a rule walks along: (index in the series, figure), none of them missing.
Stretch = Sequence[tuple[int, float]]


class Evidence(Protocol):
    """A rule: picks findings out of one stretch of figures. Reports know it by its `name`."""

    @property
    def name(self) -> str: ...

    def __call__(self, stretch: Stretch, limits: Limits) -> Iterator[Finding]:
        """Yield the findings on this stretch, oldest first."""


@dataclass(frozen=True)
class Outside:
    """A figure beyond a limit; neighbours beyond the same limit are one finding."""

    @property
    def name(self) -> str:
        return "outside"

    def __call__(self, stretch: Stretch, limits: Limits) -> Iterator[Finding]:
        for side, group in groupby(stretch, key=lambda point: limits.outside(point[1])):
            if side:
                members = [index for index, _ in group]
                yield _finding(Rule.OUTSIDE, side, members, completed=members[0])


@dataclass(frozen=True)
class OutsideTwice:
    """A figure beyond a limit, and one beside it that comes at least close to the same limit.

    Close is beyond two thirds of the way. For figures of which a lone one is easily far out: of few
    cases, of skewed durations, or hanging together.
    """

    @property
    def name(self) -> str:
        return "outside-beside-another"

    def __call__(self, stretch: Stretch, limits: Limits) -> Iterator[Finding]:
        for side, group in groupby(stretch, key=lambda point: limits.past(point[1], 2 / 3)):
            close = list(group)
            out = [nth for nth, (_, value) in enumerate(close) if limits.outside(value)]
            if side and out and len(close) > 1:
                members = [index for index, _ in close]
                yield _finding(Rule.OUTSIDE, side, members, completed=members[max(out[0], 1)])


@dataclass(frozen=True)
class Run:
    """At least `length` successive figures on one side of the centre line.

    A figure exactly on the line ends a run, or is passed over where `line_ends` is
    false.
    """

    length: int
    line_ends: bool

    @property
    def name(self) -> str:
        return f"{self.length}-on-one-side"

    def __call__(self, stretch: Stretch, limits: Limits) -> Iterator[Finding]:
        sided = [(index, limits.side_of(value)) for index, value in stretch]
        if not self.line_ends:
            sided = [(index, side) for index, side in sided if side]
        for side, group in groupby(sided, key=lambda point: point[1]):
            members = [index for index, _ in group]
            if side and len(members) >= self.length:
                yield _finding(Rule.RUN, side, members, completed=members[self.length - 1])


@dataclass(frozen=True)
class Trend:
    """At least `length` successive figures, each strictly above (or below) the last."""

    length: int

    @property
    def name(self) -> str:
        return f"{self.length}-one-way"

    def __call__(self, stretch: Stretch, limits: Limits) -> Iterator[Finding]:
        for side, group in groupby(pairwise(stretch), key=_direction):
            steps = list(group)
            members = [steps[0][0][0], *(after[0] for _, after in steps)]
            if side and len(members) >= self.length:
                yield _finding(Rule.TREND, side, members, completed=members[self.length - 1])


@dataclass(frozen=True)
class NearLimit:
    """`hits` of `window` successive figures nearer to one limit than to the centre line.

    Figures beyond the limit count as well; the whole window is picked out.
    """

    hits: int
    window: int

    @property
    def name(self) -> str:
        return f"{self.hits}-of-{self.window}-near"

    def __call__(self, stretch: Stretch, limits: Limits) -> Iterator[Finding]:
        near = [limits.past(value, 1 / 2) for _, value in stretch]
        for side in Side:
            for start, stop in _joined(
                (start, start + self.window)
                for start in range(len(near) - self.window + 1)
                if near[start : start + self.window].count(side) >= self.hits
            ):
                members = [index for index, _ in stretch[start:stop]]
                yield _finding(Rule.NEAR, side, members, completed=members[self.window - 1])


@dataclass(frozen=True)
class TwoOfThree:
    """Two of three successive figures close to one limit, all three on that side.

    Close is beyond two thirds of the way, yet within the limit; only the close figures
    are picked out (NHS England, Making Data Count).
    """

    @property
    def name(self) -> str:
        return "2-of-3-near"

    def __call__(self, stretch: Stretch, limits: Limits) -> Iterator[Finding]:
        close = [close_to_limit(value, limits) for _, value in stretch]
        sides = [limits.side_of(value) for _, value in stretch]
        for side in Side:
            for start, stop in _joined(
                (start, start + 3)
                for start in range(len(close) - 2)
                if sides[start : start + 3].count(side) == 3  # noqa: PLR2004
                and close[start : start + 3].count(side) >= 2  # noqa: PLR2004
            ):
                members = [stretch[at][0] for at in range(start, stop) if close[at]]
                yield _finding(Rule.NEAR, side, members, completed=stretch[start + 2][0])


def close_to_limit(value: float, limits: Limits) -> Side | None:
    """The limit the value comes close to without crossing it (two thirds of the way)."""
    return None if limits.outside(value) else limits.past(value, 2 / 3)


def _finding(rule: Rule, side: Side, members: Sequence[int], *, completed: int) -> Finding:
    return Finding(members[0], members[-1], rule, side, completed, tuple(members))


def _direction(step: tuple[tuple[int, float], tuple[int, float]]) -> Side | None:
    (_, before), (_, after) = step
    if after == before:
        return None
    return Side.UP if after > before else Side.DOWN


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping spans as one; each is (start, stop), ordered by start."""
    joined: list[tuple[int, int]] = []
    for start, stop in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined


# --- profiles ------------------------------------------------------------------------


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; of equal figures exactly that figure."""
    first = values[0]
    return first + math.fsum(value - first for value in values) / len(values)


@dataclass(frozen=True)
class Profile:
    """Constants and rules under one name, to be stored with every baseline.

    `limit_factor` and `range_factor` multiply the average moving range: 2.660 and 3.268
    for the mean, 3.145 and 3.865 for the median (Wheeler 2003). With `screened`, ranges
    of `screen_factor` times the average and more are left out once (Nelson, Journal of
    Quality Technology 14(3), 1982). `gaps_end` says whether a missing figure ends runs,
    trends and windows, or is passed over.
    """

    name: str
    rules: tuple[Evidence, ...]
    limit_factor: float = 2.66
    range_factor: float = 3.268
    screen_factor: float = 3.267
    screened: bool = False
    gaps_end: bool = False
    centre: Callable[[Sequence[float]], float] = mean
    spread: Callable[[Sequence[float]], float] = mean

    @property
    def rule_names(self) -> list[str]:
        """What its rules are called in a report."""
        return [rule.name for rule in self.rules]


NHS = Profile(
    "nhs",
    rules=(Outside(), Trend(7), TwoOfThree(), Run(7, line_ends=True)),
    gaps_end=True,
)
WHEELER = Profile("wheeler", rules=(Outside(), Run(8, line_ends=False), NearLimit(3, 4)))
WHEELER_MEDIAN_RANGE = replace(
    WHEELER,
    name="wheeler-median-range",
    limit_factor=3.145,
    range_factor=3.865,
    spread=median,
)
WHEELER_MEDIANS = replace(WHEELER_MEDIAN_RANGE, name="wheeler-medians", centre=median)

# The product's own. The team owns its process and may look for weak hints; whoever reads
# from afar hears of few things, and only of what will not have gone next week.
TEAM = replace(WHEELER, name="team")
MANAGER = Profile("manager", rules=(Outside(), Run(8, line_ends=True)))
MANAGER_IN_DOUBT = replace(MANAGER, rules=(OutsideTwice(), Run(8, line_ends=True)))


# --- limits --------------------------------------------------------------------------


def moving_ranges(values: Figures) -> list[float | None]:
    """The distance of each figure to the one before it; None where either is missing."""
    ranges = [
        None if before is None or after is None else abs(after - before)
        for before, after in pairwise(values)
    ]
    return [None, *ranges] if values else []


def natural_limits(values: Figures, profile: Profile = TEAM) -> Limits | None:
    """The range the process keeps by itself, or None where no range can be computed.

    Not clamped: the lower limit of a count may be negative.
    """
    figures = present(values)
    ranges = _kept(present(moving_ranges(values)), profile)
    if not ranges:
        return None
    centre, mean_range = profile.centre(figures), profile.spread(ranges)
    reach = profile.limit_factor * mean_range
    return Limits(centre, centre - reach, centre + reach, mean_range, len(figures))


def present(values: Figures) -> list[float]:
    """The figures that are there."""
    return [value for value in values if value is not None]


def _kept(ranges: list[float], profile: Profile) -> list[float]:
    if not profile.screened or not ranges:
        return ranges
    bound = profile.screen_factor * profile.spread(ranges)
    return [size for size in ranges if size < bound]


# --- judging -------------------------------------------------------------------------


def judge(values: Figures, *, baseline: Limits | None, profile: Profile) -> list[Finding]:
    """All findings of the profile's rules on this series, the oldest onset first.

    Without a baseline there is nothing to hold the series against, so nothing is found.
    """
    if baseline is None:
        return []
    found = [
        finding
        for stretch in _stretches(values, gaps_end=profile.gaps_end)
        for rule in profile.rules
        for finding in rule(stretch, baseline)
    ]
    return sorted(found, key=lambda finding: (finding.onset, CLARITY[finding.rule]))


def _stretches(values: Figures, *, gaps_end: bool) -> Sequence[Stretch]:
    if not gaps_end:
        return [[(index, value) for index, value in enumerate(values) if value is not None]]
    stretches: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append((index, value))
    return stretches


def trend_line(values: Sequence[float]) -> tuple[list[float], float]:
    """The line through the averages of both halves, each in the middle of its half.

    Gives the line's height per figure, and its slope per period; the middle figure of
    an odd number belongs to neither half. Needs two figures (Wheeler 2003, ch. 12).
    """
    half = len(values) // 2
    early, late = mean(values[:half]), mean(values[-half:])
    slope = (late - early) / (len(values) - half)
    middle = (half - 1) / 2
    return [early + slope * (index - middle) for index in range(len(values))], slope
