"""Finds the published figures our statistics are held against; they are no part of the project."""

import json
import math
from typing import Any

import pytest

from tests.shared import SHARED

VECTORS = SHARED / "vectors"

Document = dict[str, Any]

needed = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"the published vectors are not here: {VECTORS}"
)


def document(name: str) -> Document:
    """One vector by its id."""
    found: Document = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def documents() -> list[Document]:
    """All vectors, none where the folder is absent."""
    return [document(path.stem) for path in sorted(VECTORS.glob("*.json"))]


def agrees(ours: object, theirs: object, tolerance: dict[str, float]) -> bool:
    """Whether an answer equals the published one: arrays item by item, null only null."""
    if isinstance(theirs, list):
        return (
            isinstance(ours, list)
            and len(ours) == len(theirs)
            and all(agrees(mine, one, tolerance) for mine, one in zip(ours, theirs, strict=True))
        )
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return ours == theirs
    if isinstance(ours, bool) or not isinstance(ours, int | float):
        return False
    relative = tolerance.get("rel", 0 if "abs" in tolerance else 1e-4)
    return math.isclose(ours, theirs, rel_tol=relative, abs_tol=tolerance.get("abs", 0))
