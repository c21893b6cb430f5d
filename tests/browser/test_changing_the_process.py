"""The team changes its own process, from the keyboard, and reads later why."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_a_stage_is_moved_and_renamed_with_a_reason(browse, world):
    page = browse(world.anna.user)
    page.goto(world.page("processes"))
    page.get_by_role("link", name="Sales").focus()
    page.keyboard.press("Enter")
    stages = page.get_by_role("list", name="Stages").get_by_role("listitem")
    expect(stages).to_have_count(5)

    stages.nth(1).get_by_role("button", name="Down").focus()
    page.keyboard.press("Enter")
    second = stages.nth(1).get_by_label("Name", exact=True)
    expect(second).to_have_value("Proposal")
    second.fill("Offer")
    found = faults_of(page, LOOKS[1:3])

    page.get_by_label("Why do we change it?").fill("A price comes first")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("version 2")

    page.goto(world.page("processes/history"))
    expect(page.get_by_role("heading", name="A price comes first")).to_be_visible()
    expect(page.locator(".versions")).to_contain_text("Stage Proposal is now called Offer.")
    assert found == []
