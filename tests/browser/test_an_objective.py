"""Anna proposes what the team should want, Bram consents in Dutch, and Mia reads it afterwards."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

WHY = "It is what we can serve well"


def test_from_a_wish_to_what_all_of_us_want(browse, lived, watch):
    watch.foresee("422 POST", "404 GET")
    anna = browse(lived.anna.user)
    anna.goto(lived.page("figures/deals-won"))
    anna.get_by_role("link", name="Set an objective").click()
    anna.get_by_label("at least").check()
    anna.get_by_label("The number").fill("many")
    anna.get_by_label("Why do we want this?").fill(WHY)
    anna.keyboard.press("Enter")

    # What is wrong is said beside the number, and what was typed stands there still.
    expect(anna.get_by_label("Why do we want this?")).to_have_value(WHY)
    expect(anna.locator(".errorlist").first).to_be_visible()
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_label("The number").fill("4.5")
    last = anna.get_by_label("Up to and including")
    last.select_option(index=6)
    anna.get_by_label("Why do we want this?").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("h1")).to_contain_text("at least 4.5")
    page = anna.url

    mia = browse(lived.mia)
    mia.goto(page)
    expect(mia.locator("main")).not_to_contain_text(WHY)

    bram = browse(lived.bram.user, locale="nl-NL")
    bram.goto(lived.page())
    bram.get_by_role("link", name="Antwoord op een voorgesteld doel").first.click()
    expect(bram.locator("h1")).to_contain_text("minstens 4,5")
    bram.get_by_text("Ik maak bezwaar").click()
    found += faults_of(bram, LOOKS[1:3])
    bram.get_by_role("button", name="Ik stem in").focus()
    bram.keyboard.press("Enter")
    expect(bram.locator(".pill").first).to_have_text("Afgesproken")

    mia.reload()
    expect(mia.locator("main")).to_contain_text(WHY)
    expect(mia.locator("main")).not_to_contain_text("Bram")
    assert found == []
