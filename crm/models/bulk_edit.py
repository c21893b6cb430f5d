"""One change to many deals: what was asked, how far it is, and who refused; and its undoing."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models.in_parts import InParts
from crm.models.undoing import batch_of, undone_already
from crm.refusals import StaleDeal
from teams.models import LogEntry, Membership, Team

if TYPE_CHECKING:
    from crm.models.deal import Deal

CHANGE = "crm.bulk-edit"
UNDO = "crm.bulk-undo"


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    def ask(
        self, asked: dict[str, Any], deals: Sequence["Deal"], *, by: Membership, at: datetime
    ) -> "BulkEdit":
        """Write down what is to become of these deals; nothing is changed yet."""
        pks = sorted(deal.pk for deal in deals)
        return self.create(team=by.team, person=by.user, asked=asked, deals=pks, asked_at=at)

    def that_wrote(self, entry: LogEntry) -> Self:
        """The change of many deals that this line in the logbook is of, if it is of one."""
        return self.filter(team=entry.team_id, key=entry.details.get("batch"))


class BulkEdit(InParts):
    """What somebody asked for many deals at once.

    All lines in the logbook carry `batch` and the moment of the asking, and the first of them is
    `first_line`, by which all can be taken back.
    """

    kind, payload = CHANGE, "edit_id"

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="bulk_edits")
    # Forgotten once it is done: the logbook tells it.
    asked = models.JSONField(default=dict)
    deals = ArrayField(models.BigIntegerField())
    changed = models.PositiveIntegerField(default=0)
    first_line = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="+", null=True)

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("change of many deals")
        verbose_name_plural = gettext_lazy("changes of many deals")

    @property
    def batch(self) -> str:
        """What its lines in the logbook have in common."""
        return self.key.hex

    @property
    def undoing(self) -> "BulkUndo | None":
        """The last time that somebody took all of it back by jobs."""
        return self.undos.order_by("pk").last()

    @property
    def at_work(self) -> InParts | None:
        """What is being done now: the change, or its undoing."""
        return next((one for one in (self, self.undoing) if one and one.is_at_work), None)

    @property
    def can_be_taken_back(self) -> bool:
        if self.first_line is None or self.at_work:
            return False
        stopped = self.undoing is not None and self.undoing.has_failed
        return stopped or not hasattr(self.first_line, "taken_back")


class BulkUndoQuerySet(models.QuerySet["BulkUndo"]):
    def ask(self, edit: BulkEdit, *, by: Membership, at: datetime) -> "BulkUndo":
        """Let jobs take back all that this change did, as far as it can be.

        Raises StaleDeal while jobs are at the change, or at taking it back already, and where
        nothing is left to be taken back.
        """
        with transaction.atomic():
            # Of two at once the second waits here, and is told.
            edit = BulkEdit.objects.select_for_update(no_key=True).get(pk=edit.pk)
            if edit.is_at_work:
                raise StaleDeal(
                    _("These deals are still being changed. Undo it once that is done.")
                )
            if edit.at_work:
                raise StaleDeal(_("This is being undone already."))
            if (
                not edit.first_line
                or not batch_of(edit.first_line).filter(taken_back=None).exists()
            ):
                raise undone_already()
            undo = self.create(team=by.team, edit=edit, person=by.user, asked_at=at)
            undo.arm()
        return undo


class BulkUndo(InParts):
    """That somebody took back a change of many deals. `undone` counts lines of the logbook."""

    kind, payload = UNDO, "undo_id"

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    edit = models.ForeignKey(BulkEdit, on_delete=models.PROTECT, related_name="undos")
    undone = models.PositiveIntegerField(default=0)

    objects = BulkUndoQuerySet.as_manager()

    @property
    def deals(self) -> Sequence[int]:
        return self.edit.deals
