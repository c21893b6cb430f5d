"""The lists of a team from the keyboard: filled, put in order, left alone, and tags on a deal."""

import pytest
from playwright.sync_api import expect

from tests.browser.pages import KAPSALON
from tests.browser.test_everybody_can_use_it import LOOKS, OPEN, faults_of

pytestmark = pytest.mark.browser


def names(section):
    return section.locator(".items .item__words").all_inner_texts()


def add(page, word, name):
    section = page.locator(f"#{word}")
    section.locator(".add-item summary").press("Enter")
    section.locator(".add-item [name=name]").fill(name)
    page.keyboard.press("Enter")
    expect(section.locator(".item__words", has_text=name)).to_be_visible()


def test_three_lists_are_filled_and_kept_from_the_keyboard(browse, world):
    page = browse(world.anna.user)
    page.goto(world.page("lists"))
    for word, name in (
        ("sources", "Fair"),
        ("sources", "Website"),
        ("loss-reasons", "Price"),
        ("tags", "urgent"),
    ):
        add(page, word, name)
    sources = page.locator("#sources")
    assert names(sources) == ["Fair", "Website"]

    sources.get_by_role("button", name="Up: Website").press("Enter")
    expect(sources.locator(".item__words").first).to_have_text("Website")
    row = sources.locator(".item", has_text="Fair")
    row.locator("summary").press("Enter")
    row.get_by_label("Name").fill("Trade fair")
    page.keyboard.press("Enter")
    expect(sources.locator(".item__words").last).to_have_text("Trade fair")
    row = sources.locator(".item", has_text="Website")
    row.locator("summary").press("Enter")
    row.get_by_role("button", name="Offer it no more").press("Enter")
    expect(sources.locator(".resting summary")).to_be_visible()
    assert names(sources)[0] == "Trade fair"
    page.locator("main details").evaluate_all(OPEN)

    assert faults_of(page) == []


@pytest.mark.parametrize(
    ("language", "change", "new", "keep"),
    [("en", "Change", "A new tag", "Keep"), ("nl", "Veranderen", "Een nieuw label", "Bewaren")],
)
def test_a_deal_gets_its_tags(browse, world, language, change, new, keep):
    page = browse(world.anna.user, locale=language)
    page.goto(world.page("lists"))
    add(page, "tags", "urgent")
    page.goto(world.address_of(KAPSALON))
    page.locator("summary", has_text=change).press("Enter")
    page.get_by_role("checkbox", name="urgent").press("Space")
    page.get_by_label(new).fill("chain")
    found = faults_of(page, LOOKS[1:3])
    page.get_by_role("button", name=keep, exact=True).last.press("Enter")

    facts = page.locator(".deal__side")
    expect(facts).to_contain_text("urgent")
    expect(facts).to_contain_text("chain")
    page.goto(world.page("lists"))
    assert names(page.locator("#tags")) == ["urgent", "chain"]
    assert found == []
