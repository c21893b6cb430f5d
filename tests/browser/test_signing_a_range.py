"""The team signs another normal range, with the keyboard, and its manager reads what it signed."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

# In the order in which the page asks them.
QUESTIONS = ("Do we clearly work", "Do we know why?", "Is it what we want?", "Do we expect it")


def test_from_a_figure_to_another_range_and_what_the_manager_reads_of_it(browse, lived, watch):
    watch.foresee("422 POST")
    page = browse(lived.anna.user)
    page.goto(lived.page("figures/deals-won"))
    page.get_by_role("link", name="Normal range").click()
    expect(page.locator(".range__says")).to_have_text("0.2 to 8.1, on average 4.2")
    found = faults_of(page, LOOKS[1:3])
    page.get_by_role("link", name="Sign a new normal range").focus()
    page.keyboard.press("Enter")
    for question in QUESTIONS[:3]:
        page.get_by_role("group", name=question).get_by_label("Yes").check()
    page.get_by_role("group", name=QUESTIONS[3]).get_by_label("No").check()
    page.get_by_label("What changed?").fill("We call back the same day")
    page.keyboard.press("Enter")

    # The words stand there still; what stood in the way is said beside its question.
    expect(page.get_by_role("group", name=QUESTIONS[3])).to_contain_text("Then wait.")
    expect(page.get_by_label("What changed?")).to_have_value("We call back the same day")
    found += faults_of(page, LOOKS[1:3])
    page.get_by_role("group", name=QUESTIONS[3]).get_by_label("Yes").focus()
    page.keyboard.press("Space")
    page.get_by_label("What makes it last?").fill("It stands in our process")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("What held before")
    expect(page.locator("main")).to_contain_text("Anna")
    found += faults_of(page, LOOKS[1:3])
    reader = browse(lived.mia)
    reader.goto(lived.page("figures/deals-won"))
    expect(reader.locator(".panel").first).to_contain_text("We call back the same day")
    expect(reader.locator(".band.ghost")).to_have_count(1)
    reader.get_by_role("link", name="Normal range").click()
    expect(reader.get_by_role("link", name="Sign")).to_have_count(0)
    assert found == []
