"""The checklist at work: what of its stage's list is done for a deal."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models.stage import LONGEST_ITEM, Stage
from crm.refusals import DealError, StaleDeal
from teams.models import LogEntry, Membership, Team, User

if TYPE_CHECKING:
    from crm.models.deal import Deal


class TickQuerySet(models.QuerySet["Tick"]):
    def here(self, deal: "Deal") -> Self:
        """Those of the stage in which the deal stands now."""
        return self.filter(deal=deal, stage=deal.stage_id)


class Tick(models.Model):
    """An item of a stage's checklist that is done for a deal; without a row it is not.

    The item is kept in its words: whoever rewords it asks for something else. A deal that comes
    back to the stage finds what was done there.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="ticks")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=LONGEST_ITEM)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TickQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "stage", "item"], name="an_item_is_ticked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} of deal {self.deal_id}"


def tick(deal: "Deal", item: str, *, done: bool, by: Membership, at: datetime) -> LogEntry | None:
    """Say that an item is done, or not yet. None when it was said already."""
    if item not in deal.stage.checklist:
        raise DealError(_("This is not on the checklist of the stage any more."))
    if done:
        row = {"team_id": deal.team_id, "by": by.user, "at": at}
        _found, is_new = deal.ticks.get_or_create(stage=deal.stage, item=item, defaults=row)
        deal.refuse_if_gone(StaleDeal)
        changed = is_new
    else:
        changed = bool(deal.ticks.here(deal).filter(item=item).delete()[0])
    if not changed:
        return None
    kind = Happening.ITEM_TICKED if done else Happening.ITEM_UNTICKED
    return LogEntry.record(kind, deal, by=by, at=at, **deal.naming(), item=item)
