"""Draw a chart as SVG, on the server.

`fluid` draws it for a page: it fills its place by percentages, its text and strokes
never scale, and it takes its colours from the page's stylesheet by class. `fixed` draws
the same for paper and mail: a fixed size, a viewBox, a stylesheet of its own. Neither
has a style attribute. Signals differ by shape as well as by colour: a disc is better, a
diamond is worse, a square is a change that is neither.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap

from django.utils.safestring import SafeString

from dashboards.charts import Chart, Marker, Phase, PhaseKind, Sign

HEIGHT = 168
TOP = 22
BOTTOM = 24
LINE = 13
# The plot on a phone 320 px wide, and a letter of its text: what has to fit, fits there.
NARROWEST = 210
LETTER = 6
GUTTER = 46
# How many lines of marker text may stand above the plot.
MARKER_LINES = 4

PAPER = (
    ".xmr text{font:10px Inter,sans-serif;fill:#5f656d}"
    ".xmr .mark-t{fill:#484f57}"
    ".xmr .g-mean{fill:#1a2129;font-weight:600}"
    ".xmr .g-tgt{fill:#095644;font-weight:600}"
    ".band{fill:#7a8188;fill-opacity:.11}"
    ".band.good{fill:#1c62b6;fill-opacity:.12}"
    ".band.warn{fill:#a54801;fill-opacity:.12}"
    ".band.ghost{fill-opacity:.06}"
    ".lim{fill:none;stroke:#7a8188;stroke-opacity:.45;stroke-dasharray:2 3}"
    ".lim--trial{stroke-opacity:.8;stroke-dasharray:6 4}"
    ".mean{stroke:#7a8188}"
    ".mean.good{stroke:#1c62b6}"
    ".mean.warn{stroke:#a54801}"
    ".mean.trial{stroke-dasharray:6 4}"
    ".mean.ghost{stroke-opacity:.6;stroke-dasharray:5 4}"
    ".ln{stroke:#7a8188;stroke-width:1.5;stroke-linecap:round}"
    ".ln.running{stroke-dasharray:2 3}"
    ".pt{fill:#7a8188;stroke:#fff;stroke-width:1}"
    ".pt.good{fill:#1c62b6}"
    ".pt.warn{fill:#a54801}"
    ".pt.neutral{fill:#1a2129}"
    ".pt.running{fill:#fff;stroke:#7a8188;stroke-width:1.5}"
    ".pt.last{stroke:#1a2129;stroke-width:1.6}"
    ".target{stroke:#095644;stroke-width:1.3;stroke-dasharray:7 4}"
    ".mark{stroke:#5f656d;stroke-dasharray:1 3}"
)


def fluid(chart: Chart, *, height: int = HEIGHT) -> SafeString:
    """The chart for a page: the plot, as wide as its place, and beside it the gutter.

    Two elements, `svg.xmr` and `svg.gut`, for a grid of two columns (1fr auto).
    """
    frame = _frame(chart, height, offset=1.8, span=96.4, unit="%")
    plot = _tag(
        "svg",
        _named(chart) + _plot(chart, frame),
        cls="xmr",
        width="100%",
        height=height,
        **_role(chart),
    )
    gutter = _tag(
        "svg",
        _gutter(chart, frame, x=4),
        cls="gut",
        width=_gutter_width(chart),
        height=height,
        aria_hidden="true",
    )
    return SafeString(plot + gutter)


def fixed(
    chart: Chart, *, width: int = 520, height: int = HEIGHT, stylesheet: str = PAPER
) -> SafeString:
    """The chart for paper and mail: one element of a fixed size, gutter included."""
    gutter = _gutter_width(chart)
    frame = _frame(chart, height, offset=10, span=width - gutter - 20, unit="")
    content = (
        _named(chart)
        + _tag("style", _text(stylesheet))
        + _plot(chart, frame)
        + _tag("g", _gutter(chart, frame, x=width - gutter + 4), cls="gut")
    )
    return SafeString(
        _tag(
            "svg",
            content,
            cls="xmr",
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {width} {height}",
            **_role(chart),
        )
    )


@dataclass(frozen=True)
class _Frame:
    """Where things stand: x in percent or pixels, y in pixels."""

    last: int
    low: float
    high: float
    top: int
    height: int
    offset: float
    span: float
    unit: str

    @property
    def bottom(self) -> int:
        return self.height - BOTTOM

    def share(self, index: float) -> float:
        """How far along the plot a period stands, 0 to 1."""
        return index / self.last if self.last else 0.5

    def x(self, index: float) -> str:
        return self.across(self.share(index))

    def across(self, share: float) -> str:
        return f"{self.offset + self.span * share:.2f}{self.unit}"

    def y(self, value: float) -> float:
        return round(
            self.top + (self.high - value) / (self.high - self.low) * (self.bottom - self.top), 1
        )

    def stretch(self, start: int, end: int) -> tuple[float, float]:
        """From half a period before the first to half a period after the last, as shares."""
        if not self.last:
            return 0, 1
        return max(start - 0.5, 0) / self.last, min(end + 0.5, self.last) / self.last

    def along(self, share: float) -> float:
        """A place on a path of the plot, which is 100 wide where the plot has no width yet."""
        return round(100 * share if self.unit else self.offset + self.span * share, 2)


def _frame(chart: Chart, height: int, *, offset: float, span: float, unit: str) -> _Frame:
    low, high = _extremes(chart)
    margin = 0.08 * (high - low) or 0.08 * abs(high) or 1
    lines = max((label.row + len(label.lines) for label in _marker_labels(chart)), default=0)
    return _Frame(
        last=chart.last,
        low=low - margin,
        high=high + margin,
        top=max(TOP, LINE * lines + 9),
        height=height,
        offset=offset,
        span=span,
        unit=unit,
    )


def _extremes(chart: Chart) -> tuple[float, float]:
    """The lowest and the highest thing to draw."""
    heights = _heights(chart)
    if chart.target is not None and not _arrow(chart):
        heights.append(chart.target)
    return min(heights, default=0.0), max(heights, default=0.0)


def _heights(chart: Chart) -> list[float]:
    return chart.figures + [
        edge
        for phase in chart.phases
        for index in (phase.periods if phase.is_stepped else [phase.end])
        for edge in _edges(chart, phase, index)
    ]


def _edges(chart: Chart, phase: Phase, index: int) -> tuple[float, float, float]:
    low, high = chart.shown_range(phase, index)
    return low, phase.limits.centre, high


def _arrow(chart: Chart) -> str:
    """Points to a goal so far off that drawing it would flatten the figures."""
    heights = _heights(chart)
    if chart.target is None or not heights:
        return ""
    low, high = min(heights), max(heights)
    reach = 1.5 * (high - low) or abs(high) or 1
    if chart.target > high + reach:
        return "↑"
    return "↓" if chart.target < low - reach else ""


def _plot(chart: Chart, frame: _Frame) -> str:
    return "".join(
        [
            *(_phase(chart, phase, frame) for phase in chart.phases),
            *_goal(chart, frame),
            *_markers(chart, frame),
            *_lines(chart, frame),
            *(_point(chart, index, frame) for index in range(len(chart.points))),
            *_periods(chart, frame),
        ]
    )


def _phase(chart: Chart, phase: Phase, frame: _Frame) -> str:
    left, right = frame.stretch(phase.start, phase.end)
    across = {"x1": frame.across(left), "x2": frame.across(right)}
    kind = "" if phase.kind is PhaseKind.USUAL else f" {phase.kind}"
    limit = "lim lim--trial" if phase.kind is PhaseKind.TRIAL else "lim"
    mean = _level(f"mean{kind}", frame.y(phase.limits.centre), across)
    if phase.is_stepped:
        return _steps(chart, phase, frame, f"band{kind}", limit) + mean
    low, high = chart.shown_range(phase)
    return (
        _tag(
            "rect",
            cls=f"band{kind}",
            x=frame.across(left),
            y=frame.y(high),
            width=f"{frame.span * (right - left):.2f}{frame.unit}",
            height=round(frame.y(low) - frame.y(high), 1),
        )
        + _level(limit, frame.y(high), across)
        + _level(limit, frame.y(low), across)
        + mean
    )


def _steps(chart: Chart, phase: Phase, frame: _Frame, band: str, limit: str) -> str:
    """A range that is another one in each period."""
    tops, bottoms = [], []
    for index in phase.periods:
        left, right = map(frame.along, frame.stretch(index, index))
        low, high = chart.shown_range(phase, index)
        tops.append((left, right, frame.y(high)))
        bottoms.append((left, right, frame.y(low)))
    back = "".join(f"V{y}H{left}" for left, _right, y in reversed(bottoms))
    paths = (
        _tag("path", cls=band, d=f"{_stairs(tops)}{back}Z")
        + _tag("path", cls=limit, d=_stairs(tops))
        + _tag("path", cls=limit, d=_stairs(bottoms))
    )
    if not frame.unit:
        return paths
    # A path knows no percentages; a picture that is stretched over the plot does.
    return _tag(
        "svg",
        paths,
        x=frame.across(0),
        width=f"{frame.span}{frame.unit}",
        height=frame.height,
        viewBox=f"0 0 100 {frame.height}",
        preserveAspectRatio="none",
        overflow="visible",
    )


def _stairs(steps: Sequence[tuple[float, float, float]]) -> str:
    """A line from left to right over these steps."""
    (first, _right, top), *_rest = steps
    return f"M{first} {top}" + "".join(f"V{y}H{right}" for _left, right, y in steps)


def _level(cls: str, y: float, across: dict[str, str]) -> str:
    return _tag("line", cls=cls, y1=y, y2=y, **across)


def _goal(chart: Chart, frame: _Frame) -> Iterator[str]:
    if chart.target is not None and not _arrow(chart):
        across = {"x1": frame.across(0), "x2": frame.across(1)}
        yield _level("target", frame.y(chart.target), across)


def _lines(chart: Chart, frame: _Frame) -> Iterator[str]:
    for index, (here, there) in enumerate(pairwise(chart.points)):
        if here.value is not None and there.value is not None:
            yield _tag(
                "line",
                cls="ln running" if there.running else "ln",
                x1=frame.x(index),
                x2=frame.x(index + 1),
                y1=frame.y(here.value),
                y2=frame.y(there.value),
            )


# Shapes around the origin: a diamond for worse, a square for neither better nor worse.
SHAPES = {Sign.WARN: "M0-4.6L4.6 0L0 4.6L-4.6 0Z", Sign.NEUTRAL: "M-3.6-3.6H3.6V3.6H-3.6Z"}


def _point(chart: Chart, index: int, frame: _Frame) -> str:
    point = chart.points[index]
    if point.value is None:
        return ""
    marks = ["pt", point.sign, point.running and "running", index == chart.latest and "last"]
    cls = " ".join(str(mark) for mark in marks if mark)
    title = _tag("title", _text(f"{point.label}: {chart.show(point.value)}"))
    x, y = frame.x(index), frame.y(point.value)
    if point.sign not in SHAPES:
        return _tag("circle", title, cls=cls, cx=x, cy=y, r=4 if point.sign else 3)
    path = {"cls": cls, "d": SHAPES[point.sign]}
    if frame.unit:
        # A path cannot stand at a percentage; a little picture around it can.
        return _tag("svg", _tag("path", title, **path), x=x, y=y, overflow="visible")
    return _tag("path", title, transform=f"translate({x} {y})", **path)


def _periods(chart: Chart, frame: _Frame) -> Iterator[str]:
    """Names of periods under the plot, counted back from the latest, never touching."""
    wide = LETTER * max((len(point.label) for point in chart.points), default=0) + 10
    step = max(1, round(frame.last / 4), math.ceil(1.5 * wide * frame.last / NARROWEST))
    for index in range(len(chart.points) - 1, -1, -step):
        yield _tag(
            "text",
            _text(chart.points[index].label),
            cls="ax",
            x=frame.x(index),
            y=frame.height - 6,
            text_anchor=_anchor(index, frame.last),
        )


def _anchor(index: int, last: int) -> str:
    if not last:
        return "middle"
    return {0: "start", last: "end"}.get(index, "middle")


# --- markers -------------------------------------------------------------------------


@dataclass(frozen=True)
class _MarkerLabel:
    """The text of a marker: which way it runs, its lines, and the row it begins in."""

    marker: Marker
    to_right: bool
    lines: tuple[str, ...]
    row: int


def _markers(chart: Chart, frame: _Frame) -> Iterator[str]:
    for marker in chart.markers:
        title = _tag("title", _text(marker.label))
        x = frame.x(marker.index)
        yield _tag("line", title, cls="mark", x1=x, x2=x, y1=6, y2=frame.bottom)
    for label in _marker_labels(chart):
        for number, line in enumerate(label.lines, start=label.row + 1):
            yield _tag(
                "text",
                _text(line),
                cls="mark-t",
                x=frame.x(label.marker.index),
                y=LINE * number,
                dx=5 if label.to_right else -5,
                text_anchor="start" if label.to_right else "end",
            )


def _marker_labels(chart: Chart) -> list[_MarkerLabel]:
    """The markers' texts, set so that none runs over another on the narrowest screen.

    A text that finds no room is left to the marker's title and the table.
    """
    taken: list[tuple[int, float, float]] = []
    labels: list[_MarkerLabel] = []
    for marker in chart.markers:
        to_right, lines, (left, right) = _wrapped(chart, marker)
        row = _free_row(taken, len(lines), left, right)
        if row is not None:
            taken += [(row + number, left, right) for number in range(len(lines))]
            labels.append(_MarkerLabel(marker, to_right, lines, row))
    return labels


def _wrapped(chart: Chart, marker: Marker) -> tuple[bool, tuple[str, ...], tuple[float, float]]:
    """Towards the roomier side, in at most two lines; and where it runs from and to."""
    stands = NARROWEST * (marker.index / chart.last if chart.last else 0.5)
    before, after = stands, NARROWEST + GUTTER - stands
    to_right = after >= before
    room = max(before, after) - LETTER
    lines = tuple(wrap(marker.label, int(room / LETTER), max_lines=2, placeholder="…"))
    wide = LETTER * max(map(len, lines), default=0) + LETTER
    return to_right, lines, (stands, stands + wide) if to_right else (stands - wide, stands)


def _free_row(
    taken: Sequence[tuple[int, float, float]], lines: int, left: float, right: float
) -> int | None:
    for row in range(MARKER_LINES - lines + 1):
        rows = range(row, row + lines)
        if not any(at in rows and left < end and start < right for at, start, end in taken):
            return row
    return None


# --- gutter --------------------------------------------------------------------------


def _gutter(chart: Chart, frame: _Frame, *, x: int) -> str:
    """The numbers of the normal range and of the goal beside the plot, kept apart."""
    return "".join(
        _tag("text", _text(text), cls=cls, x=x, y=round(y + 4, 1))
        for cls, y, text in _apart(list(_levels(chart, frame)), lowest=frame.height - 8)
    )


def _levels(chart: Chart, frame: _Frame) -> Iterator[tuple[str, float, str]]:
    """What the gutter names: (class, height, text)."""
    for cls, value in _numbers(chart):
        yield cls, frame.y(value), chart.show(value)
    if chart.target is not None:
        arrow = _arrow(chart)
        edge = {"↑": frame.high, "↓": frame.low}.get(arrow, chart.target)
        yield "g-tgt", frame.y(edge), f"{arrow} {chart.show(chart.target)}".strip()


def _numbers(chart: Chart) -> Iterator[tuple[str, float]]:
    """The range in force, or without one the highest and the lowest figure."""
    if chart.in_force:
        edges = _edges(chart, chart.in_force, chart.in_force.end)
        yield from zip(("g-lo", "g-mean", "g-hi"), edges, strict=True)
    elif chart.figures:
        low, high = min(chart.figures), max(chart.figures)
        yield "g-hi", high
        if low < high:
            yield "g-lo", low


def _apart(
    levels: Sequence[tuple[str, float, str]], *, lowest: float
) -> list[tuple[str, float, str]]:
    """From top to bottom, a line's height or more between any two, none below the edge."""
    placed: list[tuple[str, float, str]] = []
    for cls, y, text in sorted(levels, key=lambda level: level[1]):
        placed.append((cls, max(y, placed[-1][1] + LINE) if placed else y, text))
    for at in reversed(range(len(placed))):
        cls, y, text = placed[at]
        bound = placed[at + 1][1] - LINE if at + 1 < len(placed) else lowest
        placed[at] = (cls, min(y, bound), text)
    return placed


