"""Taking back what somebody did: one way for every change, whatever it was.

A kind of logbook line can be taken back when a function is registered for it:

    @undoes(Happening.DEAL_EDITED)
    def put_facts_back(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry: ...

It makes the thing as it was before that line and writes a line of its own, which it returns. When
the thing has changed since, it raises a Refusal and nothing happens. The line that it writes may be
of a kind that can be taken back too: then the change is made once more.

A change of fields of a deal needs no function of its own: a line of the kind DEAL_EDITED that holds
`old` and `new`, each {attname: value} as in {"owner_id": 3, "amount": "10.00"}, can be taken back.

Many at once are a batch: one line per deal, all of them with the same text as `batch` in their
details (`new_batch()`) and the same `at`. crm.batches takes any line of it and goes through all.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.refusals import StaleDeal, StaleWork
from teams.models import LogEntry, Membership, Team

if TYPE_CHECKING:
    from crm.models.deal import Deal
    from crm.models.visit import StageVisit


class Undo(Protocol):
    """Makes a change undone and says so in the logbook. Raises Refusal when it is too late."""

    def __call__(self, entry: LogEntry, /, *, by: Membership, at: datetime) -> LogEntry: ...


Stands = Callable[[LogEntry, "Deal", "StageVisit"], bool]


class PutBack(Protocol):
    """Puts a thing back where it stood. Raises Refusal where it stands there already."""

    def __call__(self, thing: Any, /, *, by: Membership, at: datetime) -> LogEntry: ...


_undos: dict[str, Undo] = {}
_stands: dict[str, Stands] = {}


def undoes(*kinds: str, stands: Stands | None = None) -> Callable[[Undo], Undo]:
    """Let the decorated function take back lines of these kinds.

    `stands` looks at a deal and its running visit, and says whether the line still describes how
    they are, so that no page offers what would be refused.
    """

    def register(undo: Undo) -> Undo:
        for kind in kinds:
            _undos[kind] = undo
            if stands:
                _stands[kind] = stands
        return undo

    return register


def of_one_among(things: Callable[[], models.QuerySet[Any]], put_back: PutBack) -> Undo:
    """Take back a line about one of these things by putting it back where it stood.

    undoes(Happening.NOTE_REMOVED)(of_one_among(Note.objects.outside_the_bin, Note.put_back))
    """

    def undo(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
        thing = things().filter(team=entry.team_id, pk=entry.subject_id).first()
        if thing is None:
            raise StaleWork(_("This is not here any more. Nothing was undone."))
        return put_back(thing, by=by, at=at)

    return undo


def undoable() -> frozenset[str]:
    """The kinds of lines that can be taken back."""
    return frozenset(_undos)


def still_stands(entry: LogEntry, deal: "Deal", visit: "StageVisit") -> bool:
    """Whether a line in the story of this deal can be taken back now."""
    stands = _stands.get(entry.kind)
    return entry.kind in _undos and (stands is None or stands(entry, deal, visit))


def new_batch() -> str:
    """What the lines of one batch have in common."""
    return uuid.uuid4().hex


class TakenBack(models.Model):
    """That a line of the logbook was taken back, and by which other line. Written once."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    line = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="taken_back")
    by_line = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="takes_back")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(line=models.F("by_line")), name="no_line_takes_itself_back"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id}, by line {self.by_line_id}"


def take_back(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Take back what this line tells. The logbook keeps both lines; this returns the second.

    Raises StaleDeal when that was done already, and the Refusal of its kind when it is too late.
    """
    undo = _undos.get(entry.kind)
    if undo is None or entry.team_id != by.team_id:
        raise StaleDeal(_("This cannot be undone."))
    with transaction.atomic():
        if TakenBack.objects.filter(line=entry).exists():
            raise undone_already()
        line = undo(entry, by=by, at=at)
        # Of two at once the second waits here at the latest, and is told.
        _kept, is_first = TakenBack.objects.get_or_create(
            line=entry, defaults={"team_id": entry.team_id, "by_line": line}
        )
        if not is_first:
            raise undone_already()
    return line


def undone_already() -> StaleDeal:
    """What the second of two is told."""
    return StaleDeal(_("This was undone already. Nothing was undone now."))


def batch_of(entry: LogEntry) -> models.QuerySet[LogEntry]:
    """All lines of the batch that this line is one of; none when it stands alone."""
    batch = entry.details.get("batch")
    if not batch or entry.team_id is None:
        return LogEntry.objects.none()
    # The moment is in the index of a team's logbook; the details are in none.
    return LogEntry.objects.filter(team=entry.team_id, at=entry.at, details__batch=batch)
