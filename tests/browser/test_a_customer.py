"""Find a customer, write down who works there and how to reach them, from the keyboard."""

import pytest
from playwright.sync_api import expect

from tests import builders
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


@pytest.mark.parametrize(
    ("language", "contacts", "new", "find"),
    [
        ("en", "Contacts", "New contact", "Find"),
        ("nl", "Contactpersonen", "Nieuw contact", "Zoeken"),
    ],
)
def test_somebody_is_written_down_and_found_in_the_list_of_contacts(
    browse, world, language, contacts, new, find
):
    page = browse(world.anna.user, locale=language)
    page.goto(world.page("customers"))
    page.get_by_role("main").get_by_role("link", name=contacts).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=contacts, level=1)).to_be_visible()
    found = faults_of(page, LOOKS)

    page.locator("summary", has_text=new).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Wim Lijn")
    page.keyboard.press("Tab")
    page.keyboard.type("kapsalon lijn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wim Lijn", level=1)).to_be_visible()

    page.goto(world.page("contacts"))
    page.get_by_label(find, exact=True).fill("wim l")
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="Wim Lijn")
    expect(row.get_by_role("link", name="Kapsalon Lijn")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    assert found + faults_of(page, LOOKS) == []


def test_a_name_is_offered_while_it_is_typed(browse, world):
    page = browse(world.anna.user)
    page.goto(world.board)
    page.locator("details.add summary").first.click()
    page.locator("details.add[open] [name=customer]").press_sequentially("kaps")

    expect(page.locator("#customer-names option[value='Kapsalon Lijn']")).to_have_count(1)


@pytest.mark.parametrize(
    ("language", "change", "keep", "ours", "undo"),
    [
        ("en", "Change", "Keep", "What we ourselves know", "Undo"),
        ("nl", "Veranderen", "Bewaren", "Wat wij zelf weten", "Ongedaan maken"),
    ],
)
def test_what_the_team_itself_knows_is_written_down_and_taken_back(
    browse, world, language, change, keep, ours, undo
):
    at = world.anna.since_at
    builders.field("Parking", target="organization", by=world.anna, at=at)
    builders.field("Tills", "number", target="organization", by=world.anna, at=at)
    page = browse(world.anna.user, locale=language)
    page.goto(f"{world.page('customers')}{world.deal('Kapsalon Lijn').organization_id}/")
    known = page.get_by_role("region", name=ours)

    known.locator("summary", has_text=change).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("In the yard")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    found = faults_of(page, LOOKS)
    page.keyboard.press("Enter")

    expect(known.get_by_text("In the yard")).to_be_visible()
    assert found + faults_of(page, LOOKS) == []
    page.locator(".stream").get_by_role("button", name=undo).first.focus()
    page.keyboard.press("Enter")
    expect(known.get_by_text("In the yard")).to_have_count(0)
