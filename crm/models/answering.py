"""Who waited for an answer and for how long: a pure function of what was said.

A clock starts when the customer turns to us and nobody of theirs waits yet, and it stops when one
of us turns to them. What no person said neither starts nor stops one. A phone call or a meeting is
a conversation: whoever began it, it answers what waited and leaves nobody waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from teams.worktime import WorkHours

CONVERSATIONS = frozenset({"phone", "meeting"})


class Said(Protocol):
    """What of an interaction matters here."""

    pk: int
    channel: str
    direction: str
    occurred_at: datetime
    is_automated: bool


@dataclass(frozen=True)
class Wait:
    """A customer who waited, from one interaction to the other; still, where there is none."""

    opened_by: int
    opened_at: datetime
    answered_by: int | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Terms:
    """What held when somebody began to wait: our hours, and our promise in working seconds."""

    hours: WorkHours
    promise: int | None

    def due_at(self, opened_at: datetime) -> datetime | None:
        return None if self.promise is None else self.hours.after(opened_at, self.promise)


def waits(said: Iterable[Said]) -> Iterator[Wait]:
    """Every wait in what was said about one deal, in whatever order it was written down.

    Of what was said at the same moment, the question comes first.
    """
    asked: Said | None = None
    people = (one for one in said if not one.is_automated)
    for one in sorted(people, key=lambda each: (each.occurred_at, not _asks(each), each.pk)):
        if _asks(one):
            asked = asked or one
        elif asked:
            yield Wait(asked.pk, asked.occurred_at, one.pk, one.occurred_at)
            asked = None
    if asked:
        yield Wait(asked.pk, asked.occurred_at)


def _asks(one: Said) -> bool:
    return one.direction == "in" and one.channel not in CONVERSATIONS
