"""What an app shows on a page that is not its own.

Places: `today`, on a team's first page; `team`, on the page about the team itself; `hours`, beside
its working hours; `teams`, where somebody chooses a team; `followed`, there below those that they
follow; `rooms`, below all the reading rooms of somebody; `account`, in the menu of one's account;
`profile`, on one's own page; `customer`, on the page of an organization; `figure`, below a figure;
`changed`, below the headline of a report; `agreement` and `procedure`, on the page of one; `frame`,
below one that is announced; `process`, below the process of a team; `versions`, in each of them in
the history of all processes, and `graves`, in each of a graveyard, whose key the panel gets as
`about`. Their subjects are the team three
times, the person five times, the organization, the figure, the slugs of what changed, the
agreement, the procedure, the frame, the pipeline, the versions as they are told, and the
buried procedures. A panel is a
template with its context; the page only says where it stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    template: str
    context: dict[str, Any] = field(default_factory=dict)


Source = Callable[[HttpRequest, Any], Panel | None]

_sources: dict[str, list[Source]] = {}


def register(place: str) -> Callable[[Source], Source]:
    """Let the decorated function show a panel at this place, or nothing."""

    def keep(source: Source) -> Source:
        sources = _sources.setdefault(place, [])
        if source not in sources:
            sources.append(source)
        return source

    return keep


def at(place: str, request: HttpRequest, subject: Any) -> list[Panel]:
    """The panels that stand at this place for this subject, in the order of registration."""
    shown = (source(request, subject) for source in _sources.get(place, []))
    return [panel for panel in shown if panel is not None]
