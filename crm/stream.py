"""What happened to a deal, the newest first, as its page tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from crm.cards import Reader
from crm.happenings import Happening
from crm.models import Deal, StageVisit
from teams import story
from teams.models import LogEntry, User

MOST_LINES = 100

ICONS: dict[str, str] = {
    Happening.DEAL_ADDED: "plus",
    Happening.DEAL_EDITED: "pencil",
    Happening.DEAL_TAKEN: "hand",
    Happening.DEAL_MOVED: "arrow-right",
    Happening.DEAL_WON: "circle-check",
    Happening.DEAL_LOST: "circle-x",
    Happening.DEAL_REOPENED: "rotate-ccw",
    Happening.DEAL_MOVE_UNDONE: "undo-2",
    Happening.STEP_PLANNED: "calendar",
}


@dataclass(frozen=True)
class Told:
    """One line of the stream. `who` is None for a manager, `undo_url` empty for what stays."""

    icon: str
    line: str
    who: User | None
    at: datetime
    undo_url: str


def stream_of(deal: Deal, visit: StageVisit, reader: Reader) -> list[Told]:
    """The last hundred lines about this deal; the move that began this visit can be undone."""
    entries = LogEntry.objects.about(deal).exclude(kind=Happening.DEAL_PLACED).newest_first()
    told = entries.select_related("actor")[:MOST_LINES]
    return [_told(entry, visit, reader) for entry in told]


def _told(entry: LogEntry, visit: StageVisit, reader: Reader) -> Told:
    undoable = reader.sees_people and entry.details.get("visit") == visit.pk
    return Told(
        icon=ICONS.get(entry.kind, "history"),
        line=story.line(entry),
        who=entry.actor if reader.sees_people else None,
        at=entry.at,
        undo_url=undo_url(entry, reader.team.slug) if undoable else "",
    )


def undo_url(entry: LogEntry, team_slug: str) -> str:
    """Where this line can be taken back; empty when it moved nothing to another stage."""
    if "visit" not in entry.details:
        return ""
    return reverse("crm:move-undo", args=[team_slug, entry.pk])
