"""The team agrees on when it works and how soon it answers, and sees who waits for it."""

import pytest
from playwright.sync_api import expect

from tests.browser.pages import KAPSALON
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_from_the_hours_to_an_answer(browse, world):
    page = browse(world.anna.user)
    page.goto(world.page("hours"))
    # Open at every hour, so that the question waits on whatever day this is walked.
    for field in page.locator(".hours input").all():
        field.fill("0:00-24:00")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("link", name="Promise").click()
    page.get_by_label("We answer within so many working hours").fill("2.5")
    page.get_by_label("Why").fill("They plan with half a morning")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("We answer within 2.5 working hours.")

    _write_down(page, world, "The customer, to us", "When can you come?")
    page.goto(world.page("waiting"))
    expect(page.locator(".sub")).to_contain_text("1 customer is waiting")
    found = faults_of(page, LOOKS[1:3])
    page.get_by_role("link", name=KAPSALON).focus()
    page.keyboard.press("Enter")
    _write_down(page, world, "We, to the customer", "Tomorrow at nine.")

    page.goto(world.page("waiting"))
    expect(page.locator(".duties")).to_have_count(0)
    assert found + faults_of(page, LOOKS[1:3]) == []


def _write_down(page, world, direction, text):
    page.goto(world.address_of(KAPSALON))
    page.locator("summary", has_text="Write down what was said").click()
    said = page.locator("form[action$='/interactions/']")
    said.get_by_label(direction).check()
    said.get_by_label("How").select_option("E-mail")
    said.get_by_label("What was said").fill(text)
    said.get_by_role("button", name="Keep").click()
    expect(page.locator(".stream")).to_contain_text(text)
