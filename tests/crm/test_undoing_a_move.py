"""Undoing a move: as if it had not happened, except in the logbook."""

from datetime import timedelta

import pytest

from crm.models import Deal, StaleDeal, take_back
from crm.proof import disagreements
from teams.models import LogEntry

HOUR = timedelta(hours=1)
STATE = (
    "stage_id",
    "outcome",
    "closed_at",
    "closed_precision",
    "loss_reason",
    "entered_stage_at",
    "board_rank",
)


def state(deal):
    visits = deal.visits.in_order().values_list("number", "stage", "entered_at", "left_at")
    return [getattr(deal, name) for name in STATE], list(visits)


@pytest.mark.parametrize("reload", [False, True], ids=["at once", "from the stored line"])
def test_everything_stands_as_before(deal, stages, anna, bram, now, reload):
    # A moment with microseconds: the logbook's own form of a moment would lose them.
    at = now + timedelta(microseconds=123_456)
    won = stages[2]
    deal.move_to(won, seen_in=stages[0], by=anna, at=at)
    before = state(deal)
    entry = deal.move_to(stages[1], seen_in=won, by=anna, at=now + HOUR)

    take_back(LogEntry.objects.get(pk=entry.pk) if reload else entry, by=bram, at=now + 2 * HOUR)

    deal = Deal.objects.get(pk=deal.pk)
    assert state(deal) == before
    line = LogEntry.objects.about(deal).newest_first()[0]
    assert (line.kind, line.actor) == ("crm.deal.move-undone", bram.user)
    assert (line.details["origin"], line.details["target"]) == ("Proposal", "Delivered")
    # The win of an hour ago counts again, so the figures may change from there.
    assert line.details["since"] == deal.closed_at.isoformat()


def test_the_line_of_an_open_move_reaches_back_to_that_move(deal, stages, anna, now):
    entry = deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + HOUR)

    line = take_back(entry, by=anna, at=now + 2 * HOUR)

    assert line.details["since"] == now + HOUR


def test_twice_is_refused(deal, stages, anna, now):
    entry = deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)
    take_back(entry, by=anna, at=now)

    with pytest.raises(StaleDeal, match="undone already"):
        take_back(entry, by=anna, at=now)


def test_a_deal_that_has_moved_on_stays(deal, stages, anna, bram, now):
    entry = deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)
    deal.move_to(stages[2], seen_in=stages[1], by=bram, at=now)

    with pytest.raises(StaleDeal):
        take_back(entry, by=anna, at=now)

    assert Deal.objects.get(pk=deal.pk).stage == stages[2]


def test_an_old_line_undoes_no_newer_move(deal, stages, anna, bram, now):
    taken_back = deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)
    take_back(taken_back, by=anna, at=now)
    deal.refresh_from_db()
    deal.move_to(stages[2], seen_in=stages[0], by=bram, at=now)  # the second visit once more

    with pytest.raises(StaleDeal):
        take_back(taken_back, by=anna, at=now)

    assert Deal.objects.get(pk=deal.pk).stage == stages[2]


def test_what_was_undone_is_done_again(deal, stages, anna, bram, now):
    lost = deal.lose("Too late", seen_in=stages[0], by=anna, at=now)
    undone = take_back(lost, by=anna, at=now + HOUR)

    again = take_back(undone, by=bram, at=now + 2 * HOUR)

    deal.refresh_from_db()
    assert (deal.stage, str(deal.loss_reason)) == (stages[3], "Too late")
    assert deal.closed_at == now + 2 * HOUR
    assert (again.kind, again.actor) == ("crm.deal.lost", bram.user)
    take_back(again, by=anna, at=now + 3 * HOUR)
    assert Deal.objects.get(pk=deal.pk).stage == stages[0]
    assert list(disagreements()) == []


def test_it_is_not_done_again_once_the_deal_has_moved(deal, stages, anna, now):
    undone = take_back(deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now), by=anna, at=now)
    deal.refresh_from_db()
    deal.move_to(stages[2], seen_in=stages[0], by=anna, at=now)

    with pytest.raises(StaleDeal, match="moved on since"):
        take_back(undone, by=anna, at=now)
