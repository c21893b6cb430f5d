"""Which chart fits a figure: by its kind, and by what its own history says. Pure.

The chart of single figures (XmR) is the one that asks least of them, so it is used wherever its
guards let it; what they turn away has a chart of its own, or none. A share whose periods differ
much in cases has a range for each of them (P′); `dashboards.spc` computes it where it fits.
"""

from __future__ import annotations

from enum import StrEnum

from dashboards.spc import Figures, Kind, Limits, Reason


class ChartKind(StrEnum):
    """How a figure is charted."""

    XMR = "xmr"  # single figures
    MEDIAN = "median-xmr"  # the middle of each period's durations, as single figures
    P_PRIME = "p-prime"  # shares, each by its own number of cases
    T = "t"  # days between rare events
    G = "g"  # cases between rare events
    DOTS = "dots"  # figures only


TOO_COARSE = frozenset({Reason.FEW_VALUES, Reason.CHUNKY, Reason.CONSTANT})
TOO_FEW_CASES = TOO_COARSE | {Reason.SMALL_SHARES, Reason.GAPS}
# Where more than this share of the cases is the rare one, it is not rare.
RARE_BELOW = 0.3


# What happens more often than this in a period in which it happens at all is not seldom.
SELDOM_BELOW = 4


def is_seldom(values: Figures) -> bool:
    """Whether these counts are of something that happens seldom, whenever it began to happen."""
    there = [value for value in values if value]
    return sum(there) < SELDOM_BELOW * len(there)


def chart_of(
    kind: Kind, reason: Reason | None, limits: Limits | None, *, counts: bool, is_seldom: bool
) -> ChartKind:
    """The chart of a figure of this kind.

    `reason` is why its periods bear less than they might, `limits` the normal range if they bear
    one; `counts` says that the figure counts cases, or is a share of cases that count, `is_seldom`
    that it counts few of them.
    """
    if limits and limits.cases is not None:
        return ChartKind.P_PRIME
    if limits:
        return ChartKind.MEDIAN if kind is Kind.DURATION else ChartKind.XMR
    if counts and kind is Kind.RATIO and reason in TOO_FEW_CASES:
        return ChartKind.G
    if counts and is_seldom and kind is Kind.FLOW and reason in TOO_COARSE:
        return ChartKind.T
    return ChartKind.DOTS
