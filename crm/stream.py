"""What happened to a deal and was said about it, the newest first, as its page tells it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import BooleanField, F, Prefetch, Value
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.cards import Reader
from crm.happenings import Happening
from crm.markdown import shown
from crm.models import Activity, Attachment, Channel, Deal, Interaction, Note, Question, StageVisit
from crm.models.undoing import still_stands, undoable
from crm.phrases import question_answered, said
from teams import story
from teams.models import LogEntry, User
from teams.paging import page_of

# The kinds of things that a stream is made of.
LINE, SAID, DONE, ANSWER = "line", "said", "done", "answer"
NOTED, FILED = "noted", "filed"

ICONS: dict[str, str] = {
    Happening.DEAL_ADDED: "plus",
    Happening.DEAL_EDITED: "pencil",
    Happening.DEAL_TAKEN: "hand",
    Happening.DEAL_HANDED_ON: "hand",
    Happening.DEAL_MOVED: "arrow-right",
    Happening.DEAL_TRANSFERRED: "arrow-right",
    Happening.DEAL_WON: "circle-check",
    Happening.DEAL_LOST: "circle-x",
    Happening.DEAL_REOPENED: "rotate-ccw",
    Happening.DEAL_MOVE_UNDONE: "undo-2",
    Happening.DEAL_CHANGE_UNDONE: "undo-2",
    Happening.DEAL_DELETED: "trash-2",
    Happening.DEAL_RESTORED: "undo-2",
    Happening.ITEM_TICKED: "check",
    Happening.ITEM_UNTICKED: "minus",
    Happening.STEP_PLANNED: "calendar",
    Happening.QUESTION_ASKED: "circle-question-mark",
    Happening.QUESTION_WITHDRAWN: "circle-question-mark",
}


CHANNEL_ICONS: dict[str, str] = {
    Channel.EMAIL: "mail",
    Channel.PHONE: "phone",
    Channel.MEETING: "users-round",
    Channel.CHAT: "messages-square",
    Channel.FORM: "newspaper",
    Channel.POST: "mail",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of the stream. `who` is None for a manager, `undo_url` empty for what stays.

    `is_undo` marks a line that took another back: undoing it does the thing again.
    """

    template = "crm/_told.html"
    icon: str
    line: str
    who: User | None
    at: datetime
    undo_url: str = ""
    is_undo: bool = False


@dataclass(frozen=True, kw_only=True)
class Said(Told):
    """Something that was said. To a manager only what kind of thing it was, and when."""

    template = "crm/_said.html"
    interaction: Interaction | None
    edit_url: str
    removal_url: str


@dataclass(frozen=True, kw_only=True)
class Done(Told):
    """An activity that was done, and to the team what came of it."""

    template = "crm/_done.html"
    outcome_note: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Answered(Told):
    """What the customer answered when we asked how well we helped."""

    template = "crm/_answered.html"
    question: Question


@dataclass(frozen=True, kw_only=True)
class Noted(Told):
    """A note. To a manager only that it is there, and since when."""

    template = "crm/_noted.html"
    note: Note | None
    html: SafeString | str
    is_pinned: bool
    url: str
    removal_url: str


@dataclass(frozen=True, kw_only=True)
class Filed(Told):
    """A file. To a manager only that it is there, and since when."""

    template = "crm/_filed.html"
    file: Attachment | None


@dataclass(frozen=True)
class Stream:
    """A page of what happened, with the addresses of the pages beside it."""

    lines: list[Told]
    newer_url: str
    older_url: str

    @classmethod
    def of(cls, deal: Deal, visit: StageVisit, reader: Reader, *, page: str | None = None) -> Self:
        """The lines about this deal, and which of them can be taken back."""
        index = page_of(_everything_about(deal), page)
        told = {
            LINE: _told(_keys(index.rows, LINE), deal, visit, reader),
            DONE: _done(_keys(index.rows, DONE), deal, reader),
            SAID: _said(_keys(index.rows, SAID), deal, reader),
            ANSWER: _answered(_keys(index.rows, ANSWER), deal),
            NOTED: _noted(_keys(index.rows, NOTED), deal, reader),
            FILED: _filed(_keys(index.rows, FILED), deal, reader),
        }
        return cls(
            # What was removed between the two questions is left out.
            lines=[told[kind][pk] for kind, pk, _at, _on_top in index.rows if pk in told[kind]],
            newer_url=index.newer_url,
            older_url=index.older_url,
        )


def _everything_about(deal: Deal) -> Any:
    """Kind, key, moment and whether it is pinned of all that the stream shows, newest first."""
    told = LogEntry.objects.about(deal).exclude(kind=Happening.DEAL_PLACED)
    never = Value(value=False, output_field=BooleanField())
    sources: list[tuple[str, Any, str, Any]] = [
        (LINE, told, "at", never),
        (SAID, deal.interactions.there(), "occurred_at", never),
        (DONE, deal.activities.done(), "done_at", never),
        (NOTED, deal.notes.there(), "written_at", F("is_pinned")),
        (FILED, deal.attachments.there(), "added_at", never),
        (ANSWER, deal.questions.answered(), "answered_at", never),
    ]
    first, *others = [
        rows.order_by()
        .annotate(of=Value(kind), moment=F(name), on_top=pinned)
        .values_list("of", "pk", "moment", "on_top")
        for kind, rows, name, pinned in sources
    ]
    return first.union(*others, all=True).order_by("-on_top", "-moment", "of", "-pk")


