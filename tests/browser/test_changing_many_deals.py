"""Several deals are chosen in the list, changed in one go, and all of it is taken back."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

CHOSEN = ("Bakkerij Vermeulen", "Garage Smit")


def test_two_deals_get_the_same_next_step_and_lose_it_again(browse, world):
    page = browse(world.anna.user)
    page.goto(world.deals)
    for customer in CHOSEN:
        page.get_by_role("row").filter(has_text=customer).get_by_role("checkbox").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Change the chosen deals").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change 2 deals")
    found = faults_of(page, LOOKS[1:3])
    page.get_by_label("Next step").fill("Ask about the summer")
    page.keyboard.press("Enter")

    steps = page.locator("tbody .is-step", has_text="Ask about the summer")
    expect(steps).to_have_count(2)
    assert {world.deal(one).next_step for one in CHOSEN} == {"Ask about the summer"}

    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(steps).to_have_count(0)
    assert {world.deal(one).next_step for one in CHOSEN} == {""}
    assert found == []
