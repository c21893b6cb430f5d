"""One deal: its next step, its facts, its end and its second life."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

KAPSALON = "Kapsalon Lijn"


@pytest.fixture
def page(browse, world):
    """The page of a deal of Anna's."""
    page = browse(world.anna.user)
    page.goto(world.address_of(KAPSALON))
    return page


def say_change(page, name, text):
    page.get_by_text("Change", exact=True).click()
    page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Keep").last.click()


def test_it_tells_where_the_deal_stands_and_what_happened(page):
    expect(page.get_by_role("heading", name=KAPSALON)).to_be_visible()
    expect(page.locator(".stepper .now")).to_have_text("Needs clear")
    expect(page.get_by_text("Done when: We know what hurts and who decides")).to_be_visible()
    stream = page.get_by_role("region", name="What happened").get_by_role("listitem")
    expect(stream.first).to_contain_text("Needs clear")


def test_a_next_step_is_planned(page, world):
    day = timezone.localdate(timezone=world.team.zone) + timedelta(days=3)
    page.get_by_text("Plan another step").click()
    page.get_by_label("Next step").fill("Bring the contract")
    page.locator("[name=next_step_on]").fill(day.isoformat())
    page.get_by_role("button", name="Keep").first.click()

    expect(page.locator("#toasts")).to_contain_text("Bring the contract")
    expect(page.locator(".step")).to_contain_text("Bring the contract")
    deal = world.deal(KAPSALON)
    assert (deal.next_step, deal.next_step_on) == ("Bring the contract", day)


def test_a_day_without_a_step_is_refused_beside_the_field(page, world, watch):
    watch.foresee("422 POST")
    page.get_by_text("Plan another step").click()
    page.get_by_label("Next step").fill("")
    page.get_by_role("button", name="Keep").first.click()

    step = page.get_by_label("Next step")
    expect(step).to_be_visible()
    expect(step).to_have_accessible_description("Say what happens on that day.")
    assert world.deal(KAPSALON).next_step == "Ring them"


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [("en", "1,234.56", "€1,234.56"), ("nl", "1.234,56", "€ 1.234,56")],
)
def test_an_amount_is_typed_as_the_reader_writes_it(page, world, language, typed, shown):
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.reload()
    facts = page.locator(".fact:has(.facts)")
    facts.locator("summary").click()
    amount = facts.locator("[name=amount]")
    expect(amount).to_have_value("900,00" if language == "nl" else "900.00")
    amount.fill(typed)
    facts.get_by_role("button").last.click()

    expect(page.locator(".facts")).to_contain_text(shown)
    assert world.deal(KAPSALON).amount == Decimal("1234.56")


def test_what_is_no_amount_is_refused_and_stays_typed(page, world, watch):
    watch.foresee("422 POST")
    say_change(page, "amount", "12,5")

    amount = page.locator("[name=amount]")
    expect(amount).to_be_visible()
    expect(amount).to_have_value("12,5")
    expect(amount).to_have_accessible_description(re.compile("such as 1,234.56"))
    assert world.deal(KAPSALON).amount == 900


def test_who_comes_second_sees_both_versions_and_decides(page, browse, world, watch):
    watch.foresee("409 POST")
    brams = browse(world.bram.user)
    brams.goto(world.address_of(KAPSALON))
    say_change(brams, "amount", "950")
    expect(brams.locator(".facts")).to_contain_text("€950")

    say_change(page, "amount", "1000")

    amount = page.locator("[name=amount]")
    expect(amount).to_have_value("1000")
    expect(amount).to_have_accessible_description(re.compile("It now says: 950"))
    assert world.deal(KAPSALON).amount == 950
    expect(page.get_by_role("link", name="Keep theirs")).to_have_count(1)
    page.get_by_role("button", name="Keep mine").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("€1,000")
    assert world.deal(KAPSALON).amount == 1000


def test_it_is_lost_with_a_reason_and_opened_again(page, world):
    page.get_by_text("This deal is lost…").click()
    page.get_by_label("Reason").fill("They stay with the old one")
    page.get_by_role("button", name="Close as lost").click()

    expect(page.locator(".pill.lost")).to_have_text("Lost")
    expect(page.locator(".facts")).to_contain_text("They stay with the old one")
    assert world.deal(KAPSALON).outcome == "lost"

    page.get_by_role("button", name="Open it again").click()
    expect(page.locator(".stepper .now")).to_have_text("Needs clear")
    assert world.deal(KAPSALON).outcome == "open"


def test_a_move_is_taken_back_in_its_history_too(page, world):
    page.get_by_role("button", name="Move to Proposal").click()
    expect(page.locator(".stepper .now")).to_have_text("Proposal")

    told = page.get_by_role("region", name="What happened")
    told.get_by_role("button", name="Undo").first.click()

    expect(page.locator(".stepper .now")).to_have_text("Needs clear")
    assert world.stage_of(KAPSALON) == "Needs clear"


def test_it_leads_to_its_neighbours_and_back_to_the_board(page, world):
    page.get_by_role("link", name="Next deal").click()
    expect(page.get_by_role("heading", name="Garage Smit")).to_be_visible()
    page.get_by_role("link", name="Previous deal").click()
    expect(page.get_by_role("heading", name=KAPSALON)).to_be_visible()

    page.get_by_label("Where you are").get_by_role("link", name="Board").click()

    expect(page.locator(f'.card[data-name="{KAPSALON}"]')).to_be_in_viewport()
