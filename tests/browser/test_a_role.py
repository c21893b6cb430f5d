"""Bram proposes Anna for a role, she takes it, and Mia sees that it is held, not by whom."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_from_a_role_to_who_holds_it(browse, lived):
    bram = browse(lived.bram.user, locale="nl-NL")
    bram.goto(lived.page("people"))
    bram.get_by_role("link", name="Rollen").click()
    bram.get_by_text("Schrijf nog een rol op").click()
    bram.get_by_label("Hoe heet de rol?").fill("Kijkt de cijfers na")
    bram.get_by_label("Waar is de rol voor?").fill("Zodat ze kloppen")
    bram.get_by_label("Waar let de rol op?").fill("De cijfers van de week")
    found = faults_of(bram, LOOKS[1:3])
    bram.get_by_role("button", name="Schrijf het op").focus()
    bram.keyboard.press("Enter")
    expect(bram.locator("h1")).to_have_text("Kijkt de cijfers na")
    page = bram.url
    bram.get_by_text("Stel er iemand voor").click()
    bram.get_by_label("Wie?").select_option("Anna")
    bram.get_by_label("Waarom diegene?").fill("Zij ziet elke fout")
    bram.keyboard.press("Enter")
    expect(bram.locator("main")).to_contain_text("Anna is voorgesteld")

    anna = browse(lived.anna.user)
    anna.goto(lived.page())
    anna.get_by_role("link", name="Say whether you take a role").last.click()
    anna.goto(page)
    expect(anna.locator("main")).to_contain_text("Zij ziet elke fout")
    found += faults_of(anna, LOOKS[1:3])
    anna.get_by_role("button", name="I consent").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator(".pill").first).to_have_text("Held")

    mia = browse(lived.mia)
    mia.goto(page)
    expect(mia.locator(".pill").first).to_have_text("Held")
    expect(mia.locator("main")).not_to_contain_text("Anna")
    assert found == []
