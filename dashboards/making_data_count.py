"""Label a series point by point as NHS England's "Making Data Count" charts do.

A compatibility mode, to be compared with other people's figures; the product itself
works with `dashboards.spc`. Rules, precedence and words follow NHSRplotthedots 0.2.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from dashboards.xmr import (
    NHS,
    Figures,
    Finding,
    Limits,
    Profile,
    Rule,
    Side,
    close_to_limit,
    judge,
    natural_limits,
    present,
)

COMMON = "Common Cause"
LABELS = {
    (Rule.OUTSIDE, Side.UP): "Above UCL",
    (Rule.OUTSIDE, Side.DOWN): "Below LCL",
    (Rule.TREND, Side.UP): "7 Point Trend (Increasing)",
    (Rule.TREND, Side.DOWN): "7 Point Trend (Decreasing)",
    (Rule.NEAR, Side.UP): "2 in 3 Above CL",
    (Rule.NEAR, Side.DOWN): "2 in 3 Below CL",
    (Rule.RUN, Side.UP): "7 Points Above CL",
    (Rule.RUN, Side.DOWN): "7 Points Below CL",
}
# A point that several rules pick out carries the label of the last one here.
PRECEDENCE = (Rule.RUN, Rule.NEAR, Rule.TREND, Rule.OUTSIDE)

# The guideline speaks of 12 points, the package warns below 13.
SHORT_GROUP = 13


class Direction(StrEnum):
    """Which way the measure should move."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Dot:
    """One period of the chart; None for whatever a missing figure leaves unknown.

    `kind` is `common_cause` or one of the `special_cause_…` types; `short_group` warns
    that the limits rest on few points.
    """

    group: int
    centre: float | None
    limits: Limits | None
    outside: bool | None
    relative: int | None
    close: bool | None
    label: str | None
    kind: str | None
    short_group: bool


def plot_the_dots(
    values: Figures,
    *,
    direction: Direction,
    fix_after: int | None = None,
    rebase: Sequence[int] = (),
    profile: Profile = NHS,
) -> list[Dot]:
    """One dot per figure. Limits start afresh at each index of `rebase` (ascending).

    With `fix_after` the limits of a group rest on its first so many points.
    """
    bounds = pairwise([0, *rebase, len(values)])
    return [
        dot
        for group, (start, stop) in enumerate(bounds)
        for dot in _group(values[start:stop], group, direction, fix_after, profile)
    ]


def assurance(limits: Limits | None, target: float | None, direction: Direction) -> str | None:
    """Whether the process, left as it is, keeps or misses its target."""
    if limits is None or target is None or direction is Direction.NEUTRAL:
        return None
    side = Side.UP if target > limits.upper else Side.DOWN if target < limits.lower else None
    if side is None:
        return "inconsistent"
    fails = (side is Side.UP) == (direction is Direction.INCREASE)
    return "consistent_fail" if fails else "consistent_pass"


def icons(last: Dot, verdict: str | None, direction: Direction) -> list[str]:
    """The file names of the icons for the latest point and for the target."""
    variation = [] if last.kind is None else [f"{_variation(last.kind, direction)}.svg"]
    return variation + ([f"{verdict.removeprefix('consistent_')}.svg"] if verdict else [])


def _group(
    values: Figures, group: int, direction: Direction, fix_after: int | None, profile: Profile
) -> Iterator[Dot]:
    base = values[:fix_after]
    figures = present(base)
    limits = natural_limits(base, profile)
    centre = profile.centre(figures) if figures else None
    findings = judge(values, baseline=limits, profile=profile)
    for value, (label, side) in zip(values, _labels(values, findings), strict=True):
        missing = value is None
        yield Dot(
            group=group,
            centre=centre,
            limits=limits,
            outside=bool(limits.outside(value)) if limits and value is not None else None,
            relative=_relative(value, limits, centre),
            close=bool(close_to_limit(value, limits)) if limits and value is not None else None,
            label=None if missing else label,
            kind=None if missing else _kind(side, direction),
            short_group=len(values) < SHORT_GROUP,
        )


def _labels(values: Figures, findings: Sequence[Finding]) -> list[tuple[str, Side | None]]:
    labels: list[tuple[str, Side | None]] = [(COMMON, None)] * len(values)
    for rule in PRECEDENCE:
        # Where a rise turns into a fall, the later finding names the peak.
        for finding in (finding for finding in findings if finding.rule is rule):
            for index in finding.points:
                labels[index] = (LABELS[rule, finding.side], finding.side)
    return labels


def _relative(value: float | None, limits: Limits | None, centre: float | None) -> int | None:
    if value is None or centre is None:
        return None
    side = (limits or Limits(centre, centre, centre, 0, 1)).side_of(value)
    return {Side.UP: 1, Side.DOWN: -1, None: 0}[side]


def _kind(side: Side | None, direction: Direction) -> str:
    if side is None:
        return "common_cause"
    if direction is Direction.NEUTRAL:
        return f"special_cause_neutral_{'high' if side is Side.UP else 'low'}"
    improves = (side is Side.UP) == (direction is Direction.INCREASE)
    return f"special_cause_{'improvement' if improves else 'concern'}"


def _variation(kind: str, direction: Direction) -> str:
    """The icon's name; high and low say which way the measure went, good or bad."""
    name = kind.removeprefix("special_cause_")
    if name not in {"improvement", "concern"}:
        return name
    high = (name == "improvement") == (direction is Direction.INCREASE)
    return f"{name}_{'high' if high else 'low'}"
