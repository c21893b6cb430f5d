"""How long things take when some are still open: Kaplan-Meier and Aalen-Johansen.

Leaving out what is not finished makes every duration look too short, and counting a
lost deal as "still open" makes every chance of winning look too high; these estimators
do neither. Pure: counts in, figures out. Times are in any unit, 0 or more; open cases
are censored at the time they have been followed so far.

Both take counts per time (as the database gives them); `tally` and `tally_outcomes`
make counts out of plain lists.

Sources: E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53 (1958) 457; M. Greenwood, Reports
on Public Health 33 (1926); J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of
Failure Time Data, 1980 (log-log intervals); O. O. Aalen, S. Johansen, Scand. J. Stat. 5
(1978) 141.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

# Products of fractions that should give exactly one half miss it by the last bit.
_SAME = 1e-12


@dataclass(frozen=True)
class Tally:
    """What happened at one time: so many events, so many followed no further."""

    time: float
    events: int
    censored: int = 0


@dataclass(frozen=True)
class Step:
    """The survival curve at one time.

    `survival` is the share still open just after it. `std_err` (Greenwood) and the
    interval are None once nothing is left open.
    """

    time: float
    at_risk: int
    events: int
    censored: int
    survival: float
    std_err: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: one step per time at which something happened."""

    steps: tuple[Step, ...]

    @property
    def cases(self) -> int:
        """How many cases the curve rests on."""
        return self.steps[0].at_risk if self.steps else 0

    @property
    def censored(self) -> int:
        """How many of them were still open when last seen."""
        return sum(step.censored for step in self.steps)

    def quantile(self, share: float) -> float | None:
        """The first time by which this share has finished; None: not reached yet."""
        return _first_at_most(1 - share, ((step.time, step.survival) for step in self.steps))

    @property
    def median(self) -> float | None:
        """The time by which half has finished; None: not reached yet."""
        return self.quantile(0.5)

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        """The median's confidence interval (Brookmeyer, Crowley, Biometrics 38, 1982)."""
        return (
            _first_at_most(0.5, ((step.time, step.lower) for step in self.steps)),
            _first_at_most(0.5, ((step.time, step.upper) for step in self.steps)),
        )


def tally(times: Sequence[float], finished: Sequence[bool]) -> list[Tally]:
    """Counts per time out of two lists of equal length."""
    events = Counter(time for time, done in zip(times, finished, strict=True) if done)
    censored = Counter(time for time, done in zip(times, finished, strict=True) if not done)
    return [Tally(time, events[time], censored[time]) for time in events.keys() | censored]


def kaplan_meier(tallies: Iterable[Tally], *, confidence: float = 0.95) -> Curve:
    """The share still open over time, S(t) = Π (1 - events / at risk).

    Several tallies of one time are added up. Raises ValueError for negative counts or
    times.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    return Curve(tuple(_steps(_in_order(tallies), z)))


def quantile_time(ended: Iterable[float], lasting: Iterable[float], share: float) -> float | None:
    """`kaplan_meier(…).quantile(share)` of cases one by one, without the curve around it.

    Takes the times of those that ended and of those that still last. For many curves of which
    nothing else is asked. Raises ValueError for negative times.
    """
    ends, lasts = _sorted(ended, lasting)
    goal, survival, gone, at_risk = 1 - share + _SAME, 1.0, 0, len(ends) + len(lasts)
    for last in (*lasts, math.inf):
        # While nobody is lost from sight, n ends leave (r - n) / r: one step for all of them.
        number = bisect_right(ends, last, lo=gone) - gone
        if number:
            needed = math.ceil(at_risk * (1 - goal / survival))
            if needed <= number:
                return ends[gone + needed - 1]
            survival *= (at_risk - number) / at_risk
        gone, at_risk = gone + number, at_risk - number - 1
    return None


def _one_by_one(ended: Iterable[float], lasting: Iterable[float]) -> Iterator[tuple[float, int]]:
    """Every end in the order of time, with the number that was at risk just before.

    Where several end at one time, one leaves after the other; that comes to the same, for
    (r - 1) / r · (r - 2) / (r - 1) is (r - 2) / r.
    """
    ends, lasts = _sorted(ended, lasting)
    at_risk, gone = len(ends) + len(lasts), 0
    for time in ends:
        while gone < len(lasts) and lasts[gone] < time:
            gone += 1
        yield time, at_risk - gone
        at_risk -= 1


def _sorted(ended: Iterable[float], lasting: Iterable[float]) -> tuple[list[float], list[float]]:
    ends, lasts = sorted(ended), sorted(lasting)
    for first in (*ends[:1], *lasts[:1]):
        _check(first, 0)
    return ends, lasts


def _in_order(tallies: Iterable[Tally]) -> list[tuple[float, list[int]]]:
    counts: defaultdict[float, list[int]] = defaultdict(lambda: [0, 0])
    for each in tallies:
        _check(each.time, each.events, each.censored)
        counts[each.time][0] += each.events
        counts[each.time][1] += each.censored
    return sorted(counts.items())


def _steps(counts: Sequence[tuple[float, list[int]]], z: float) -> Iterator[Step]:
    at_risk = sum(events + censored for _, (events, censored) in counts)
    survival, greenwood = 1.0, 0.0
    for time, (events, censored) in counts:
        left = at_risk - events
        if events:
            survival *= left / at_risk
            greenwood += events / (at_risk * left) if left else math.inf
        if events or censored:
            yield Step(time, at_risk, events, censored, survival, *_spread(survival, greenwood, z))
        at_risk = left - censored


def _spread(
    survival: float, greenwood: float, z: float
) -> tuple[float | None, float | None, float | None]:
    """Standard error of S and its interval on the scale of log(-log S)."""
    if survival == 0:
        return None, None, None
    if survival == 1:
        return 0.0, 1.0, 1.0
    error = math.sqrt(greenwood)
    reach = math.exp(z * error / -math.log(survival))
    return survival * error, survival**reach, survival ** (1 / reach)


def _first_at_most(share: float, points: Iterable[tuple[float, float | None]]) -> float | None:
    reached = (time for time, value in points if value is not None and value <= share + _SAME)
    return next(reached, None)


# --- competing outcomes --------------------------------------------------------------


@dataclass(frozen=True)
class OutcomeTally:
    """What happened at one time, by outcome (won, lost …), and how many went unfollowed."""

    time: float
    events: Mapping[str, int]
    censored: int = 0


@dataclass(frozen=True)
class OutcomeStep:
    """At one time: the share still open and, per outcome, the share that got there."""

    time: float
    at_risk: int
    open: float
    incidence: Mapping[str, float]


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of competing outcomes (Aalen-Johansen)."""

    steps: tuple[OutcomeStep, ...]

    @property
    def cases(self) -> int:
        """How many cases the estimate rests on."""
        return self.steps[0].at_risk if self.steps else 0

    @property
    def followed_until(self) -> float | None:
        """The last time anything is known of; beyond it the estimate stands still."""
        return self.steps[-1].time if self.steps else None

    def at(self, time: float, outcome: str) -> float:
        """The share that has come to this outcome by this time, that time included."""
        known = [step.incidence.get(outcome, 0.0) for step in self.steps if step.time <= time]
        return known[-1] if known else 0.0

    def knows(self, time: float) -> bool:
        """Whether anybody was followed for so long, or everybody had ended before."""
        last = self.steps[-1] if self.steps else None
        return last is not None and (last.time >= time or last.open <= _SAME)


