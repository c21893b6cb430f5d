"""The tags on a deal: what a team calls some of its deals by, to find them together."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _

from crm.models.choices import Tag
from crm.refusals import DealError
from teams.models import Membership, Team

if TYPE_CHECKING:
    from crm.models.deal import Deal

MOST_TAGS = 10
READ = "read_tags"


class DealTag(models.Model):
    """That a deal has a tag. Both are of one team through composite keys; see the migration."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    deal = models.ForeignKey("Deal", on_delete=models.CASCADE, related_name="+", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "tag"], name="each_tag_once_on_a_deal"),
        ]

    def __str__(self) -> str:
        return f"tag {self.tag_id} of deal {self.deal_id}"


def tagged(tag: int) -> models.Q:
    """The condition that a deal has this tag."""
    return models.Q(pk__in=DealTag.objects.filter(tag=tag).values("deal"))


def tags_of(deal: "Deal") -> list[Tag]:
    """The tags of the deal in the team's order; read before where the deals were `with_tags`."""
    read: list[Tag] | None = getattr(deal, READ, None)
    return list(deal.tags.in_order()) if read is None else read


def read_before() -> models.Prefetch:
    """The tags of many deals, where `tags_of` finds them.

    Without a name of their own, Django would make a manager and a query for each of the deals.
    """
    return models.Prefetch("tags", Tag.objects.in_order(), to_attr=READ)


def keys_of(deal: "Deal") -> list[int]:
    return sorted(tag.pk for tag in tags_of(deal))


def named(names: Iterable[str], *, by: Membership, at: datetime) -> list[int]:
    """The keys of the tags of these names, where a new name is a new tag.

    Raises DealError for too many.
    """
    return checked({tag.pk for name in names if (tag := Tag.objects.named(name, by=by, at=at))})


def checked(keys: Collection[int]) -> list[int]:
    """The keys in order. Raises DealError for more than a deal can have."""
    if len(keys) > MOST_TAGS:
        raise DealError(_("A deal has at most %(most)s tags.") % {"most": MOST_TAGS})
    return sorted(keys)


def write(deal: "Deal", keys: Iterable[int]) -> None:
    """Let the deal have these tags and no others."""
    wanted = set(keys)
    here = DealTag.objects.filter(deal=deal)
    here.exclude(tag__in=wanted).delete()
    known = set(here.values_list("tag", flat=True))
    DealTag.objects.bulk_create(
        DealTag(team_id=deal.team_id, deal=deal, tag_id=key) for key in sorted(wanted - known)
    )
