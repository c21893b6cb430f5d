"""What the page of a deal shows beside its card: the way it went, its facts, its neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.asking import address_for, link_of
from crm.cards import Reader
from crm.models import Deal, Pipeline, Precision, Question, Stage, StageVisit
from crm.models.deals import DealQuerySet
from crm.models.voice import State
from crm.planned import Planned
from teams.models import User
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


@dataclass(frozen=True)
class Check:
    """An item of the checklist, and who ticked it: None for a manager."""

    item: str
    is_done: bool
    who: User | None = None


def checklist_of(deal: Deal, reader: Reader) -> list[Check]:
    """What to think of in the deal's present stage, and what of it is done."""
    if not deal.stage.checklist or not deal.stage.is_open:
        return []
    done = {tick.item: tick for tick in deal.ticks.here(deal).select_related("by")}
    return [
        Check(
            item,
            item in done,
            done[item].by if item in done and reader.sees_people else None,
        )
        for item in deal.stage.checklist
    ]


def facts_of(deal: Deal, reader: Reader) -> list[tuple[str, str]]:
    """What is known of the deal, as label and text; what is not known is empty."""
    return [
        (_("Product"), str(deal.product or "")),
        (_("Source"), str(deal.source or "")),
        (day_label(deal), short_date(deal.expected_close_on, reader.today)),
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


def day_label(deal: Deal) -> str:
    """What `expected_close_on` is called: a request for service is due, a sale is expected."""
    return _("Due") if deal.pipeline.kind == Pipeline.Kind.SERVICE else _("Expected")


def _day(moment: datetime | None, precision: str, reader: Reader) -> str:
    if moment is None or precision == Precision.NONE:
        return ""
    return short_date(timezone.localdate(moment, reader.team.zone), reader.today)


@dataclass(frozen=True)
class Asked:
    """What the customer was asked and said.

    `url` is the customer's page, and `is_mailed` whether they receive it, for members alone.
    """

    question: Question | None
    state: str
    url: str
    is_mailed: bool
    can_ask: bool

    @classmethod
    def of(cls, deal: Deal, reader: Reader) -> Self:
        """The answer, or else the last question that nobody withdrew."""
        answers_first = models.F("answered_at").desc(nulls_last=True)
        question = deal.questions.standing().order_by(answers_first, "-pk").first()
        state = question.state(reader.at) if question else ""
        shows_link = state == State.OPEN and reader.sees_people
        return cls(
            question=question,
            state=state,
            url=link_of(question) if question and shows_link else "",
            is_mailed=shows_link and bool(address_for(deal)),
            can_ask=question is None and deal.pipeline.asks_about(deal.outcome),
        )


def neighbours_of(deal: Deal, reader: Reader) -> tuple[str, str]:
    """The addresses of the open deals above and below it in its column."""
    column = deal.stage.deals.open() if deal.stage.is_open else deal.stage.deals.none()
    here = models.Q(board_rank=deal.board_rank)
    above = models.Q(board_rank__lt=deal.board_rank) | here & models.Q(pk__lt=deal.pk)
    below = models.Q(board_rank__gt=deal.board_rank) | here & models.Q(pk__gt=deal.pk)
    return (
        _address(column.filter(above).order_by("-board_rank", "-pk"), reader),
        _address(column.filter(below).order_by("board_rank", "pk"), reader),
    )


def _address(deals: DealQuerySet, reader: Reader) -> str:
    number = deals.values_list("number", flat=True).first()
    return reverse("crm:deal", args=[reader.team.slug, number]) if number else ""