def _gutter_width(chart: Chart) -> int:
    texts = [chart.show(value) for _, value in _numbers(chart)]
    if chart.target is not None:
        texts.append(f"{_arrow(chart)} {chart.show(chart.target)}".strip())
    return max(GUTTER, 10 + 7 * max(map(len, texts), default=0))


# --- markup --------------------------------------------------------------------------

# Characters that XML does not know, not even escaped.
_UNKNOWN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _tag(name: str, content: str = "", **attributes: object) -> str:
    """An element; `content` is markup already, attribute values are escaped here."""
    written = "".join(f' {_attribute(key)}="{_text(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _attribute(key: str) -> str:
    return "class" if key == "cls" else key.replace("_", "-")


def _text(value: object) -> str:
    if isinstance(value, int | float):
        return str(value)
    return escape(_UNKNOWN.sub("", str(value)))


def _named(chart: Chart) -> str:
    """What a screen reader says of the picture."""
    title = _tag("title", _text(chart.title), id=f"{chart.uid}-t")
    described = _tag("desc", _text(chart.description), id=f"{chart.uid}-d")
    return title + (described if chart.description else "")


def _role(chart: Chart) -> dict[str, str]:
    named = f"{chart.uid}-t {chart.uid}-d" if chart.description else f"{chart.uid}-t"
    return {"role": "img", "aria_labelledby": named}
