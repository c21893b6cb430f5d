"""What an open deal was worth, and whether its next step was known: as it was at every moment."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from crm.models import Deal, OpenSpell, take_back
from dashboards import kpis
from dashboards.engine import measure
from dashboards.periods import Period
from teams.workdays import end_of_day
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 9, 1, 12, tzinfo=AMSTERDAM)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def spells(deal):
    return [
        (
            (spell.began_at - START).days,
            spell.ended_at and (spell.ended_at - START).days,
            spell.amount,
            spell.has_step,
        )
        for spell in deal.spells.order_by("began_at")
    ]


def at_the_end_of_september(slug, team):
    (figure,) = measure(
        kpis.get(slug),
        [team],
        [Period.parse("2026-09")],
        until=end_of_day(date(2026, 12, 31), AMSTERDAM),
    )
    return figure


@pytest.fixture
def deal(pipeline, anna):
    return builders.deal(pipeline, by=anna, at=day(0), amount=Decimal(100))


def test_a_step_begins_and_ends_a_spell(deal, anna):
    deal.plan_step("Call", None, by=anna, at=day(2))
    deal.plan_step("Call again", None, by=anna, at=day(3))
    deal.plan_step("", None, by=anna, at=day(5))

    assert spells(deal) == [(0, 2, 100, False), (2, 5, 100, True), (5, None, 100, False)]


def test_a_closed_deal_has_no_spell_and_an_opened_one_goes_on(deal, anna):
    deal.plan_step("Call", None, by=anna, at=day(2))
    builders.won(deal, by=anna, at=day(4))
    assert spells(deal) == [(0, 2, 100, False), (2, 4, 100, True)]

    deal.reopen(seen_in=deal.stage, by=anna, at=day(6))

    assert spells(deal)[2:] == [(6, None, 100, True)]


def test_a_closing_that_is_undone_leaves_no_gap(deal, anna, stages):
    line = deal.move_to(stages[2], seen_in=stages[0], by=anna, at=day(4))
    take_back(line, by=anna, at=day(5))

    assert spells(deal) == [(0, None, 100, False)]


def test_an_amount_counts_from_the_day_it_was_changed(deal, anna):
    deal.edit({"amount": Decimal(250)}, version=1, by=anna, at=day(3))
    deal.edit({"amount": None}, version=2, by=anna, at=day(9))

    assert spells(deal) == [(0, 3, 100, False), (3, 9, 250, False), (9, None, None, False)]


def test_an_amount_that_changes_while_a_deal_is_closed_counts_when_it_opens(deal, anna):
    builders.won(deal, by=anna, at=day(2))
    deal.edit({"amount": Decimal(250)}, version=deal.version, by=anna, at=day(3))
    deal.reopen(seen_in=deal.stage, by=anna, at=day(4))

    assert spells(deal) == [(0, 2, 100, False), (4, None, 250, False)]


def test_several_things_at_one_moment_make_one_spell(deal, anna):
    deal.plan_step("Call", None, by=anna, at=day(0))
    deal.edit({"amount": Decimal(250)}, version=deal.version, by=anna, at=day(0))

    assert spells(deal) == [(0, None, 250, True)]


def test_telling_again_tells_the_same(deal, anna):
    deal.plan_step("Call", None, by=anna, at=day(2))
    before = spells(deal)

    OpenSpell.objects.tell([deal])

    assert spells(deal) == before


def test_the_value_of_open_deals_is_what_was_thought_then(team, deal, anna):
    builders.deal(deal.pipeline, by=anna, at=day(1), amount=None)
    deal.edit({"amount": Decimal(900)}, version=1, by=anna, at=day(40))

    value = at_the_end_of_september("pipeline-value", team)

    assert (value.value, value.n) == (Decimal(100), 1)


def test_money_of_another_process_is_not_mixed_in(team, deal, anna, now):
    abroad = builders.Pipeline.start(
        team, "Abroad", builders.STAGES, by=None, at=now, currency="USD"
    )
    builders.deal(abroad, by=anna, at=day(1), amount=Decimal(700))

    assert at_the_end_of_september("pipeline-value", team).value == 100


def test_a_step_that_came_later_covers_nothing_before(team, deal, anna):
    other = builders.deal(deal.pipeline, by=anna, at=day(1))
    other.plan_step("Call", None, by=anna, at=day(2))
    deal.plan_step("Call", None, by=anna, at=day(40))

    share = at_the_end_of_september("next-step-coverage", team)

    assert (share.value, share.numerator, share.denominator) == (Decimal("0.5"), 1, 2)


def test_the_proof_finds_another_history(deal, capsys):
    OpenSpell.objects.update(amount=Decimal(5))

    with pytest.raises(CommandError):
        call_command("check_visits")

    assert "another history of its amount and its next step" in capsys.readouterr().out
    assert Deal.objects.count() == 1
