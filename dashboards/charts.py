"""What a chart shows: figures, their normal range, the team's goal and agreed changes.

Plain values, so that a published report can be drawn again from what it stored without
computing anything. `dashboards.svg` draws a `Chart`; `chart_table` gives the same
figures as rows of text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.functional import Promise

from dashboards import words
from dashboards.spc import Assessment, Figures, Limits, Side, Status, expected_range

Formatter = Callable[[float], str]


class Sign(StrEnum):
    """What a signal means to the team."""

    GOOD = "good"
    WARN = "warn"
    NEUTRAL = "neutral"


class PhaseKind(StrEnum):
    """How a normal range is drawn."""

    USUAL = "usual"
    TRIAL = "trial"  # provisional: dashed
    GHOST = "ghost"  # no longer in force
    GOOD = "good"  # in force since an agreed change, for the better
    WARN = "warn"  # in force since an agreed change, for the worse


@dataclass(frozen=True)
class ChartPoint:
    """One period: its name, its figure (None: missing), the cases behind the figure.

    `running` says that the period is not over yet. `period` is how addresses write it.
    """

    label: str
    value: float | None
    n: int | None = None
    running: bool = False
    sign: Sign | None = None
    period: str = ""

    def __post_init__(self) -> None:
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"A figure is a finite number or None, not {self.value}.")


@dataclass(frozen=True)
class Phase:
    """A normal range and the periods it holds for, both ends included."""

    limits: Limits
    start: int
    end: int
    kind: PhaseKind = PhaseKind.USUAL

    @property
    def is_stepped(self) -> bool:
        """Whether each period has a range of its own, by its number of cases."""
        return self.limits.cases is not None

    @property
    def periods(self) -> range:
        """The indexes of the periods it holds for."""
        return range(self.start, self.end + 1)


@dataclass(frozen=True)
class Marker:
    """Something the team agreed or changed in this period, and the page that tells more."""

    index: int
    label: str
    page: str = ""


# From this size on, so many decimals.
DECIMALS = ((100, 0), (1, 1))


def plain(value: float) -> str:
    """A number as the reader writes it, with as many decimals as its size deserves."""
    decimals = (
        0
        if value == round(value)
        else next((places for smallest, places in DECIMALS if abs(value) >= smallest), 2)
    )
    return number_format(round(value, decimals), decimals)


@dataclass(frozen=True)
class Chart:
    """All that a chart shows. `uid` makes its ids unique on the page.

    `phases` are ordered, the one in force last; ranges of the past are ghosts.

    `target` is the team's own goal. `floor` and `ceiling` are what the measure cannot
    go beyond; the range is cut there, for showing only. `show` writes a figure as the
    reader reads it.
    """

    uid: str
    title: str
    description: str
    points: Sequence[ChartPoint]
    phases: Sequence[Phase] = ()
    markers: Sequence[Marker] = ()
    target: float | None = None
    floor: float | None = 0
    ceiling: float | None = None
    show: Formatter = plain

    def __post_init__(self) -> None:
        periods = range(len(self.points))
        if any(marker.index not in periods for marker in self.markers):
            raise ValueError("A marker stands in a period of the chart.")
        if any(not 0 <= phase.start <= phase.end < len(periods) for phase in self.phases):
            raise ValueError("A phase begins and ends in a period of the chart.")

    @property
    def last(self) -> int:
        """The index of the last period, whole or running."""
        return max(len(self.points) - 1, 0)

    @property
    def figures(self) -> list[float]:
        """The figures that are there."""
        return [point.value for point in self.points if point.value is not None]

    @property
    def latest(self) -> int | None:
        """The index of the latest whole period that has a figure."""
        whole = (
            index
            for index, point in reversed(list(enumerate(self.points)))
            if point.value is not None and not point.running
        )
        return next(whole, None)

    @property
    def in_force(self) -> Phase | None:
        """The normal range that holds now."""
        return self.phases[-1] if self.phases else None

    def shown_range(self, phase: Phase, index: int | None = None) -> tuple[float, float]:
        """The limits as drawn in this period, the last of the phase unless said: (low, high)."""
        point = self.points[phase.end if index is None else index]
        return expected_range(phase.limits.of(point.n), self.floor, self.ceiling)


# --- from an assessment --------------------------------------------------------------


def points_of(
    labels: Sequence[str],
    values: Figures,
    assessment: Assessment,
    *,
    up_is_good: bool | None,
    cases: Sequence[int | None] | None = None,
) -> list[ChartPoint]:
    """The periods of a chart, signals marked; `up_is_good` None means neither way is."""
    signs = {
        index: sign_of(finding.side, up_is_good)
        for finding in assessment.findings
        for index in finding.points
    }
    return [
        ChartPoint(label, value, n, sign=signs.get(index))
        for index, (label, value, n) in enumerate(
            zip(labels, values, cases or [None] * len(values), strict=True)
        )
    ]


def phase_of(
    assessment: Assessment, kind: PhaseKind = PhaseKind.USUAL, *, until: int | None = None
) -> Phase | None:
    """The normal range of an assessment, drawn dashed while it is provisional.

    It is drawn up to the latest whole period, or `until` a running one beyond it.
    """
    if assessment.limits is None:
        return None
    drawn = PhaseKind.TRIAL if assessment.status is Status.PROVISIONAL else kind
    end = assessment.latest if until is None else until
    return Phase(assessment.limits, assessment.start, end, drawn)


def sign_of(side: Side, up_is_good: bool | None) -> Sign:  # noqa: FBT001
    """What a signal on this side means; `up_is_good` None means neither way is better."""
    if up_is_good is None:
        return Sign.NEUTRAL
    return Sign.GOOD if (side is Side.UP) == up_is_good else Sign.WARN


# --- the table -----------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One period as text. `key` is how addresses write it, where facts lie behind its figure."""

    period: str
    value: str
    n: str
    note: str
    markers: tuple[Marker, ...]
    key: str = ""


SIGN_WORDS = {Sign.GOOD: words.BETTER, Sign.WARN: words.WORSE, Sign.NEUTRAL: words.CHANGED}


def chart_table(chart: Chart) -> tuple[Row, ...]:
    """The numbers behind the chart, oldest period first."""
    return tuple(
        Row(
            period=point.label,
            value="–" if point.value is None else chart.show(point.value),
            n="" if point.n is None else number_format(point.n),
            note="; ".join(str(note) for note in _notes(chart, index, point)),
            markers=tuple(marker for marker in chart.markers if marker.index == index),
            key=point.period if point.n or point.value is not None else "",
        )
        for index, point in enumerate(chart.points)
    )


def _notes(chart: Chart, index: int, point: ChartPoint) -> Iterator[str | Promise]:
    if point.running:
        yield words.STILL_RUNNING
    if point.sign:
        yield SIGN_WORDS[point.sign]
    phase = chart.in_force
    if phase and phase.is_stepped and index in phase.periods and point.n:
        low, high = chart.shown_range(phase, index)
        yield words.NORMAL_HERE % {"low": chart.show(low), "high": chart.show(high)}
