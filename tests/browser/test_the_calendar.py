"""What the team means to do, on its calendar: planned, found again, and done."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.pages import KAPSALON
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_in_dutch_from_plan_to_done(browse, world):
    today = timezone.localdate(timezone=world.team.zone)
    page = browse(world.anna.user, locale="nl-NL")
    page.goto(world.address_of(KAPSALON))
    page.locator("summary", has_text="Plan iets").click()
    plan = page.locator("form[action$='/activities/']")
    plan.get_by_label("Wat").fill("De spiegels opmeten")
    plan.get_by_label("Op", exact=True).fill(today.isoformat())
    plan.get_by_role("button", name="Plannen").click()
    expect(page.locator("#toasts")).to_contain_text("Gepland: De spiegels opmeten")

    page.goto(world.page("calendar"))
    expect(page.locator("[aria-current=date]")).to_contain_text("De spiegels opmeten")
    found = faults_of(page, LOOKS[1:3])
    page.get_by_role("link", name="De spiegels opmeten").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Wat het opleverde").fill("Twee te weinig")
    page.get_by_role("button", name="Gedaan").click()

    page.goto(f"{world.page('calendar')}?look=agenda&on={today}")
    expect(page.locator(".planned.done")).to_contain_text("De spiegels opmeten")
    page.goto(world.address_of(KAPSALON))
    expect(page.locator(".stream")).to_contain_text("Twee te weinig")
    assert found + faults_of(page, LOOKS[1:3]) == []
