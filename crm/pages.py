"""What the page of a deal shows beside its card: the way it went, its facts, its neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.cards import Reader
from crm.models import Deal, Precision, Stage, StageVisit
from crm.planned import Planned
from teams.templatetags.kring import short_date


@dataclass(frozen=True)
class Step:
    """A stage on the way: done, now, or todo."""

    stage: Stage
    state: str


def steps_of(deal: Deal, visits: Iterable[StageVisit]) -> list[Step]:
    """The stages of the process: where the deal has been, where it is, what may come."""
    been = {visit.stage_id for visit in visits}
    return [
        Step(stage, "now" if stage == deal.stage else "done" if stage.pk in been else "todo")
        for stage in deal.pipeline.stages.on_board().in_order()
    ]


def facts_of(deal: Deal, reader: Reader) -> list[tuple[str, str]]:
    """What is known of the deal, as label and text; what is not known is empty."""
    return [
        (_("Contact"), str(deal.contact or "")),
        (_("Product"), str(deal.product or "")),
        (_("Source"), deal.source),
        (_("Expected"), short_date(deal.expected_close_on, reader.today)),
        (_("Asked on"), _day(deal.opened_at, deal.opened_precision, reader)),
        (_("Closed on"), _day(deal.closed_at, deal.closed_precision, reader)),
    ]


def planned_of(deal: Deal, reader: Reader) -> list[Planned]:
    """What is still to be done for this deal, by its day."""
    names = ("assignee",)
    found = deal.activities.open().select_related(*names).order_by("due_on", "due_time", "pk")
    for activity in found:
        activity.deal = deal
    return [Planned.of(activity, reader) for activity in found]


def _day(moment: datetime | None, precision: str, reader: Reader) -> str:
    if moment is None or precision == Precision.NONE:
        return ""
    return short_date(timezone.localdate(moment, reader.team.zone), reader.today)


def neighbours_of(deal: Deal, reader: Reader) -> tuple[str, str]:
    """The addresses of the open deals above and below it in its column."""
    column = deal.stage.deals.open() if deal.stage.is_open else deal.stage.deals.none()
    here = models.Q(board_rank=deal.board_rank)
    above = models.Q(board_rank__lt=deal.board_rank) | here & models.Q(pk__lt=deal.pk)
    below = models.Q(board_rank__gt=deal.board_rank) | here & models.Q(pk__gt=deal.pk)
    return (
        _address(column.filter(above).order_by("-board_rank", "-pk").first(), reader),
        _address(column.filter(below).order_by("board_rank", "pk").first(), reader),
    )


def _address(deal: Deal | None, reader: Reader) -> str:
    return reverse("crm:deal", args=[reader.team.slug, deal.number]) if deal else ""
