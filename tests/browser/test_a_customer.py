"""Find a customer, write down who works there and how to reach them, from the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "find", "new", "add", "reach"),
    [
        ("en", "Find", "New contact", "Add", "How to reach them"),
        ("nl", "Zoeken", "Nieuw contact", "Toevoegen", "Bereikbaar op"),
    ],
)
def test_from_the_list_to_somebody_who_can_be_reached(
    browse, world, language, find, new, add, reach
):
    page = browse(world.anna.user, locale=language)
    page.goto(world.page("customers"))
    page.get_by_label(find, exact=True).fill("kapsalon l")
    page.keyboard.press("Enter")
    customer = page.get_by_role("link", name="Kapsalon Lijn")
    customer.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kapsalon Lijn", level=1)).to_be_visible()
    found = faults_of(page, LOOKS)

    page.locator("summary", has_text=new).focus()
    page.keyboard.press("Enter")
    page.locator("#contact-name").fill("Wim Lijn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wim Lijn", level=1)).to_be_visible()

    page.locator("summary", has_text=add).focus()
    page.keyboard.press("Enter")
    page.locator("#point-value").fill("wim@lijn.example")
    page.keyboard.press("Enter")
    points = page.get_by_role("region", name=reach)
    expect(points.get_by_role("link", name="wim@lijn.example")).to_have_attribute(
        "href", "mailto:wim@lijn.example"
    )
    assert found + faults_of(page, LOOKS) == []


def test_a_name_is_offered_while_it_is_typed(browse, world):
    page = browse(world.anna.user)
    page.goto(world.board)
    page.locator("details.add summary").first.click()
    page.locator("details.add[open] [name=customer]").press_sequentially("kaps")

    expect(page.locator("#customer-names option[value='Kapsalon Lijn']")).to_have_count(1)
