"""What a person has to do: one source for the Today page, the digest and the badges."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from teams.models import Team, User


@dataclass(frozen=True)
class Duty:
    """One thing to do: what, for whom or about what, by which day, and where."""

    what: str
    about: str
    due_on: date | None
    url: str
    is_late: bool = False


Source = Callable[[User, Team, date], Iterable[Duty]]

_sources: list[Source] = []


def register(source: Source) -> Source:
    """Ask the decorated function too; it is called with the person, the team and the day."""
    if source not in _sources:
        _sources.append(source)
    return source


def of(user: User, team: Team, *, day: date) -> list[Duty]:
    """Everything this person has to do for this team, the oldest day first."""
    found = [duty for source in _sources for duty in source(user, team, day)]
    return sorted(found, key=lambda duty: (duty.due_on or date.max, duty.about, duty.what))
