"""The order of the cards in a column: a number per deal, the smallest on top.

A card that is put between two others takes the number half-way, so that a move writes one row.
"""

from typing import TYPE_CHECKING

from django.db import models

from crm.models.pipeline import Pipeline
from crm.models.stage import Stage

if TYPE_CHECKING:
    from crm.models.deal import Deal

# Room between two neighbours; halving it twenty times is enough for any afternoon.
GAP = 2**20


def top_of(stage: Stage) -> int:
    """A rank above every card of the column."""
    first = stage.deals.aggregate(first=models.Min("board_rank"))["first"]
    return (first if first is not None else 0) - GAP


def bottom_of(stage: Stage) -> int:
    """A rank below every card of the column."""
    last = stage.deals.aggregate(last=models.Max("board_rank"))["last"]
    return (last if last is not None else 0) + GAP


def rank_before(deal: "Deal", stage: Stage, neighbour: "Deal | None") -> int:
    """A rank for the deal right above the neighbour; below everything when there is none.

    A neighbour that has left the column meanwhile counts as none. Must be asked before the deal
    itself is locked: making room locks the column.
    """
    places = stage.deals.only("stage", "board_rank")
    below = places.filter(pk=neighbour.pk).first() if neighbour else None
    if below is None:
        return bottom_of(stage)
    above = (
        places.exclude(pk=deal.pk)
        .filter(
            models.Q(board_rank__lt=below.board_rank)
            | models.Q(board_rank=below.board_rank, pk__lt=below.pk)
        )
        .order_by("-board_rank", "-pk")
        .first()
    )
    if above is None:
        return below.board_rank - GAP
    middle = (above.board_rank + below.board_rank) // 2
    if middle > above.board_rank:
        return middle
    make_room(stage)
    return rank_before(deal, stage, neighbour)


def make_room(stage: Stage) -> None:
    """Give every card of the column its distance back, in the order that they have."""
    # One at a time per process: two who each held half of the other's cards would wait for ever.
    Pipeline.objects.select_for_update(no_key=True).get(pk=stage.pipeline_id)
    stage.hold()
    stage.deals.hold()
    cards = list(stage.deals.order_by("board_rank", "pk"))
    for place, card in enumerate(cards):
        card.board_rank = place * GAP
    stage.deals.bulk_update(cards, ["board_rank"])
