"""Losing a deal, and opening a closed one again."""

import pytest

from crm.models import DealError, StaleDeal
from tests import builders


def test_a_lost_deal_keeps_its_reason(deal, stages, anna, now):
    entry = deal.lose("Too expensive", seen_in=stages[0], by=anna, at=now)

    assert (deal.stage, deal.outcome, str(deal.loss_reason)) == (stages[3], "lost", "Too expensive")
    assert (deal.closed_at, entry.kind) == (now, "crm.deal.lost")


def test_nobody_loses_without_a_reason(deal, stages, anna, now):
    with pytest.raises(DealError, match="why this deal was lost"):
        deal.lose("  ", seen_in=stages[0], by=anna, at=now)


def test_a_lost_deal_is_not_lost_again(deal, stages, anna, now):
    builders.lost(deal, by=anna, at=now)

    with pytest.raises(DealError, match="lost already"):
        deal.lose("Too late", seen_in=stages[3], by=anna, at=now)


def test_a_won_deal_can_be_lost_after_all(deal, stages, anna, now):
    builders.won(deal, by=anna, at=now)

    deal.lose("They went bankrupt", seen_in=stages[2], by=anna, at=now)

    assert deal.outcome == "lost"


def test_who_loses_too_late_is_told(deal, stages, anna, now):
    deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)

    with pytest.raises(StaleDeal):
        deal.lose("Too expensive", seen_in=stages[0], by=anna, at=now)


def test_a_closed_deal_opens_where_it_last_stood(deal, stages, anna, now):
    deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)
    builders.lost(deal, by=anna, at=now)

    entry = deal.reopen(seen_in=stages[3], by=anna, at=now)

    assert (deal.stage, deal.outcome, deal.closed_at) == (stages[1], "open", None)
    assert (deal.loss_reason, entry.kind) == (None, "crm.deal.reopened")


def test_an_imported_deal_that_was_never_open_begins_at_the_beginning(deal, stages, anna, now):
    builders.won(deal, by=anna, at=now)
    deal.visits.filter(number=1).delete()

    deal.reopen(seen_in=stages[2], by=anna, at=now)

    assert deal.stage == stages[0]


def test_an_open_deal_is_not_opened_again(deal, stages, anna, now):
    with pytest.raises(DealError, match="is open"):
        deal.reopen(seen_in=stages[0], by=anna, at=now)
