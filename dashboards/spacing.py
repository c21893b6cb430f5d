"""Whether the distances between rare events in a report agree with what stands beside them. Pure.

A report holds the distances, the range that they give and the figure of its period. Each of them
follows from the others, so one that was changed alone is found.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from dashboards.between import Gaps, Sort
from dashboards.periods import Period
from dashboards.reading import gaps_in

LIMITS = ("centre", "lower", "upper")


def fits(held: dict[str, Any], entry: dict[str, Any], period: Period) -> bool:
    """Whether the distances `held` give their range, and are as many as the `entry` counts."""
    gaps = gaps_in(held)
    return _gives(gaps, held["limits"]) and _counts(gaps, entry, period)


def _gives(gaps: Gaps, told: dict[str, Any] | None) -> bool:
    limits = gaps.limits
    if limits is None or told is None:
        return False
    return all(
        math.isclose(getattr(limits, name), float(told[name]), rel_tol=1e-6, abs_tol=1e-9)
        for name in LIMITS
    )


def _counts(gaps: Gaps, entry: dict[str, Any], period: Period) -> bool:
    """The events within the period; of many, those before the first distance are not held."""
    days = [gaps.since, *gaps.ends]
    within = sum(period.first_day <= day < period.next.first_day for day in days)
    counted = _counted(gaps.sort, entry)
    return within == counted if gaps.since < period.first_day else within <= counted


def _counted(sort: Sort, entry: dict[str, Any]) -> Decimal:
    if sort is Sort.DAYS:
        return Decimal(entry["n"])
    yes = Decimal(entry["numerator"] or 0)
    return yes if sort is Sort.YES else Decimal(entry["denominator"] or 0) - yes
