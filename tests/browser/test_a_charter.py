"""Anna writes what the team is for, Bram consents in Dutch, and Mia takes back her frame."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from teams.models import CharterVersion
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

WHY = "Two customers asked for what we do not do"


def test_from_words_to_what_all_of_us_say(browse, lived, watch):
    watch.foresee("422 POST")
    proposed = CharterVersion.objects.proposed().get(team=lived.team)
    proposed.drop("There are better words", by=lived.anna, at=timezone.now())
    anna = browse(lived.anna.user)
    anna.goto(lived.page("people"))
    anna.get_by_role("link", name="Our charter").click()
    anna.get_by_text("Propose another wording").click()
    anna.get_by_label("With which offer").fill("Lines and phones for shops")
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_label("Why do we want this?").fill(WHY)
    anna.keyboard.press("Enter")
    expect(anna.locator("#toasts")).to_contain_text("It is proposed")
    expect(anna.locator("ins")).to_contain_text(["for shops"])

    bram = browse(lived.bram.user, locale="nl-NL")
    bram.goto(lived.page())
    bram.get_by_role("link", name="Antwoord op een voorgesteld handvest").click()
    expect(bram.locator("h1")).to_have_text("Ons handvest")
    expect(bram.locator("del").first).to_be_visible()
    found += faults_of(bram, LOOKS[1:3])
    bram.get_by_role("button", name="Ik stem in").focus()
    bram.keyboard.press("Enter")
    expect(bram.locator("main")).to_contain_text("Versie 2")
    expect(bram.locator("main")).to_contain_text("Lines and phones for shops")

    mia = browse(lived.mia)
    mia.goto(lived.page("charter"))
    expect(mia.locator("main")).to_contain_text("Lines and phones for shops")
    mia.get_by_role("button", name="Take it back").focus()
    mia.keyboard.press("Enter")
    mia.get_by_text("Announce another frame").click()
    mia.get_by_label("Money for one decision").fill("much")
    mia.get_by_label("Why does it change?").fill("Prices rose")
    mia.keyboard.press("Enter")
    # What is wrong is said beside it, and what was typed stands there still.
    expect(mia.get_by_label("Why does it change?")).to_have_value("Prices rose")
    expect(mia.locator(".errorlist").first).to_be_visible()
    found += faults_of(mia, LOOKS[1:3])
    mia.get_by_label("Money for one decision").fill("300")
    mia.keyboard.press("Enter")
    expect(mia.locator("main")).to_contain_text("€300 at most")
    assert found == []
