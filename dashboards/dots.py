"""Where the dots of a picture stand, and by when most of something had ended. Pure.

Percentiles are by nearest rank (the smallest value that at least such a share lies at or below), so
each of them is a length that really was.
"""

import math
from collections.abc import Sequence

# Below how many lengths a line through "85 of 100" says nothing.
FEWEST = 6


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that this share of them lies at or below; None of fewer than six.

    Raises ValueError for a share outside (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"A share lies above 0 and up to 1, not at {share}.")
    if len(values) < FEWEST:
        return None
    return sorted(values)[math.ceil(share * len(values)) - 1]


def top_of(values: Sequence[float]) -> float:
    """Up to where a picture of these values goes, from nought: the highest and some air, or 1."""
    highest = max(values, default=0.0)
    return highest * 1.06 if highest > 0 else 1.0


def down(value: float, top: float, height: int) -> str:
    """How many pixels below the upper edge a value stands, in a picture from nought to top."""
    return f"{height * (1 - value / top):.1f}"


def beside(number: int, of: int, *, width: float) -> float:
    """Where the n-th of several dots stands around their middle: evenly, in a width of so much."""
    if of == 1:
        return 0.0
    return width * (number / (of - 1) - 0.5)
