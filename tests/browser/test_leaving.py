"""Bram reads what happens when he leaves, and leaves."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_somebody_leaves_their_team(browse, lived, watch):
    watch.foresee("404 GET")
    bram = browse(lived.bram.user)
    bram.goto(lived.page("people"))
    bram.get_by_role("link", name="Leave this team").click()
    expect(bram.locator("main")).to_contain_text("What you did stays, with your name.")
    # He looks after the board, which is free again then.
    expect(bram.locator("main")).to_contain_text("Keeps the board")
    found = faults_of(bram, LOOKS[1:3])
    bram.get_by_role("button", name="Leave the team").focus()
    bram.keyboard.press("Enter")

    expect(bram.locator("body")).to_contain_text("You have left team Rijnmond.")
    bram.goto(lived.page())
    expect(bram.locator("h1")).to_be_visible()
    assert not lived.team.memberships.current().filter(user=lived.bram.user).exists()
    assert found == []
