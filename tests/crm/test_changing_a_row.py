"""A row of the list is changed where it stands: next step, who looks after it, amount."""

from datetime import date
from decimal import Decimal

import pytest

from crm.models import Deal
from teams.models import LogEntry
from tests import builders

pytestmark = pytest.mark.usefixtures("stopped_clock")
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def deal(deal, anna, now):
    deal.plan_step("Call", date(2026, 11, 30), by=anna, at=now)
    return deal


@pytest.fixture
def send(annas, deal):
    def send(*, fragment=False, query="?sort=title", **changed):
        stands = {"next_step": "Call", "next_step_on": "2026-11-30", "version": deal.version}
        address = f"/teams/rijnmond/deals/{deal.number}/row/{query}"
        return annas.post(address, stands | changed, headers=FRAGMENT if fragment else {})

    return send


def test_the_list_leads_to_it(annas, mias, deal):
    row = f"/teams/rijnmond/deals/{deal.number}/row/?sort=title"

    assert row in annas.get("/teams/rijnmond/deals/?sort=title").content.decode()
    assert "/row/" not in mias.get("/teams/rijnmond/deals/").content.decode()
    assert mias.get(row).status_code == 404


def test_the_form_stands_in_the_row_or_alone_on_its_page(annas, deal):
    address = f"/teams/rijnmond/deals/{deal.number}/row/"

    inside = annas.get(address, headers=FRAGMENT).content.decode()
    alone = annas.get(address).content.decode()

    assert inside.lstrip().startswith("<tr")
    assert "autofocus" in inside
    assert 'value="Call"' in inside
    assert "<h1>" in alone


def test_three_changes_are_one_and_are_taken_back_together(send, annas, deal, bram):
    answer = send(next_step="Visit", next_step_on="", owner=bram.user_id, amount="1200")

    deal.refresh_from_db()
    assert answer.url == f"/teams/rijnmond/deals/?sort=title#deal-{deal.number}"
    assert (deal.next_step, deal.next_step_on, deal.owner, deal.amount) == (
        "Visit",
        None,
        bram.user,
        Decimal(1200),
    )
    line = LogEntry.objects.filter(details__has_key="batch").first()
    annas.post(f"/teams/rijnmond/history/{line.pk}/batch/undo/")
    deal.refresh_from_db()
    assert (deal.next_step, deal.owner, deal.amount) == ("Call", None, None)


def test_the_row_comes_back_with_the_focus_in_it(send, deal):
    answer = send(fragment=True, amount="1200").content.decode()

    assert answer.lstrip().startswith(f'<tr id="deal-{deal.number}"')
    assert "autofocus" in answer
    assert "1,200" in answer
    assert "Undo" in answer


def test_what_stands_there_already_is_no_change(send, deal):
    before = LogEntry.objects.count()

    assert "Undo" not in send(fragment=True).content.decode()
    assert LogEntry.objects.count() == before


@pytest.mark.parametrize("fragment", [True, False])
def test_who_comes_second_sees_both(send, deal, bram, now, fragment):
    Deal.objects.get(pk=deal.pk).edit({"amount": Decimal(7)}, version=deal.version, by=bram, at=now)

    answer = send(fragment=fragment, amount="1200")

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "It now says: 7" in text
    assert 'value="1200"' in text
    assert f'value="{deal.version + 1}"' in text
    assert Deal.objects.get(pk=deal.pk).amount == 7


def test_what_is_wrong_is_said_beside_the_field(send, deal):
    answer = send(amount="many", fragment=True)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_a_closed_deal_has_no_step_but_an_amount(annas, deal, anna, now):
    builders.won(deal, by=anna, at=now)
    address = f"/teams/rijnmond/deals/{deal.number}/row/"
    assert "next_step" not in annas.get(address).content.decode()

    annas.post(address, {"amount": "5", "version": deal.version})

    assert Deal.objects.get(pk=deal.pk).amount == 5


def test_who_left_the_team_may_keep_it(send, deal, bram, now):
    deal.take(by=bram, at=now)
    bram.leave(by=None, at=now)

    send(owner=bram.user_id, amount="5", version=Deal.objects.get(pk=deal.pk).version)

    deal.refresh_from_db()
    assert (deal.amount, deal.owner) == (5, bram.user)
