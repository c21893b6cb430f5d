"""What was measured: as JSON for programs and as tables for people."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from statistics import median
from typing import Any

PAGE_HEADS = "page|p50 ms|p95 ms|× view|aim ms|met|KB|queries|SQL ms|Python ms"

SHORT_HEADS = "page|p50 ms|p95 ms|× view|aim ms|KB|queries|SQL ms"


@dataclass(frozen=True)
class Times:
    """How long something took, each time it was done, in milliseconds."""

    all_ms: Sequence[float]

    @property
    def p50(self) -> float:
        return median(self.all_ms)

    @property
    def p95(self) -> float:
        """The smallest time that 95 of 100 did not exceed."""
        return sorted(self.all_ms)[ceil(0.95 * len(self.all_ms)) - 1]


@dataclass(frozen=True)
class Floor:
    """The least that anything of its kind can cost here: milliseconds, or rows a second."""

    name: str
    value: float
    unit: str
    what: str


@dataclass(frozen=True)
class Loaded:
    """Rows written to a table, and how often the bare COPY would have been done with them."""

    what: str
    rows: int
    seconds: float
    rows_per_second: float
    times_the_floor: float

    @classmethod
    def of(cls, what: str, rows: int, seconds: float, floor: Floor) -> "Loaded":
        rate = rows / seconds
        return cls(what, rows, round(seconds, 2), round(rate), round(floor.value / rate, 1))


@dataclass(frozen=True)
class Work:
    """Something that was done many times; its aim is a number of floors."""

    what: str
    times: int
    p50_ms: float
    p95_ms: float
    times_the_floor: float
    aim: float | None

    @property
    def figure(self) -> float:
        """What the aim is about."""
        return self.times_the_floor

    @property
    def verdict(self) -> str:
        """Whether the aim was met, in a word; nothing without an aim."""
        if self.aim is None:
            return ""
        return "yes" if self.figure <= self.aim else "NO"


@dataclass(frozen=True)
class Page(Work):
    """A page that was asked for many times; its aim is in milliseconds.

    The last three are of one request in the benchmark's own process: how often it asked the
    database, how long it waited for that, and how long Python computed.
    """

    kilobytes: float
    queries: int
    sql_ms: float
    python_ms: float

    @property
    def figure(self) -> float:
        return self.p50_ms


@dataclass
class Results:
    """One run."""

    conditions: dict[str, Any]
    floors: list[Floor] = field(default_factory=list)
    fill: list[Loaded] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    imports: list[Loaded] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The figures, with what they were measured on."""
        return asdict(self)

    def as_tables(self) -> str:
        """All figures, table by table."""
        return "\n".join(
            [
                *(f"{name}: {value}" for name, value in self.conditions.items()),
                *_table("floor|value|unit|what", map(_floor, self.floors)),
                *_table("filled|rows|s|rows/s|× COPY", map(_loaded, self.fill)),
                *_table(PAGE_HEADS, map(_page, self.pages)),
                *_table("work|times|p50 ms|p95 ms|× scan|aim ×|met", map(_work, self.work)),
                *_table("import|rows|s|rows/s|× COPY", map(_loaded, self.imports)),
                "",
            ]
        )

    def as_markdown(self) -> str:
        """What a reader of a README asks first: on what it was measured, floors, pages, work."""
        return "\n".join(
            [
                *(f"- {name}: {value}" for name, value in self.conditions.items()),
                *_table("floor|value|unit|what", map(_floor, self.floors)),
                *_table(SHORT_HEADS, (_page(each)[:5] + _page(each)[6:9] for each in self.pages)),
                *_table("work|p50 ms|× scan", (_short(each) for each in self.work)),
                *_table("load|rows|s|rows/s|× COPY", map(_loaded, [*self.fill, *self.imports])),
                "",
            ]
        )


def _short(each: Work) -> list[str]:
    return [each.what, _number(each.p50_ms), _number(each.times_the_floor)]


def _floor(each: Floor) -> list[str]:
    return [each.name, _number(each.value), each.unit, each.what]


def _loaded(each: Loaded) -> list[str]:
    return [
        each.what,
        f"{each.rows:,}",
        _number(each.seconds),
        f"{each.rows_per_second:,.0f}",
        _number(each.times_the_floor),
    ]


def _page(each: Page) -> list[str]:
    return [
        each.what,
        _number(each.p50_ms),
        _number(each.p95_ms),
        _number(each.times_the_floor),
        _number(each.aim),
        each.verdict,
        _number(each.kilobytes),
        _number(each.queries),
        _number(each.sql_ms),
        _number(each.python_ms),
    ]


def _work(each: Work) -> list[str]:
    return [
        each.what,
        str(each.times),
        _number(each.p50_ms),
        _number(each.p95_ms),
        _number(each.times_the_floor),
        _number(each.aim),
        each.verdict,
    ]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if isinstance(value, int) or value >= 1000 else f"{value:.1f}"


def _table(heads: str, rows: Iterable[list[str]]) -> list[str]:
    cells = [heads.split("|"), *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return ["", lines[0], rule, *lines[1:]]
