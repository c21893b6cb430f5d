"""What became of what the team decided, sealed in the report in which it was to be looked at again.

Apps above register who tells it and in which words: the instruments know none of them. What a
report holds is told for as long as the report is, also where nobody tells of its kind any more:
then it is sealed and stays unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from dashboards.models import Report
from dashboards.periods import Period
from teams.models import Team

# The key under which a report holds them; one that has none to tell lacks it.
KEY = "effects"


@dataclass(frozen=True)
class Due:
    """Which effects belong into a report: those that were to be looked at from `first` to `last`.

    And those of before that came to light since the report before it, which went out at `since`;
    of all of them what was known by `until`.
    """

    first: date
    last: date
    since: datetime | None
    until: datetime


# Called with the team; each entry is plain JSON, and says under `subject` what it is about.
Source = Callable[[Team, Due], Iterable[dict[str, Any]]]
Words = Callable[[Mapping[str, Any]], str]


class Teller(NamedTuple):
    """Who tells of one kind, in which words, and the name of the address of its subjects."""

    source: Source
    says: Words
    page: str


class Told(NamedTuple):
    """An effect as it is read, and the page of what it came from."""

    says: str
    page: str
    subject: int


_tellers: dict[str, Teller] = {}


def register(kind: str, source: Source, *, says: Words, page: str) -> None:
    """Let reports tell effects of this kind."""
    _tellers[kind] = Teller(source, says, page)


def published(team: Team, period: Period, before: Report | None, *, at: datetime) -> dict[str, Any]:
    """What the report of a period holds of them: nothing where there are none."""
    since = before.published_at if before else None
    due = Due(period.first_day, period.last_day, since, at)
    found = [
        {"kind": kind, **entry}
        for kind, teller in _tellers.items()
        for entry in teller.source(team, due)
    ]
    return {KEY: found} if found else {}


def told(payload: Mapping[str, Any]) -> list[Told]:
    """Those of a report in the reader's words, each sentence once."""
    found = [
        Told(teller.says(entry), teller.page, entry["subject"])
        for entry in payload.get(KEY, [])
        if (teller := _tellers.get(entry["kind"]))
    ]
    return list({one.says: one for one in found}.values())
