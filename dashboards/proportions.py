"""How far a share of a few cases may be trusted. Pure arithmetic."""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson(successes: int, cases: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The interval (low, high), as fractions 0 to 1, around successes of cases.

    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209, without continuity correction.
    Raises ValueError unless 0 ≤ successes ≤ cases and there is at least one case.
    """
    if not 0 <= successes <= cases or cases == 0:
        raise ValueError(f"{successes} of {cases} is not a share.")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, weight = successes / cases, z * z / cases
    centre = (share + weight / 2) / (1 + weight)
    reach = z * math.sqrt((share * (1 - share) + weight / 4) / cases) / (1 + weight)
    low = 0.0 if successes == 0 else centre - reach
    high = 1.0 if successes == cases else centre + reach
    return low, high
