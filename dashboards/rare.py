"""Charts of what happens seldom: how long, or how many cases, from one time to the next.

Where a period has few cases, its count or share jumps about by itself and bears no normal range.
The distance between two of the rare events does: in days (a T chart), or in cases (a G chart).
Pure arithmetic; no Django, no clock.

Sources: L. S. Nelson, Journal of Quality Technology 26(3) (1994) 239, for the power that makes
times between look normal; J. C. Benneyan, Health Care Management Science 4 (2001) 305, for the
limits of a geometric number of cases, with the median as the centre, as half of such figures lie
below it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from dashboards.spc import LIMITS_FROM, SIGNALS_FROM
from dashboards.xmr import TEAM, Finding, Limits, Outside, Profile, Run, judge, mean, natural_limits

POWER = 3.6
# What is judged has no symmetrical range, so nothing is said of figures that come near a limit.
RARE = replace(TEAM, name="rare", rules=(Outside(), Run(8, line_ends=False)))


def days_between(moments: Sequence[datetime]) -> list[float]:
    """How many days passed from each moment to the next one, the oldest first.

    To a millionth, a tenth of a second, so that a report holds all that its limits rest on.
    """
    return [round((there - here) / timedelta(days=1), 6) for here, there in pairwise(moments)]


def cases_between(came: Iterable[bool]) -> list[float]:
    """How many cases went by from each rare one to the next, of cases in the order of time."""
    gaps: list[float] = []
    since: int | None = None
    for is_rare in came:
        if is_rare:
            gaps += [] if since is None else [float(since)]
            since = 0
        elif since is not None:
            since += 1
    return gaps


def limits_of_days(gaps: Sequence[float], profile: Profile = RARE) -> Limits | None:
    """The range of days between, or None where these give none.

    Limits of the days to the power 1/3.6, brought back to days. `mean_range` stays in that power.
    """
    limits = _enough(gaps) and natural_limits([gap ** (1 / POWER) for gap in gaps], profile)
    if not limits or not limits.mean_range:
        return None
    return Limits(
        limits.centre**POWER,
        max(limits.lower, 0.0) ** POWER,
        limits.upper**POWER,
        limits.mean_range,
        limits.n,
    )


def limits_of_cases(gaps: Sequence[float]) -> Limits | None:
    """The range of cases between, or None where these give none; it begins at 0."""
    if not _enough(gaps) or not any(gaps):
        return None
    usual = mean(gaps)
    upper = usual + 3 * math.sqrt(usual * (usual + 1))
    return Limits(float(median(gaps)), 0.0, upper, 0.0, len(gaps))


def findings(gaps: Sequence[float], limits: Limits | None) -> list[Finding]:
    """What is unusual in these distances; nothing as long as there are fewer than twelve."""
    return judge(gaps, baseline=limits if len(gaps) >= SIGNALS_FROM else None, profile=RARE)


def _enough(gaps: Sequence[float]) -> bool:
    return len(gaps) >= LIMITS_FROM
