"""Deals are found by what the team itself knows of their customers, and shown with it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import Organization, OwnFacts
from tests import builders
from tests.browser.pages import KAPSALON
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

WORDS = {
    "en": ("Chairs (organization)", "Filter", "Add a condition", "How", "Columns"),
    "nl": ("Chairs (organisatie)", "Filteren", "Voorwaarde toevoegen", "Hoe", "Kolommen"),
}


@pytest.fixture
def known(world):
    at, about = timezone.now(), "organization"
    for label in ("Chairs", "Mirrors"):
        builders.field(label, "number", target=about, by=world.anna, at=at)
    salon = Organization.objects.get(name=KAPSALON)
    OwnFacts.objects.of(world.team, salon).edit({"chairs": 6}, version=0, by=world.anna, at=at)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("language", WORDS)
def test_a_filter_and_its_columns(browse, world, language):
    chairs, filter_, add, how, columns = WORDS[language]
    page = browse(world.anna.user, locale=language)
    page.goto(world.deals)
    page.get_by_role("link", name=filter_, exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#new").select_option(chairs)
    page.get_by_role("button", name=add).focus()
    page.keyboard.press("Enter")

    asked = page.get_by_label(f"{chairs}: {how}")
    expect(asked).to_be_focused()
    # Before there is a value, it may be asked otherwise: between two of them.
    asked.select_option("between")
    values = page.get_by_role("listitem", name=chairs).get_by_role("textbox")
    expect(values).to_have_count(2)
    values.first.fill("5")
    values.last.fill("7")
    found = faults_of(page, LOOKS[1:3])
    page.keyboard.press("Enter")

    expect(page.locator("tbody .is-customer")).to_have_text([KAPSALON])
    page.get_by_role("link", name=columns, exact=True).click()
    page.get_by_role("link", name=chairs).click()
    page.locator(".btn--main").click()
    expect(page.get_by_role("columnheader", name=chairs)).to_be_visible()
    expect(page.locator("tbody .is-figure")).to_have_text(f"{chairs} 6")
    assert found + faults_of(page, LOOKS[1:3]) == []
