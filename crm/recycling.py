"""The team's recycle bin: what is in it, for how long, and its emptying."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crm.happenings import Happening
from crm.models import Deal, ExternalId
from crm.models.deal import STAYS_DELETED
from crm.models.deals import DealQuerySet
from teams.models import LogEntry, Team, User

PAGE = 50


@dataclass(frozen=True)
class Discarded:
    """A deal in the bin: who put it there, when, and how many days it still stays."""

    deal: Deal
    who: User | None
    at: datetime
    days_left: int


def bin_of(team: Team) -> DealQuerySet:
    """The deals in the team's recycle bin, the last one first."""
    deleted = Deal.everything.deleted().filter(team=team)
    return deleted.select_related("organization", "contact").order_by("-deleted_at", "-pk")


def discarded(deals: list[Deal], *, at: datetime) -> list[Discarded]:
    """What the page of the bin says of these deals."""
    lines = LogEntry.objects.filter(
        kind=Happening.DEAL_DELETED,
        subject_label=Deal._meta.label_lower,
        subject_id__in=[deal.pk for deal in deals],
    )
    # The last line of each is the one that counts.
    who = {line.subject_id: line.actor for line in lines.select_related("actor").order_by("pk")}
    return [_discarded(deal, who.get(deal.pk), at) for deal in deals]


def _discarded(deal: Deal, who: User | None, at: datetime) -> Discarded:
    assert deal.deleted_at
    left = deal.deleted_at + STAYS_DELETED - at
    return Discarded(deal, who, deal.deleted_at, days_left=max(0, left.days))


def empty_bins(*, at: datetime) -> int:
    """Remove for ever what was deleted thirty days ago, with all that hangs on it.

    The logbook keeps its lines; they know the deal by its number. Returns how many deals went.
    """
    with transaction.atomic():
        gone = Deal.everything.deleted().filter(deleted_at__lt=at - STAYS_DELETED)
        pks = list(gone.select_for_update(skip_locked=True).values_list("pk", flat=True))
        names = ExternalId.objects.filter(label=Deal._meta.label_lower, object_id__in=pks)
        names.delete()
        Deal.everything.filter(pk__in=pks).delete()
    return len(pks)
