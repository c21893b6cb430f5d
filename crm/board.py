"""What a board shows: a column per stage, with its cards, their number and their money."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from crm.cards import READ, READ_OF_PEOPLE, Card, Reader
from crm.filters import EVERYTHING, Filter
from crm.models import Category, Deal, Pipeline, Stage
from crm.models.deals import DealQuerySet
from teams.templatetags.kring import money_short

MOST_CARDS = 50
WON_STAYS = timedelta(days=14)


@dataclass
class Column:
    """A stage and what stands in it: all figures are of everything, `cards` are the first fifty.

    `tells` is False where the cards are one person's: then no figure is shown.
    A page adds the form for a new deal, and what was wrong with the last one.
    """

    stage: Stage
    deals: list[Deal]
    reader: Reader
    count: int
    total: Decimal
    total_text: str
    waiting_count: int
    without_step_count: int
    more_url: str
    tells: bool = True
    add_form: Any = None
    add_error: str = ""

    @cached_property
    def cards(self) -> list[Card]:
        """The cards, made when the column is drawn: after a move only two columns are."""
        return [Card.of(deal, self.reader) for deal in self.deals]

    @property
    def policy(self) -> str:
        """When a deal may leave, in the team's own words."""
        return self.stage.exit_policy

    @property
    def is_over_limit(self) -> bool:
        """Whether more deals stand here than the team agreed."""
        limit = self.stage.wip_limit
        return self.tells and limit is not None and self.count > limit


@dataclass(frozen=True)
class Summary:
    """The sentence above the board, about all open deals; none where it does not tell."""

    open_count: int = 0
    total: Decimal = Decimal(0)
    total_text: str = ""
    waiting_count: int = 0
    without_step_count: int = 0
    tells: bool = True


@dataclass(frozen=True)
class Board:
    pipeline: Pipeline | None
    columns: list[Column]
    summary: Summary

    @classmethod
    def of(
        cls,
        pipeline: Pipeline | None,
        reader: Reader,
        drawn: Collection[int] | None = None,
        narrowed: Filter = EVERYTHING,
        also: Collection[str] = (),
    ) -> "Board":
        """Read the board: everything open, and what was won in the last fourteen days.

        Of these only what the filter asks for, and without figures where it asks for a person.
        Two queries, however full it is. Without a process there is an empty board. `drawn` are the
        keys of the stages whose cards are shown, where that is not all: of the others one card is
        read, for the figures that it carries. `also` is what else of the deals somebody tells.
        """
        if pipeline is None:
            return cls(None, [], Summary())
        stages = list(pipeline.stages.on_board().in_order())
        found = _by_stage(pipeline, stages, reader, drawn, narrowed, also=also)
        columns = [_column(stage, found[stage.pk], pipeline, reader, narrowed) for stage in stages]
        summary = _summary(columns, pipeline, tells=not narrowed.is_personal)
        return cls(pipeline, columns, summary)


def _by_stage(
    pipeline: Pipeline,
    stages: list[Stage],
    reader: Reader,
    drawn: Collection[int] | None,
    narrowed: Filter,
    *,
    also: Collection[str],
) -> dict[int, list[Deal]]:
    """The deals that are shown, by the key of their stage and in the order of its column."""
    shown = pipeline.deals.on_board(pipeline, won_since=reader.at - WON_STAYS)
    asked = shown.filter(narrowed.q)
    cards = asked.first_of_each_stage(MOST_CARDS, at=reader.at, drawn=drawn)
    cards = _read(cards, reader, also)
    known = {stage.pk: stage for stage in stages}
    found: dict[int, list[Deal]] = {pk: [] for pk in known}
    for deal in cards.filter(stage__in=stages).with_tags():
        deal.pipeline, deal.stage = pipeline, known[deal.stage_id]
        found[deal.stage_id].append(deal)
    return found


def _read(deals: DealQuerySet, reader: Reader, also: Collection[str]) -> DealQuerySet:
    """These with whom a card names; whole where somebody tells more of them than a card."""
    names = ["organization", "contact", *(["owner"] if reader.sees_people else [])]
    if also:
        return deals.select_related(*names, *also)
    return deals.select_related(*names).only(*READ, *(READ_OF_PEOPLE if reader.sees_people else ()))


def _column(
    stage: Stage, deals: list[Deal], pipeline: Pipeline, reader: Reader, narrowed: Filter
) -> Column:
    count, total, waiting, stepless = _sums(deals)
    return Column(
        stage=stage,
        deals=deals,
        reader=reader,
        count=count,
        total=total,
        total_text=money_short(total, pipeline.currency),
        waiting_count=waiting,
        without_step_count=stepless,
        more_url=_more_url(stage, reader, narrowed) if count > len(deals) else "",
        tells=not narrowed.is_personal,
    )


def _sums(deals: list[Any]) -> tuple[int, Decimal, int, int]:
    # Every deal carries the sums of its whole stage.
    if not deals:
        return 0, Decimal(0), 0, 0
    any_of_them = deals[0]
    return (
        any_of_them.in_stage_count,
        any_of_them.in_stage_total or Decimal(0),
        any_of_them.in_stage_waiting,
        any_of_them.in_stage_stepless,
    )


def _more_url(stage: Stage, reader: Reader, narrowed: Filter) -> str:
    short = {"stage": stage.pk, "outcome": Category(stage.category).outcome}
    more = [pair for pair in narrowed.address() if pair[0] not in short]
    return f"{reverse('crm:deals', args=[reader.team.slug])}?{urlencode([*short.items(), *more])}"


def _summary(columns: list[Column], pipeline: Pipeline, *, tells: bool) -> Summary:
    if not tells:
        return Summary(tells=False)
    in_work = [column for column in columns if column.stage.is_open]
    total = sum((column.total for column in in_work), Decimal(0))
    return Summary(
        open_count=sum(column.count for column in in_work),
        total=total,
        total_text=money_short(total, pipeline.currency),
        waiting_count=sum(column.waiting_count for column in in_work),
        without_step_count=sum(column.without_step_count for column in in_work),
    )
