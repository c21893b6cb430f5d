"""Several people do the same thing at the same moment."""

from functools import partial

import pytest

from crm.models import Deal, StaleDeal, take_back
from crm.proof import disagreements
from teams.models import LogEntry
from tests import builders
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def stales(results):
    return sum(isinstance(result, StaleDeal) for result in results)


def test_of_eight_movers_exactly_one_wins(deal, stages, anna, now):
    contact, proposal, *_ = stages

    def move():
        Deal.objects.get(pk=deal.pk).move_to(proposal, seen_in=contact, by=anna, at=now)

    results = at_once([move] * 8)

    assert (results.count(None), stales(results)) == (1, 7)
    assert LogEntry.objects.about(deal).filter(kind="crm.deal.moved").count() == 1
    assert deal.visits.running().get().stage == proposal
    assert list(disagreements()) == []


def test_of_two_takers_one_has_it(deal, anna, bram, now):
    results = at_once(
        [partial(Deal.objects.get(pk=deal.pk).take, by=who, at=now) for who in (anna, bram)]
    )

    assert stales(results) == 1
    deal.refresh_from_db()
    assert deal.owner == LogEntry.objects.get(kind="crm.deal.taken").actor


def test_of_two_editors_one_is_told(deal, anna, bram, now):
    results = at_once(
        [
            partial(Deal.objects.get(pk=deal.pk).edit, {"title": title}, version=1, by=who, at=now)
            for title, who in (("Scanners", anna), ("Printers", bram))
        ]
    )

    assert stales(results) == 1
    assert Deal.objects.get().version == 2


def test_of_two_planners_one_is_told(deal, anna, bram, now):
    results = at_once(
        [
            partial(Deal.objects.get(pk=deal.pk).plan_step, what, None, version=1, by=who, at=now)
            for what, who in (("Call", anna), ("Visit", bram))
        ]
    )

    assert stales(results) == 1
    assert LogEntry.objects.about(deal).filter(kind="crm.deal.step-planned").count() == 1


def test_of_two_who_undo_a_move_one_is_told(deal, stages, anna, bram, now):
    entry = deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)

    results = at_once(
        [
            partial(take_back, LogEntry.objects.get(pk=entry.pk), by=who, at=now)
            for who in (anna, bram)
        ]
    )

    assert stales(results) == 1
    assert list(disagreements()) == []


def test_deals_that_are_added_together_get_different_numbers(pipeline, anna, now):
    results = at_once([partial(builders.deal, pipeline, by=anna, at=now) for _ in range(6)])

    assert sorted(deal.number for deal in results) == [1, 2, 3, 4, 5, 6]


def test_a_customer_that_is_new_to_several_is_one(pipeline, anna, now):
    add = partial(builders.deal, pipeline, customer="Acme", by=anna, at=now)

    results = at_once([add] * 4)

    assert len({deal.organization_id for deal in results}) == 1


def test_who_make_room_in_two_columns_do_not_wait_for_each_other(pipeline, stages, anna, now):
    # Every card at the same rank, so that each move makes room in the column it goes to.
    for title in ("A", "B", "C", "D"):
        builders.deal(pipeline, by=anna, at=now, title=title, stage=stages[title in "CD"])
    pipeline.deals.update(board_rank=0)
    deals = {deal.title: deal for deal in pipeline.deals.select_related("stage")}

    def swap(title, below):
        deals[title].move_to(
            deals[below].stage,
            seen_in=deals[title].stage,
            before=deals[below],
            by=anna,
            at=now,
        )

    results = at_once([partial(swap, "A", "D"), partial(swap, "C", "B")])

    assert results == [None, None]
    assert list(disagreements()) == []
