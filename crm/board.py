"""What a board shows: a column per stage, with its cards, their number and their money."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from crm.cards import Card, Reader
from crm.models import Category, Deal, Pipeline, Stage
from teams.templatetags.kring import money_short

MOST_CARDS = 50
WON_STAYS = timedelta(days=14)
NOTHING: dict[str, Any] = {"count": 0, "total": Decimal(0), "waiting": 0, "stepless": 0}


@dataclass
class Column:
    """A stage and what stands in it: `count` and `total` are of all, `cards` the first fifty.

    A page adds the form for a new deal, and what was wrong with the last one.
    """

    stage: Stage
    deals: list[Deal]
    cards: list[Card]
    count: int
    total: Decimal
    total_text: str
    more_url: str
    add_form: Any = None
    add_error: str = ""

    @property
    def policy(self) -> str:
        """When a deal may leave, in the team's own words."""
        return self.stage.exit_policy

    @property
    def is_over_limit(self) -> bool:
        """Whether more deals stand here than the team agreed."""
        return self.stage.wip_limit is not None and self.count > self.stage.wip_limit


@dataclass(frozen=True)
class Summary:
    """The sentence above the board, about all open deals."""

    open_count: int = 0
    total: Decimal = Decimal(0)
    total_text: str = ""
    waiting_count: int = 0
    without_step_count: int = 0


@dataclass(frozen=True)
class Board:
    pipeline: Pipeline | None
    columns: list[Column]
    summary: Summary

    @classmethod
    def of(cls, pipeline: Pipeline | None, reader: Reader) -> "Board":
        """Read the board: everything open, and what was won in the last fourteen days.

        Three queries, however full it is. Without a process there is an empty board.
        """
        if pipeline is None:
            return cls(None, [], Summary())
        shown = pipeline.deals.on_board(pipeline, won_since=reader.at - WON_STAYS)
        sums = {row["stage_id"]: row for row in shown.counted_by_stage(reader.at)}
        deals = _by_stage(pipeline, shown.first_of_each_stage(MOST_CARDS), reader)
        columns = [
            _column(stage, deals.get(stage.pk, []), sums.get(stage.pk, NOTHING), pipeline, reader)
            for stage in pipeline.stages.on_board().in_order()
        ]
        counts = [sums.get(column.stage.pk, NOTHING) for column in columns if column.stage.is_open]
        return cls(pipeline, columns, _summary(counts, pipeline))


def _by_stage(pipeline: Pipeline, deals: Any, reader: Reader) -> dict[int, list[Deal]]:
    found: dict[int, list[Deal]] = {}
    names = ["stage", "organization", "contact", *(["owner"] if reader.sees_people else [])]
    for deal in deals.select_related(*names):
        deal.pipeline = pipeline
        found.setdefault(deal.stage_id, []).append(deal)
    return found


def _column(
    stage: Stage, deals: list[Deal], sums: dict[str, Any], pipeline: Pipeline, reader: Reader
) -> Column:
    return Column(
        stage=stage,
        deals=deals,
        cards=[Card.of(deal, reader) for deal in deals],
        count=sums["count"],
        total=sums["total"],
        total_text=money_short(sums["total"], pipeline.currency),
        more_url=_more_url(stage, reader) if sums["count"] > len(deals) else "",
    )


def _more_url(stage: Stage, reader: Reader) -> str:
    wish = {"stage": stage.pk, "outcome": Category(stage.category).outcome}
    return f"{reverse('crm:deals', args=[reader.team.slug])}?{urlencode(wish)}"


def _summary(counts: list[dict[str, Any]], pipeline: Pipeline) -> Summary:
    total = sum((row["total"] for row in counts), Decimal(0))
    return Summary(
        open_count=sum(row["count"] for row in counts),
        total=total,
        total_text=money_short(total, pipeline.currency),
        waiting_count=sum(row["waiting"] for row in counts),
        without_step_count=sum(row["stepless"] for row in counts),
    )
