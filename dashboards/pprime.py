"""The P′ chart: a range for shares that is wider for fewer cases. Pure arithmetic.

By chance alone a share strays from its centre by 1/√cases. So every share is brought to where it
would lie if its period had as many cases as most: as far from the centre, times √(cases/usual).
What comes of that is a series of single figures like any other. Its moving ranges give the limits
(`dashboards.xmr`), so whatever else moves the process from period to period is in them as well;
the binomial limits of a P chart know chance alone, and of many cases call every period a signal.

Source: D. B. Laney, Improved Control Charts for Attributes, Quality Engineering 14(4) (2002) 531.
His z has the binomial deviation of each period below it; what that deviation has in common to all
periods falls out again where limits are drawn, so it is not needed here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dashboards.xmr import TEAM, Figures, Limits, Profile, natural_limits

Cases = Sequence[int | None]

# One range for all is near enough while no period is further than this share from the usual number
# of cases: its limits are off by a seventh at most. D. C. Montgomery, Introduction to Statistical
# Quality Control, on control charts of a variable sample size, gives the same bound.
DIFFERS = 0.25


def widens(values: Figures, cases: Cases) -> bool:
    """Whether the periods that have a figure differ so much in cases that one range fits badly."""
    there = [of for _, of in _pairs(values, cases)]
    usual = math.fsum(there) / len(there) if there else 0
    return any(abs(of - usual) > DIFFERS * usual for of in there)


def share_limits(values: Figures, cases: Cases, profile: Profile = TEAM) -> Limits | None:
    """The range of a period with the average number of cases, or None where none can be computed.

    The centre is the share of all cases of all periods together.
    """
    pairs = _pairs(values, cases)
    if not pairs:
        return None
    total = sum(of for _, of in pairs)
    centre = math.fsum(value * of for value, of in pairs) / total
    around = Limits(centre, centre, centre, 0, len(pairs), total / len(pairs))
    found = natural_limits(evened(values, cases, around), profile)
    if found is None:
        return None
    reach = profile.limit_factor * found.mean_range
    return replace(around, lower=centre - reach, upper=centre + reach, mean_range=found.mean_range)


def evened(values: Figures, cases: Cases | None, limits: Limits) -> list[float | None]:
    """Where each figure would lie if its period had the cases of these limits.

    The figures themselves where the limits are the same for any number of cases.
    """
    usual = limits.cases
    if usual is None or cases is None:
        return list(values)
    return [
        None
        if value is None
        else limits.centre + (value - limits.centre) * math.sqrt((of or 0) / usual)
        for value, of in zip(values, cases, strict=True)
    ]


def _pairs(values: Figures, cases: Cases) -> list[tuple[float, int]]:
    both = zip(values, cases, strict=True)
    return [(value, of) for value, of in both if value is not None and of]
