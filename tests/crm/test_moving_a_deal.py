"""Moving a deal: the rule."""

from datetime import timedelta

import pytest

from crm.models import Deal, DealError
from teams.models import LogEntry

HOUR = timedelta(hours=1)


def test_a_move_restarts_the_clock_and_writes_the_logbook(deal, stages, anna, now):
    contact, proposal, *_ = stages

    entry = deal.move_to(proposal, seen_in=contact, by=anna, at=now + HOUR)

    deal.refresh_from_db()
    assert (deal.stage, deal.entered_stage_at) == (proposal, now + HOUR)
    assert [(v.number, v.stage, v.left_at) for v in deal.visits.in_order()] == [
        (1, contact, now + HOUR),
        (2, proposal, None),
    ]
    assert LogEntry.objects.about(deal).newest_first().first() == entry
    assert (entry.kind, entry.actor) == ("crm.deal.moved", anna.user)


def test_the_slower_of_two_team_mates_is_told(deal, stages, anna, bram, now):
    contact, proposal, won, _lost = stages
    on_brams_screen = Deal.objects.get(pk=deal.pk)
    deal.move_to(proposal, seen_in=contact, by=anna, at=now + HOUR)

    with pytest.raises(DealError, match="a moment ago"):
        on_brams_screen.move_to(won, seen_in=contact, by=bram, at=now + HOUR)

    deal.refresh_from_db()
    assert deal.stage == proposal
