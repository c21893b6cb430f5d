"""Adding a deal."""

from decimal import Decimal

import pytest

from crm.models import Deal, DealError, Organization
from teams.models import LogEntry
from tests import builders


def test_a_deal_begins_in_the_first_stage_of_the_process(pipeline, stages, anna, now):
    deal = Deal.objects.add(
        pipeline,
        "  Two\tscanners ",
        customer=" Acme  BV ",
        amount=Decimal("12.50"),
        by=anna,
        at=now,
    )

    assert (deal.number, deal.title, deal.stage, deal.outcome) == (
        1,
        "Two scanners",
        stages[0],
        "open",
    )
    assert (deal.customer, deal.owner, deal.amount) == ("Acme BV", None, Decimal("12.50"))
    visit = deal.visits.get()
    assert (visit.number, visit.stage, visit.entered_at, visit.by) == (1, stages[0], now, anna.user)
    entry = LogEntry.objects.about(deal).get()
    assert (entry.kind, entry.details["stage"]) == ("crm.deal.added", "Contact")


def test_a_known_customer_is_not_made_twice(pipeline, anna, now):
    for name in ("Acme BV", "ACME  bv"):
        Deal.objects.add(pipeline, "Scanners", customer=name, by=anna, at=now)

    assert list(Organization.objects.values_list("name", flat=True)) == ["Acme BV"]


def test_a_team_numbers_its_own_deals(pipeline, other_team, anna, carla, now):
    elsewhere = builders.pipeline(other_team, at=now)

    numbers = [builders.deal(pipeline, by=anna, at=now).number for _ in range(2)]

    assert numbers == [1, 2]
    assert builders.deal(elsewhere, by=carla, at=now).number == 1


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u2060", "\u3164"])
def test_a_title_that_nobody_can_read_is_refused(pipeline, anna, now, title):
    with pytest.raises(DealError, match="what the customer asks for"):
        Deal.objects.add(pipeline, title, by=anna, at=now)


def test_a_deal_does_not_begin_closed(pipeline, stages, anna, now):
    with pytest.raises(DealError, match="a stage that is open"):
        Deal.objects.add(pipeline, "Scanners", stage=stages[2], by=anna, at=now)


def test_a_deal_does_not_begin_in_another_process(pipeline, other_team, anna, now):
    elsewhere = builders.pipeline(other_team, at=now).first_stage()

    with pytest.raises(DealError, match="a stage that is open"):
        Deal.objects.add(pipeline, "Scanners", stage=elsewhere, by=anna, at=now)