def tally_outcomes(times: Sequence[float], outcomes: Sequence[str | None]) -> list[OutcomeTally]:
    """Counts per time out of two lists of equal length; None is still open."""
    counts: defaultdict[float, Counter[str | None]] = defaultdict(Counter)
    for time, outcome in zip(times, outcomes, strict=True):
        counts[time][outcome] += 1
    return [
        OutcomeTally(
            time,
            {outcome: number for outcome, number in counter.items() if outcome is not None},
            counter[None],
        )
        for time, counter in counts.items()
    ]


def cumulative_incidence(tallies: Iterable[OutcomeTally]) -> Incidence:
    """The share per outcome over time, Σ S(t-) · events / at risk.

    Several tallies of one time are added up. Raises ValueError for negative counts or
    times.
    """
    events: defaultdict[float, Counter[str]] = defaultdict(Counter)
    censored: Counter[float] = Counter()
    for each in tallies:
        _check(each.time, *each.events.values(), each.censored)
        events[each.time].update(each.events)
        censored[each.time] += each.censored
    return Incidence(tuple(_outcome_steps(events, censored)))


def share_by(
    horizon: float, came: Iterable[float], otherwise: Iterable[float], lasting: Iterable[float]
) -> float | None:
    """`cumulative_incidence(…).at(horizon, outcome)` of cases one by one, without its steps.

    Takes the times of those that came to the outcome, of those that ended otherwise and of those
    that still last. None while the horizon is not known: see `Incidence.knows`. Raises as
    `cumulative_incidence`.
    """
    came, otherwise, lasting = list(came), list(otherwise), list(lasting)
    of_outcome = Counter(came)
    still_open, share = 1.0, 0.0
    for time, at_risk in _one_by_one([*came, *otherwise], lasting):
        if time > horizon:
            break
        if of_outcome[time]:
            # In what order they leave at one time does not matter: each takes as large a part.
            of_outcome[time] -= 1
            share += still_open / at_risk
        still_open *= (at_risk - 1) / at_risk
    followed = max([*came, *otherwise, *lasting], default=-math.inf)
    return share if followed >= horizon or still_open <= _SAME else None


def _outcome_steps(
    events: Mapping[float, Counter[str]], censored: Counter[float]
) -> Iterator[OutcomeStep]:
    outcomes = sorted({outcome for counter in events.values() for outcome in counter})
    at_risk = sum(counter.total() for counter in events.values()) + censored.total()
    still_open, incidence = 1.0, dict.fromkeys(outcomes, 0.0)
    for time, counter in sorted(events.items()):
        gone = counter.total() + censored[time]
        if gone:
            for outcome, number in counter.items():
                incidence[outcome] += still_open * number / at_risk
            still_open *= 1 - counter.total() / at_risk
            yield OutcomeStep(time, at_risk, still_open, dict(incidence))
        at_risk -= gone


def _check(time: float, *counts: int) -> None:
    if not (math.isfinite(time) and time >= 0):
        raise ValueError(f"A time is a number of 0 or more, not {time}.")
    if min(counts) < 0:
        raise ValueError(f"A count is 0 or more, not {min(counts)}.")
