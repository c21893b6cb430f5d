"""Find or do: Ctrl-K, a few letters, Enter."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "name", "doing", "begin"),
    [
        ("en", "Find or do", "New deal in Proposal", "new pro"),
        ("nl", "Zoek of doe", "Nieuwe deal in Proposal", "nieuwe pro"),
    ],
)
def test_from_the_keyboard_to_a_deal_and_to_a_new_one(
    browse, history, language, name, doing, begin
):
    page = browse(history.anna.user, locale=language)
    page.goto(history.deals)
    finder = page.get_by_role("link", name=re.compile(name))
    finder.focus()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name=name)
    field = palette.get_by_role("combobox")
    options = palette.get_by_role("option")
    expect(field).to_be_focused()
    expect(options.first).to_be_visible()
    found = faults_of(page, LOOKS[:2])
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    expect(finder).to_be_focused()

    page.keyboard.press("Enter")
    field.fill("kapsalon")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.last).to_have_attribute("aria-selected", "true")
    found += faults_of(page, LOOKS)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kapsalon Lijn", level=1)).to_be_visible()

    page.keyboard.press("Control+k")
    field.fill(begin)
    expect(options).to_have_text([re.compile(doing)])
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/**")
    expect(page.locator("details.add[open] [name=customer]")).to_be_focused()

    assert found == []
