"""Taking back what was done together: at once, or by jobs where very many deals were changed.

Whatever cannot be taken back any more is told, and the others are not held up by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.bulk import AT_ONCE, OF_A_JOB
from crm.models import BulkEdit, BulkUndo, Deal, Stage, StaleDeal, take_back
from crm.models.undoing import batch_of, undone_already
from teams.models import LogEntry, Membership
from teams.refusals import Refusal

MOST_NAMED = 5


@dataclass
class Undone:
    """What came of taking many back: the new lines, and what could not be with the reason."""

    lines: list[LogEntry] = field(default_factory=list)
    refused: list[tuple[LogEntry, str]] = field(default_factory=list)


def take_all_back(entry: LogEntry, *, by: Membership, at: datetime) -> Undone | BulkUndo:
    """Take back every line of this line's batch, as far as it can be; very many by jobs.

    Raises StaleDeal where all of it was undone already, or somebody is at it.
    """
    edit = BulkEdit.objects.that_wrote(entry).first()
    if edit and len(edit.deals) > AT_ONCE:
        return BulkUndo.objects.ask(edit, by=by, at=at)
    lines = batch_of(entry)
    undone = _take_each_back(lines, by=by, at=at)
    if undone.refused and not lines.filter(taken_back=None).exists():
        raise undone_already()
    return undone


def go_on(undo: BulkUndo) -> None:
    """Take the change back for the next deals, and let another job do so for those after them."""
    some = undo.deals[undo.so_far :][:OF_A_JOB]
    entry, by = undo.edit.first_line, undo.team.memberships.current().filter(user=undo.person)
    assert entry
    # What somebody has taken back by itself meanwhile is as it should be.
    lines = batch_of(entry).filter(subject_id__in=some, taken_back=None)
    undone = _take_each_back(lines, by=by.first(), at=undo.asked_at)
    undo.so_far += len(some)
    undo.undone += len(undone.lines)
    undo.refused += _by_deal(undone)
    undo.save()
    if not undo.is_done:
        undo.arm()


def sentence_about(undone: Undone | BulkUndo) -> str:
    """How many were taken back, and which could not be."""
    if isinstance(undone, BulkUndo):
        return _("All of it is being undone.")
    count = len(undone.lines)
    text = ngettext("%(count)s change was undone.", "%(count)s changes were undone.", count) % {
        "count": count
    }
    if not undone.refused:
        return text
    names = [name for name, _reason in _by_deal(undone)]
    listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return f"{text} " + _("Changed since, and left as they are: %(names)s.") % {"names": listed}


def _by_deal(undone: Undone) -> list[tuple[str, str]]:
    """A deal that was changed in several ways is named once, with the first reason."""
    told = {line.subject_id: (line, reason) for line, reason in reversed(undone.refused)}
    return [(line.details.get("deal", ""), reason) for line, reason in reversed(told.values())]


def _take_each_back(lines: QuerySet[LogEntry], *, by: Membership | None, at: datetime) -> Undone:
    undone = Undone()
    with transaction.atomic():
        found = list(lines.order_by("subject_id", "-pk"))
        _hold(found)
        for line in found:
            try:
                undone.lines.append(_take_one_back(line, by=by, at=at))
            except Refusal as refusal:
                undone.refused.append((line, str(refusal)))
    return undone


def _hold(lines: Sequence[LogEntry]) -> None:
    """First the stages, then the deals, each in one order: nobody waits in a circle."""
    kept = [line.details.get(side, {}) for line in lines for side in ("before", "again")]
    stages = Stage.objects.filter(pk__in=[side["stage_id"] for side in kept if side])
    deals = Deal.everything.filter(pk__in=[line.subject_id for line in lines])
    list(stages.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    deals.hold()


def _take_one_back(line: LogEntry, *, by: Membership | None, at: datetime) -> LogEntry:
    if by is None:
        raise StaleDeal(_("Whoever wanted this undone has left the team."))
    return take_back(line, by=by, at=at)
