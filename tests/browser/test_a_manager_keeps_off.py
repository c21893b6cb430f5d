"""Mia signs what she keeps off, in Dutch; Anna agrees. Then Mia has to act, and Anna reads why."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

WORDS = "The court asked for the papers of one delivery."


def test_signed_agreed_and_an_exception_told(browse, lived):
    mia = browse(lived.mia, locale="nl-NL")
    mia.goto(lived.page("agreements"))
    mia.get_by_role("link", name="Contract", exact=True).click()
    expect(mia.locator("h1")).to_have_text("Waar de manager van afblijft")
    mia.get_by_label("Wat ik beloof").focus()
    mia.keyboard.press("Enter")
    expect(mia.locator(".pill").first).to_have_text("Voorgesteld")

    anna = browse(lived.anna.user)
    anna.goto(mia.url)
    anna.get_by_role("button", name="Accept").click()
    anna.goto(lived.page("contract"))
    found = faults_of(anna, LOOKS[1:3])
    expect(anna.locator("main form")).to_have_count(0)

    mia.goto(lived.page("interventions"))
    mia.get_by_text("Een ingreep opschrijven").focus()
    mia.keyboard.press("Enter")
    mia.get_by_label("de wet").check()
    mia.get_by_label("Wat is er gebeurd").fill(WORDS)
    mia.get_by_label("Er zat geen signaal achter").check()
    found += faults_of(mia, LOOKS[1:3])
    mia.get_by_role("button", name="Schrijf het op en vertel het het team").click()
    expect(mia.locator("h1")).to_have_text("Ingreep")

    anna.goto(lived.page("interventions"))
    expect(anna.locator(".stepped-in").first).to_contain_text(WORDS)
    expect(anna.locator(".stepped-in").first).to_contain_text("No signal stood behind it.")
    assert found == []
