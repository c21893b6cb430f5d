"""Everything that matters works where no script runs."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.boards import Board

pytestmark = pytest.mark.browser

KAPSALON, HOTEL = "Kapsalon Lijn", "Hotel Leuvehaven"


@pytest.fixture
def page(browse, world):
    """A page of Anna's, in a browser that runs no scripts."""
    page = browse(world.anna.user, java_script_enabled=False)
    page.goto(world.board)
    return page


@pytest.fixture
def board(page):
    return Board(page)


def test_what_only_a_script_can_do_is_not_offered(page):
    expect(page.locator(".card")).to_have_count(9)
    expect(page.get_by_label("Filter the board")).to_be_hidden()
    expect(page.locator(".card__more").first).to_be_hidden()


def test_a_card_is_moved_by_choosing_a_stage_and_taken_back(page, board, world):
    card = board.card(KAPSALON)
    card.locator("summary").click()
    card.get_by_label("Move to").select_option("Proposal")
    card.get_by_role("button", name="Move").click()

    expect(page).to_have_url(re.compile(f"{world.board}$"))
    expect(board.toasts).to_contain_text(f"{KAPSALON} moved from Needs clear to Proposal.")
    board.counts("Proposal", "3", "€7.6k")
    assert world.stage_of(KAPSALON) == "Proposal"

    board.toasts.get_by_role("button", name="Undo").click()
    board.counts("Proposal", "2", "€6.7k")
    assert world.stage_of(KAPSALON) == "Needs clear"


def test_a_slower_one_is_told(page, board, world):
    world.move(KAPSALON, "Delivered", by=world.bram, at=timezone.now())

    card = board.card(KAPSALON)
    card.locator("summary").click()
    card.get_by_label("Move to").select_option("Proposal")
    card.get_by_role("button", name="Move").click()

    expect(board.toasts).to_contain_text("Someone moved this deal a moment ago.")
    assert world.stage_of(KAPSALON) == "Delivered"


def test_a_deal_is_added_or_refused_with_the_words_kept(page, board, world, watch):
    watch.foresee("422 POST")
    column = board.column("Contact")
    column.locator(".add summary").click()
    column.get_by_label("Customer").fill("Visboer Dirk")
    column.get_by_label("What they ask for").fill("A payment terminal")
    column.get_by_label("Amount").fill("a lot")
    column.get_by_role("button", name="Add").click()

    expect(column.get_by_text("This deal was not added yet.")).to_be_visible()
    expect(column.get_by_label("Customer")).to_have_value("Visboer Dirk")
    column.get_by_label("Amount").fill("1,250.50")
    column.get_by_role("button", name="Add").click()

    expect(board.toasts).to_contain_text("Visboer Dirk is on the board.")
    assert world.deal("Visboer Dirk").amount == Decimal("1250.50")


def test_a_deal_is_taken(page, board, world):
    board.card(HOTEL).get_by_role("button", name="Take it").click()

    expect(board.card(HOTEL).get_by_role("img", name="Anna")).to_be_visible()
    assert world.deal(HOTEL).owner == world.anna.user


def test_the_page_of_a_deal_plans_a_step_and_moves_it(page, world):
    page.goto(world.address_of(HOTEL))
    page.get_by_text("Plan a step").click()
    page.get_by_label("Next step").fill("Ring the front desk")
    day = timezone.localdate(timezone=world.team.zone) + timedelta(days=9)
    page.locator("[name=next_step_on]").fill(day.isoformat())
    page.get_by_role("button", name="Keep").first.click()

    expect(page.locator("#toasts")).to_contain_text("Ring the front desk")
    deal = world.deal(HOTEL)
    assert (deal.next_step, deal.next_step_on) == ("Ring the front desk", day)

    page.get_by_role("button", name="Move to Proposal").click()
    expect(page.locator(".stepper .now")).to_have_text("Proposal")
    assert world.stage_of(HOTEL) == "Proposal"


def test_the_look_and_the_language_are_chosen(page):
    page.get_by_role("button", name="Theme: dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
