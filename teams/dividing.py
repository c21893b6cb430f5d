"""What else goes along when a team divides: each app tells its part of the plan.

A part stands on the page of the plan, where everybody reads it before they consent. While a part
lacks something, the plan is not laid before the team; while something hinders it, the team is not
divided. What an app does when it happens, it does on `teams.signals.dividing`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from teams.models.division import Division


@dataclass(frozen=True)
class Part:
    """What one app has to say of a plan.

    `sentence` says what will happen, with its numbers. `url` is where the team chooses, blank where
    there is nothing to choose. `lacks` is a sentence about what has still to be chosen before the
    plan is laid before the team, `hinders` one about what has to end before the team is divided.
    """

    title: str
    sentence: str
    url: str = ""
    lacks: str = ""
    hinders: str = ""


# Called with the plan, inside the wall of its team; None where the app has nothing to say of it.
Source = Callable[["Division"], Part | None]

_sources: list[Source] = []


def register(source: Source) -> Source:
    """Let the decorated function tell its app's part of a plan."""
    if source not in _sources:
        _sources.append(source)
    return source


def parts_of(division: Division) -> list[Part]:
    """What each app has to say of this plan, in the order of registration."""
    told = (source(division) for source in _sources)
    return [part for part in told if part is not None]
