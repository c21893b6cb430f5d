"""Tell a signal from business as usual, or say why that cannot be told yet.

`assess` is the one question the engine, the reports and the charts ask: given a series,
what does it show to this audience? It puts guards before the arithmetic of
`dashboards.xmr`: where a series is too short, too lumpy or too entangled to bear
limits, it gives a `Reason` instead. Pure: no Django, no clock. Figures are one per
period, oldest first; `None` is a period without a figure and never counts as zero. Hand
in whole periods only: a running period has no place in any rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from dashboards import pprime
from dashboards.pprime import Cases
from dashboards.xmr import (
    CLARITY,
    MANAGER,
    MANAGER_IN_DOUBT,
    TEAM,
    Figures,
    Finding,
    Limits,
    Profile,
    Rule,
    Side,
    judge,
    mean,
    moving_ranges,
    natural_limits,
    present,
)

__all__ = [
    "MANAGER",
    "TEAM",
    "Assessment",
    "Audience",
    "Cases",
    "Figures",
    "Finding",
    "Kind",
    "Limits",
    "LockedBaseline",
    "Profile",
    "Reason",
    "Rule",
    "Side",
    "Status",
    "assess",
    "autocorrelation",
    "baseline_of",
    "expected_range",
    "judge",
    "natural_limits",
]

Audience = Literal["manager", "team"]


class Kind(StrEnum):
    """How a KPI comes about; decides how many cases a period needs."""

    FLOW = "flow"
    RATIO = "ratio"
    DURATION = "duration"
    STOCK = "stock"
    COHORT = "cohort"
    SURVIVAL = "survival"


class Status(StrEnum):
    """How much a series can bear."""

    DOTS = "dots"  # figures only, no limits
    PROVISIONAL = "provisional"  # dashed limits, no signals
    TEAM_ONLY = "team-only"  # the team sees signals
    FULL = "full"  # manager and team see signals


class Reason(StrEnum):
    """Why a series bears less than `Status.FULL`; sentences in `dashboards.words`."""

    TOO_FEW = "too-few"
    PROVISIONAL = "provisional"
    SHORT_BASELINE = "short-baseline"
    NO_LOCKED_BASELINE = "no-locked-baseline"
    SMALL_SHARES = "small-shares"
    FEW_DURATIONS = "few-durations"
    GAPS = "gaps"
    CONSTANT = "constant"
    FEW_VALUES = "few-values"
    CHUNKY = "chunky"
    ENTANGLED = "entangled"
    LEANING = "leaning"


LIMITS_FROM = 6
SIGNALS_FROM = 12
BASELINE_FROM = 20
DISTINCT_VALUES = 4

# Whoever reads from afar gets to hear nothing of figures that lean on each other by more than this
# share of 1/√n, and of a lone one far out only where they lean by less than the second. Chosen by
# `bench/false_alarms.py` so that a KPI in which nothing changes raises at most 0.2 alerts in 12
# periods; see docs/adr/0016.
LEANS, MAY_LEAN = 1.75, 0.5
FEW_CASES = 4

# A share of a handful of cases, and the middle of a handful of (skewed) durations, jump
# about by themselves; periods with fewer cases than this are not judged.
SMALLEST_N = {
    Kind.RATIO: (10, Reason.SMALL_SHARES),
    Kind.DURATION: (8, Reason.FEW_DURATIONS),
}


@dataclass(frozen=True)
class LockedBaseline:
    """Limits a team has signed, holding from the period at index `start` onwards."""

    limits: Limits
    start: int = 0


@dataclass(frozen=True)
class Assessment:
    """What a series says, and how far that may be trusted.

    `judged` tells an empty `findings` that means calm from one that means not looked
    at, and `profile` by what. `start` is the first index the limits hold for. `left_out` are the
    periods with too few cases of their own to be judged. `reason` is None only in `Status.FULL`.
    """

    status: Status
    reason: Reason | None
    limits: Limits | None
    judged: bool
    findings: tuple[Finding, ...]
    latest: int
    start: int = 0
    left_out: tuple[int, ...] = ()
    profile: Profile | None = None

    @property
    def rules(self) -> list[str]:
        """The names of the rules that were held against the figures; none where none was."""
        return self.profile.rule_names if self.profile and self.judged else []

    @property
    def ongoing(self) -> tuple[Finding, ...]:
        """The findings that reach into the latest period, the clearest evidence first."""
        live = [finding for finding in self.findings if finding.end == self.latest]
        return tuple(sorted(live, key=lambda finding: CLARITY[finding.rule]))

    @property
    def live(self) -> Finding | None:
        """The clearest finding that reaches into the latest period."""
        return next(iter(self.ongoing), None)


def assess(
    values: Figures,
    *,
    baseline: LockedBaseline | None = None,
    denominators: Cases | None = None,
    kind: Kind = Kind.FLOW,
    is_share: bool = False,
    audience: Audience = "manager",
) -> Assessment:
    """Say what this series shows to this audience, or why it shows nothing.

    `values` are whole periods, oldest first; the last one is the latest. `denominators`
    are the cases behind each figure (shares and durations). The range of what `is_share`
    is wider where there are fewer of them, unless another one is locked. Without a locked baseline
    the limits rest on the first 20 figures, so that a later change is held against what
    was there before it. The guards look at the figures the limits rest on; a locked
    baseline passed them when it was locked (`baseline_of`).
    """
    usable, small = _worth_judging(values, denominators, kind)
    start = baseline.start if baseline else 0
    limits, reason = _footing(values, denominators, kind, baseline, is_share=is_share)
    status = _status(limits, reason)
    judged = status is Status.FULL or (status is Status.TEAM_ONLY and audience == "team")
    read = pprime.evened(usable, denominators, limits) if limits else usable
    profile = TEAM if audience == "team" else _from_afar(read[start:], denominators, kind, limits)
    found = judge(read[start:], baseline=limits if judged else None, profile=profile)
    return Assessment(
        status=status,
        reason=reason,
        limits=limits,
        judged=judged,
        findings=tuple(finding.later_by(start) for finding in found),
        latest=len(values) - 1,
        start=start,
        left_out=small,
        profile=profile,
    )


def baseline_of(
    values: Figures,
    *,
    denominators: Cases | None = None,
    kind: Kind = Kind.FLOW,
    is_share: bool = False,
) -> Limits | Reason:
    """The limits that these figures bear, or the reason why they bear none.

    A team may lock them when they rest on `BASELINE_FROM` figures or more.
    """
    usable, small = _worth_judging(values, denominators, kind)
    reason = _refusal(usable, len(small), kind)
    if reason:
        return reason
    limits = _range_of(usable, denominators if is_share and kind is Kind.RATIO else None)
    assert limits
    return _entanglement(pprime.evened(usable, denominators, limits)) or limits


def _range_of(usable: Figures, cases: Cases | None) -> Limits | None:
    """The range of each period by its own cases, where those differ much; else one for all."""
    if cases and pprime.widens(usable, cases):
        return pprime.share_limits(usable, cases, TEAM)
    return natural_limits(usable, TEAM)


def expected_range(
    limits: Limits, floor: float | None = 0, ceiling: float | None = None
) -> tuple[float, float]:
    """What to expect of the next period: (low, high), cut to what the measure can be.

    For showing only; rules always work with the limits themselves.
    """
    bottom = -math.inf if floor is None else floor
    top = math.inf if ceiling is None else ceiling
    return min(max(limits.lower, bottom), top), max(min(limits.upper, top), bottom)


def autocorrelation(values: Figures) -> float:
    """How much each figure resembles the one before it (lag 1): -1 to 1.

    Box and Jenkins, Time Series Analysis, 1970; products over neighbours that are both
    there, sums of squares over all figures. Raises ZeroDivisionError for equal figures.
    """
    centre = mean(present(values))
    products = math.fsum(
        (before - centre) * (after - centre)
        for before, after in pairwise(values)
        if before is not None and after is not None
    )
    return products / math.fsum((value - centre) ** 2 for value in present(values))


def leaning(values: Figures) -> float:
    """How much each figure leans on the one before it, in units of 1/√n.

    The autocorrelation of a short series comes out too low by (1 + 4r)/n on average (Marriott and
    Pope, Biometrika 41, 1954); that is put right here. 0 for equal figures, and for so few that
    nothing can be said.
    """
    n = len(present(values))
    if n < SIGNALS_FROM or len(set(present(values))) == 1:
        return 0.0
    return (n * autocorrelation(values) + 1) / (n - 4) * math.sqrt(n)


def _from_afar(
    usable: Figures, denominators: Cases | None, kind: Kind, limits: Limits | None
) -> Profile:
    """How a manager reads: a lone figure far out is news only where few are by themselves."""
    if limits is None or not _is_in_doubt(usable, denominators, kind, limits):
        return MANAGER
    return MANAGER_IN_DOUBT


def _is_in_doubt(usable: Figures, denominators: Cases | None, kind: Kind, limits: Limits) -> bool:
    rests_on = usable[: _first(limits.n, usable)]
    if kind is Kind.DURATION or leaning(rests_on) > MAY_LEAN:
        return True
    if kind is Kind.RATIO:
        of = mean([float(cases) for cases in denominators or () if cases] or [0.0])
        return of * min(limits.centre, 1 - limits.centre) < FEW_CASES
    is_a_count = all(value == int(value) for value in present(rests_on))
    return is_a_count and limits.centre < FEW_CASES


def _worth_judging(
    values: Figures, denominators: Cases | None, kind: Kind
) -> tuple[list[float | None], tuple[int, ...]]:
    """The figures with enough cases behind them, and the indexes of the others."""
    if denominators is None or kind not in SMALLEST_N:
        return list(values), ()
    smallest, _ = SMALLEST_N[kind]
    small = tuple(
        index
        for index, (value, cases) in enumerate(zip(values, denominators, strict=True))
        if value is not None and (cases or 0) < smallest
    )
    return [None if index in small else value for index, value in enumerate(values)], small


def _footing(
    values: Figures,
    denominators: Cases | None,
    kind: Kind,
    baseline: LockedBaseline | None,
    *,
    is_share: bool,
) -> tuple[Limits | None, Reason | None]:
    usable, _ = _worth_judging(values, denominators, kind)
    if baseline:
        read = pprime.evened(usable, denominators, baseline.limits)
        return baseline.limits, _shortness(baseline.limits) or _leans(read, baseline)
    trial = _first(BASELINE_FROM, usable)
    borne = baseline_of(
        values[:trial],
        denominators=denominators and denominators[:trial],
        kind=kind,
        is_share=is_share,
    )
    if isinstance(borne, Reason):
        return None, borne
    return borne, _shortness(borne) or Reason.NO_LOCKED_BASELINE


def _leans(usable: Figures, baseline: LockedBaseline) -> Reason | None:
    since = usable[baseline.start :]
    rests_on = since[: _first(baseline.limits.n, since)]
    return Reason.LEANING if leaning(rests_on) > LEANS else None


def _first(count: int, values: Figures) -> int:
    """How many periods it takes to gather so many figures; all, where there are fewer."""
    there = [index for index, value in enumerate(values) if value is not None]
    return there[count - 1] + 1 if len(there) >= count else len(values)


def _refusal(usable: Figures, small: int, kind: Kind) -> Reason | None:
    figures = present(usable)
    if small and len(figures) + small >= LIMITS_FROM and small >= len(figures):
        return SMALLEST_N[kind][1]
    if len(figures) < LIMITS_FROM:
        return Reason.TOO_FEW
    return _lumps(figures, present(moving_ranges(usable)))


def _lumps(figures: list[float], ranges: list[float]) -> Reason | None:
    if 2 * len(ranges) < len(figures):
        return Reason.GAPS
    if not any(ranges):
        return Reason.CONSTANT
    if len(set(figures)) < DISTINCT_VALUES:
        return Reason.FEW_VALUES
    return Reason.CHUNKY if 2 * ranges.count(0) >= len(ranges) else None


def _entanglement(usable: Figures) -> Reason | None:
    bound = 2 / math.sqrt(len(present(usable)))
    return Reason.ENTANGLED if abs(autocorrelation(usable)) > bound else None


def _shortness(limits: Limits) -> Reason | None:
    if limits.n < SIGNALS_FROM:
        return Reason.PROVISIONAL
    return Reason.SHORT_BASELINE if limits.n < BASELINE_FROM else None


def _status(limits: Limits | None, reason: Reason | None) -> Status:
    if limits is None:
        return Status.DOTS
    if reason is Reason.PROVISIONAL:
        return Status.PROVISIONAL
    return Status.TEAM_ONLY if reason else Status.FULL
