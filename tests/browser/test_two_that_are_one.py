"""A customer that is written down twice: warned of while it is typed, merged, and two again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "new", "warning", "merge", "do", "undo"),
    [
        (
            "en",
            "New customer",
            "Is it one of these?",
            "Merge with another…",
            "Make them one",
            "Undo",
        ),
        (
            "nl",
            "Nieuwe klant",
            "Is het een van deze?",
            "Samenvoegen met een ander…",
            "Samenvoegen",
            "Ongedaan maken",
        ),
    ],
)
def test_become_one_and_two_again_from_the_keyboard(
    browse, world, language, new, warning, merge, do, undo
):
    page = browse(world.anna.user, locale=language)
    page.goto(world.page("customers"))
    page.locator("summary", has_text=new).focus()
    page.keyboard.press("Enter")
    page.locator("#new-name").press_sequentially("Kapsalon Lijn BV")
    expect(page.get_by_text(warning)).to_be_visible()
    page.locator("#new-name").press("Enter")
    expect(page.get_by_role("heading", name="Kapsalon Lijn BV", level=1)).to_be_visible()

    page.get_by_role("link", name=merge).press("Enter")
    page.get_by_role("link", name="Kapsalon Lijn", exact=True).press("Enter")
    expect(page.locator(".merging__table")).to_be_visible()
    found = faults_of(page, LOOKS)
    page.get_by_role("button", name=do, exact=True).press("Enter")

    expect(page.get_by_role("heading", name="Kapsalon Lijn BV", level=1)).to_be_visible()
    page.locator(".toast").get_by_role("button", name=undo).press("Enter")
    expect(page.locator(".toast")).to_contain_text(re.compile("two again|weer apart"))
    assert found == []