def _keys(rows: list[tuple[str, int, datetime, bool]], kind: str) -> list[int]:
    return [pk for of, pk, _at, _on_top in rows if of == kind]


def _told(keys: list[int], deal: Deal, visit: StageVisit, reader: Reader) -> dict[int, Told]:
    entries = LogEntry.objects.filter(pk__in=keys) if keys else LogEntry.objects.none()
    told = entries.select_related("actor", "taken_back", "takes_back")
    return {entry.pk: _one_told(entry, deal, visit, reader) for entry in told}


def _one_told(entry: LogEntry, deal: Deal, visit: StageVisit, reader: Reader) -> Told:
    stands = not hasattr(entry, "taken_back") and still_stands(entry, deal, visit)
    return Told(
        icon="undo-2" if hasattr(entry, "takes_back") else ICONS.get(entry.kind, "history"),
        line=story.line(entry),
        who=entry.actor if reader.sees_people else None,
        at=entry.at,
        undo_url=undo_url(entry, reader.team.slug) if stands and reader.sees_people else "",
        is_undo=hasattr(entry, "takes_back"),
    )


def _said(keys: list[int], deal: Deal, reader: Reader) -> dict[int, Told]:
    found = deal.interactions.filter(pk__in=keys).select_related("by", "contact") if keys else []
    return {one.pk: _one_said(one, deal, reader) for one in found}


def _one_said(one: Interaction, deal: Deal, reader: Reader) -> Said:
    parts = [reader.team.slug, deal.number, one.pk]
    return Said(
        icon=CHANNEL_ICONS[one.channel],
        line=said(one.channel, one.direction),
        who=one.by if reader.sees_people else None,
        at=one.occurred_at,
        interaction=one if reader.sees_people else None,
        edit_url=f"?interaction={one.pk}#compose" if reader.sees_people else "",
        removal_url=reverse("crm:deal-interaction-removal", args=parts),
    )


def _noted(keys: list[int], deal: Deal, reader: Reader) -> dict[int, Told]:
    if not keys:
        return {}
    found = deal.notes.filter(pk__in=keys).with_mentions()
    files = Prefetch("attachments", Attachment.objects.there().order_by("pk"), to_attr="files")
    return {one.pk: _one_noted(one, reader) for one in found.prefetch_related(files)}


def _one_noted(one: Note, reader: Reader) -> Noted:
    mentioned = [mention.user for mention in one.mentions.all()]
    return Noted(
        icon="sticky-note",
        line=_("A note"),
        who=one.by if reader.sees_people else None,
        at=one.written_at,
        note=one if reader.sees_people else None,
        html=shown(one.text, mentioned) if reader.sees_people else "",
        is_pinned=one.is_pinned,
        url=reverse("crm:note", args=[reader.team.slug, one.pk]),
        removal_url=reverse("crm:note-removal", args=[reader.team.slug, one.pk]),
    )


def _filed(keys: list[int], deal: Deal, reader: Reader) -> dict[int, Told]:
    found = deal.attachments.filter(pk__in=keys).select_related("by") if keys else []
    return {one.pk: _one_filed(one, reader) for one in found}


def _one_filed(one: Attachment, reader: Reader) -> Filed:
    return Filed(
        icon="paperclip",
        line=_("A file"),
        who=one.by if reader.sees_people else None,
        at=one.added_at,
        file=one if reader.sees_people else None,
    )


def _done(keys: list[int], deal: Deal, reader: Reader) -> dict[int, Told]:
    found = deal.activities.filter(pk__in=keys).select_related("done_by") if keys else []
    return {one.pk: _one_done(one, reader) for one in found}


def _one_done(one: Activity, reader: Reader) -> Done:
    return Done(
        icon="check",
        line=one.title,
        who=one.done_by if reader.sees_people else None,
        at=one.done_at or reader.at,
        outcome_note=one.outcome_note if reader.sees_people else "",
        url=reverse("crm:activity", args=[reader.team.slug, one.pk]),
    )


def _answered(keys: list[int], deal: Deal) -> dict[int, Told]:
    found = deal.questions.answered().filter(pk__in=keys) if keys else []
    line = question_answered(deal.naming())
    return {
        one.pk: Answered(
            icon="messages-square", line=line, who=None, at=one.answered_at, question=one
        )
        for one in found
        if one.answered_at
    }


def undo_url(entry: LogEntry, team_slug: str) -> str:
    """Where this line can be taken back; empty for what stays."""
    return reverse("crm:undo", args=[team_slug, entry.pk]) if entry.kind in undoable() else ""
