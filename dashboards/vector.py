"""A test vector as it is read: its parameters and its input, each checked as it is asked for.

Pure: no Django, no files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboards.xmr import Profile

Answer = dict[str, object]

# Limits of an individuals chart: three standard deviations, estimated as the average
# moving range over d2 = 1.128.
SIGMA_DIVISOR = 1.128


class VectorError(ValueError):
    """The document cannot be answered; the message says why, in one sentence."""


@dataclass(frozen=True)
class Vector:
    """The two parts of a document that a computation may read."""

    params: Mapping[str, object]
    input: Mapping[str, object]

    def figures(self, name: str) -> list[float | None]:
        """A list of numbers, null for a missing one."""
        values = self._list(name)
        return [None if value is None else _number(value, name) for value in values]

    def numbers(self, name: str) -> list[float]:
        """A list of numbers, none missing."""
        return [_number(value, name) for value in self._list(name)]

    def words(self, name: str, allowed: Sequence[object]) -> list[object]:
        """A list of which every item is one of the allowed ones."""
        values = self._list(name)
        strange = [value for value in values if value not in allowed]
        if strange:
            raise VectorError(f"“{name}” holds {strange[0]!r}; known are {list(allowed)}.")
        return values

    def number(self, name: str, default: float | None) -> float | None:
        """A parameter that is a number, or null."""
        value = self.params.get(name, default)
        return None if value is None else _number(value, name)

    def factor(self, name: str, default: float) -> float:
        """A parameter that multiplies or divides: a number above 0."""
        value = _number(self.params.get(name, default), name)
        if value <= 0:
            raise VectorError(f"“{name}” should be above 0, not {value}.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """A parameter that is true or false."""
        value = self.params.get(name, default)
        if not isinstance(value, bool):
            raise VectorError(f"“{name}” should be true or false, not {value!r}.")
        return value

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """A parameter that is one of a few words."""
        value = self.params.get(name, default)
        if value not in allowed:
            raise VectorError(f"“{name}” is {value!r}; known are {list(allowed)}.")
        return str(value)

    def count(self, name: str) -> int | None:
        """A parameter that counts from 1, or null."""
        value = self.params.get(name)
        return None if value is None else _whole(value, name, at_least=1)

    def positions(self, name: str) -> list[int]:
        """A parameter that is a number counting from 1, or a list of them, ascending."""
        given = self.params.get(name)
        if given is None:
            return []
        places = [_whole(one, name, at_least=1) for one in _as_list(given)]
        if places != sorted(set(places)):
            raise VectorError(f"“{name}” should ascend: {places}.")
        return places

    def indexes(self, name: str, below: int) -> list[int]:
        """A parameter that lists positions after the first, ascending."""
        given = self.params.get(name) or []
        if not isinstance(given, list):
            raise VectorError(f"“{name}” should be a list, not {given!r}.")
        places = [_whole(value, name, at_least=1) for value in given]
        if places != sorted(set(places)) or any(place >= below for place in places):
            raise VectorError(f"“{name}” should ascend and stay below {below}: {places}.")
        return places

    def _list(self, name: str) -> list[object]:
        values = self.input.get(name)
        if not isinstance(values, list) or not values:
            raise VectorError(f"The input needs a list “{name}” with something in it.")
        return values


def with_constants(profile: Profile, vector: Vector, *, screened: bool) -> Profile:
    """The profile with whatever constants the vector names for itself."""
    return replace(
        profile,
        limit_factor=vector.factor("limit_factor", profile.limit_factor),
        range_factor=vector.factor("range_factor", profile.range_factor),
        screen_factor=vector.factor("screen_factor", profile.screen_factor),
        screened=vector.flag("screen_outliers", default=screened),
    )


def check_lengths(here: Sequence[object], beside: Sequence[object]) -> None:
    if len(here) != len(beside):
        raise VectorError("The lists of the input should be equally long.")


def _as_list(given: object) -> list[object]:
    return given if isinstance(given, list) else [given]


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise VectorError(f"“{name}” should hold numbers, not {value!r}.")
    if not math.isfinite(value):
        raise VectorError(f"“{name}” should hold finite numbers, not {value}.")
    return value


def _whole(value: object, name: str, *, at_least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise VectorError(f"“{name}” should hold whole numbers from {at_least}, not {value!r}.")
    return value
