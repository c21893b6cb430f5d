"""Answer the vectors of run and control charts as statistics packages draw them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from dashboards.anhoej import BY_CASES, Line, Points, Runs, lines_of, moved
from dashboards.rare import POWER
from dashboards.vector import (
    SIGMA_DIVISOR,
    Answer,
    Vector,
    VectorError,
    check_lengths,
    with_constants,
)
from dashboards.xmr import WHEELER, present

# --- anhoej --------------------------------------------------------------------------


def _anhoej(chart: str) -> Callable[[Vector], Answer]:
    return lambda vector: _anhoej_chart(chart, vector)


def _anhoej_chart(chart: str, vector: Vector) -> Answer:
    points = _points(vector, by_cases=chart in BY_CASES)
    _check_counts(chart, points)
    if chart == "mr":
        points = moved(points.values)
    left_out = [place - 1 for place in vector.positions("exclude")]
    parts = _parts_of(vector, len(points.values))
    lines: list[Line] = []
    for part in parts:
        lines += _lines(chart, points, part, left_out, vector)
    plotted = points.plotted
    beyond = [at for at, line in enumerate(lines) if line.is_beyond(plotted[at])]
    runs = {}
    for number, part in enumerate(parts, start=1):
        told = [at for at in part if at not in left_out]
        found = Runs.of([plotted[at] for at in told], [lines[at] for at in told])
        runs[str(number)] = _told_of_runs(number, found)
    return {
        "plotted": plotted,
        "cl": [line.centre for line in lines],
        "lcl": [line.lower for line in lines],
        "ucl": [line.upper for line in lines],
        "part": [number for number, part in enumerate(parts, start=1) for _at in part],
        "by_part": runs,
        "sigma_signal_indexes": beyond,
    }


def _lines(
    chart: str, points: Points, part: Sequence[int], left_out: Sequence[int], vector: Vector
) -> list[Line]:
    divisor = vector.factor("sigma_divisor", SIGMA_DIVISOR)
    profile = replace(
        with_constants(WHEELER, vector, screened=False),
        limit_factor=3 / divisor,
        screened=vector.flag("screened_moving_ranges", default=True),
    )
    freeze = vector.count("freeze")
    try:
        return lines_of(chart, points, part, left_out=left_out, freeze=freeze, profile=profile)
    except ValueError as error:
        raise VectorError(str(error)) from error


def _told_of_runs(number: int, found: Runs) -> Answer:
    return {
        "part": number,
        "n_obs": found.observed,
        "n_useful": found.useful,
        "longest_run": found.longest,
        "longest_run_max": found.longest_max,
        "n_crossings": found.crossings,
        "n_crossings_min": found.crossings_min,
        "runs_signal": found.is_signal,
    }


def _parts_of(vector: Vector, count: int) -> list[range]:
    ends = [end for end in vector.positions("part_after") if end < count]
    return [range(start, end) for start, end in pairwise([0, *ends, count])]


def _points(vector: Vector, *, by_cases: bool, counted: str = "values") -> Points:
    values = vector.figures(counted)
    if not by_cases:
        return Points(values)
    cases = vector.numbers("denominators")
    check_lengths(values, cases)
    if min(cases) <= 0:
        raise VectorError("“denominators” should be above 0.")
    multiply = vector.factor("multiply", vector.factor("multiplier", 1))
    return Points(values, cases, multiply)


def _check_counts(chart: str, points: Points) -> None:
    """What is counted is not below nothing, and a share is not more than all."""
    if chart not in {"i", "mr", "run"} and min(present(points.values), default=0) < 0:
        raise VectorError("What this chart counts is not below 0.")
    if chart in {"p", "pp"} and max(present(points.plotted), default=0) > points.multiply:
        raise VectorError("A share is not of more than all.")


# --- nhs_making_data_count: charts with limits at two and at three deviations ---------


def _two_and_three(chart: str) -> Callable[[Vector], Answer]:
    return lambda vector: _answer_of_two_and_three(chart, vector)


def _answer_of_two_and_three(chart: str, vector: Vector) -> Answer:
    points = (
        _points(vector, by_cases=True, counted="numerators")
        if "numerators" in vector.input
        else _points(vector, by_cases=False)
    )
    screened = vector.flag("screen_outliers", default=True)
    of_two = replace(vector, params={**vector.params, "screened_moving_ranges": screened})
    whole = range(len(points.values))
    _check_counts(chart, points)
    if chart == "i":
        points = Points(points.plotted)
    three = _lines(chart, points, whole, [], of_two)
    two = [_nearer(line, chart) for line in three]
    told = {
        "ll95": [line.lower for line in two],
        "ul95": [line.upper for line in two],
        "ll99": [line.lower for line in three],
        "ul99": [line.upper for line in three],
    }
    if chart == "p":
        told = {name: _as_printed(each, points.multiply) for name, each in told.items()}
    is_flat = chart not in BY_CASES
    return {
        "cl": three[0].centre,
        **{name: each[0] if is_flat else each for name, each in told.items()},
    }


def _as_printed(limits: Sequence[float | None], whole: float) -> list[float | None]:
    """The limits of shares as PowerBI-SPC prints them: percentages to hundredths."""
    return [None if limit is None else round(limit / whole, 4) * whole for limit in limits]


def _nearer(line: Line, chart: str) -> Line:
    """Two thirds of the way to each limit; of days between, in the power in which they are even."""
    power = POWER if chart == "t" else 1
    centre = line.centre ** (1 / power)

    def two_thirds(limit: float | None) -> float | None:
        if limit is None:
            return None
        return float((centre + 2 / 3 * (limit ** (1 / power) - centre)) ** power)

    return Line(line.centre, two_thirds(line.lower), two_thirds(line.upper))


BY_THE_BOOK: dict[tuple[str, str], Callable[[Vector], Answer]] = {
    **{("nhs_making_data_count", chart): _two_and_three(chart) for chart in ("i", "p", "t")},
    ("nhs_making_data_count", "pprime"): _two_and_three("pp"),
    ("anhoej", "run"): _anhoej("run"),
    **{
        ("anhoej+3sigma", chart): _anhoej(chart)
        for chart in ("i", "mr", "c", "u", "p", "pp", "t", "g")
    },
}
