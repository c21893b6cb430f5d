"""Anna tries to do without a procedure, and Bram buries it in Dutch; Mia protects another one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

NAME = "Two signatures under a quote"


def test_from_the_register_into_the_grave(browse, lived, watch):
    watch.foresee("422 POST")
    anna = browse(lived.anna.user)
    anna.goto(lived.page("agreements"))
    anna.get_by_role("link", name="Procedures", exact=True).first.click()
    anna.get_by_text("Write down another one").click()
    anna.get_by_label("What is it called?").fill(NAME)
    anna.get_by_label("Why was it begun?").fill("One went out wrong")
    anna.get_by_label("Hours a month").fill("many")
    anna.keyboard.press("Enter")

    # What is wrong is said beside the hours, and what was typed stands there still.
    expect(anna.get_by_label("What is it called?")).to_have_value(NAME)
    expect(anna.locator(".errorlist").first).to_be_visible()
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_label("Hours a month").fill("4.5")
    anna.keyboard.press("Enter")
    anna.get_by_role("link", name=NAME).click()
    page = anna.url
    anna.get_by_text("Try to do without it").click()
    anna.get_by_label("Until when?").fill(f"{timezone.localdate() + timedelta(days=30)}")
    anna.get_by_label("Why could we do without it?").fill("It was never refused")
    anna.keyboard.press("Enter")
    expect(anna.locator(".pill").first).to_contain_text("On trial")

    mia = browse(lived.mia)
    mia.goto(page)
    expect(mia.locator("main form")).to_have_count(0)

    bram = browse(lived.bram.user, locale="nl-NL")
    bram.goto(page)
    bram.get_by_text("Begraaf het …").focus()
    bram.keyboard.press("Enter")
    bram.get_by_label("Wat moet er op het graf staan?").fill("Twee keer lezen, één keer wachten")
    found += faults_of(bram, LOOKS[1:3])
    bram.keyboard.press("Enter")
    expect(bram.locator(".pill").first).to_have_text("Begraven")
    bram.goto(lived.page("procedures/graveyard"))
    expect(bram.locator("main")).to_contain_text("Twee keer lezen")
    expect(bram.locator("main")).to_contain_text("4,5 uur per maand")
    assert found == []
