"""The figures of a published report as a table: a row per figure and period.

Slugs, codes and numbers as the report holds them, so that the file reads the same in every
language; the seal of the report stands in every row, so that a row cut out still says whose it is.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dashboards.between import Sort
from dashboards.models import Report
from dashboards.models.commentary import words_in
from teams.tables import Value

HEAD = (
    "report",
    "kpi",
    "part",
    "period",
    "unit",
    "value",
    "n",
    "numerator",
    "denominator",
    "centre",
    "lower",
    "upper",
    "signal",
    "words",
    "sha256",
)


NUMBERS = frozenset({"value", "numerator", "denominator", "centre", "lower", "upper"})


def rows_of(report: Report) -> Iterator[list[Value]]:
    """Every figure through time, the report's own period last, then its parts and distances."""
    payload, words = report.payload, words_in(report.payload)
    same = {"report": payload["period"], "sha256": report.sha256}
    for entry in payload["kpis"]:
        kpi = {**same, "kpi": entry["slug"], "unit": entry["unit"]}
        for row in _through_time(entry):
            is_latest = row["period"] == payload["period"]
            latest = {**entry, "words": words.get(entry["slug"])} if is_latest else {}
            yield _written({**latest, **row, **kpi})
        for part in entry.get("breakdown", []):
            yield _written({**part, **kpi, "part": part["label"], "period": payload["period"]})
        for gap in _distances(entry.get("between")):
            yield _written({**kpi, **gap})


def _distances(held: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """The days, or the cases, from one rare event to the next, each by the day of its end."""
    if held is None:
        return
    unit = "days" if held["sort"] == Sort.DAYS else "cases"
    same = {**(held["limits"] or {}), "part": f"between: {held['sort']}", "unit": unit, "n": None}
    for gap in held["gaps"]:
        yield {**same, "period": gap["until"], "value": gap["length"]}


def _through_time(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sides = {point: one["side"] for one in entry["signals"] for point in one["points"]}
    for point in entry["series"]:
        yield {**(entry["limits"] or {}), **point, "signal": sides.get(point["period"])}


def _written(row: dict[str, Any]) -> list[Value]:
    return [
        Decimal(value) if name in NUMBERS and value is not None else value
        for name, value in ((name, row.get(name)) for name in HEAD)
    ]
