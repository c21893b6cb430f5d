"""Anna promises something and Bram says in Dutch whether it was kept; Mia is no party to it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

PROMISE = "I write the offer on one page"


def test_from_a_proposal_to_what_became_of_it(browse, lived, watch):
    watch.foresee("422 POST", "404 GET")
    anna = browse(lived.anna.user)
    anna.goto(lived.page("agreements"))
    anna.get_by_role("link", name="New agreement").first.click()
    anna.get_by_label("Bram").check()
    anna.get_by_label("then …").fill(PROMISE)
    anna.get_by_label("How will the other see it?").fill("The offer hangs on the deal")
    today = timezone.localdate()
    anna.get_by_label("Until when?").fill(f"{today + timedelta(days=800)}")
    anna.get_by_label("How will the other see it?").focus()
    anna.keyboard.press("Enter")

    # Too far away: that is said, and what was typed stands there still.
    expect(anna.get_by_label("then …")).to_have_value(PROMISE)
    expect(anna.get_by_role("alert")).to_be_visible()
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_label("Until when?").fill(f"{today + timedelta(days=5)}")
    anna.get_by_label("How will the other see it?").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("h1")).to_contain_text(PROMISE)
    page = anna.url

    bram = browse(lived.bram.user, locale="nl-NL")
    bram.goto(page)
    expect(bram.locator("main")).to_contain_text("Wat je kunt doen")
    bram.get_by_role("button", name="Akkoord").focus()
    bram.keyboard.press("Enter")
    expect(bram.get_by_role("button", name="Akkoord")).to_have_count(0)

    anna.reload()
    anna.get_by_role("button", name="It is done").click()
    expect(anna.get_by_role("button", name="It is done")).to_have_count(0)

    bram.reload()
    bram.get_by_text("Zeg of het is nagekomen").click()
    bram.get_by_label("Nagekomen", exact=True).check()
    found += faults_of(bram, LOOKS[1:3])
    bram.get_by_role("button", name="Zeg het").click()
    expect(bram.locator(".pill").first).to_have_text("Nagekomen")

    mia = browse(lived.mia)
    mia.goto(lived.page("agreements"))
    expect(mia.locator("main")).not_to_contain_text(PROMISE)
    mia.goto(page)
    expect(mia.locator("main")).not_to_contain_text(PROMISE)
    assert found == []


def test_what_comes_round_from_the_form_to_the_calendar(browse, lived):
    anna = browse(lived.anna.user)
    anna.goto(lived.page("agreements/new"))
    anna.get_by_label("Bram").check()
    anna.get_by_label("then …").fill("I bring the list")
    anna.get_by_label("How will the other see it?").fill("It lies on the table")
    today = timezone.localdate()
    anna.get_by_label("Until when?").fill(f"{today}")
    anna.get_by_label("How often?").select_option("week")
    anna.get_by_label("until when does it come round?").fill(f"{today + timedelta(days=40)}")
    anna.keyboard.press("Enter")
    expect(anna.locator("main")).to_contain_text("every week until")
    page = anna.url

    bram = browse(lived.bram.user, locale="nl-NL")
    bram.goto(page)
    bram.get_by_role("button", name="Akkoord").click()
    anna.reload()
    anna.get_by_role("button", name="It is done").click()
    expect(anna.locator(".days li")).to_have_count(2)
    found = faults_of(anna, LOOKS[1:3])

    bram.reload()
    expect(bram.locator("main")).to_contain_text("De volgende keer op")
    bram.goto(lived.page("agreements/calendar"))
    expect(bram.locator("main")).to_contain_text("I bring the list")
    found += faults_of(bram, LOOKS[1:3])
    assert found == []
