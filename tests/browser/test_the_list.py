"""All deals as a list: looked for, sorted, and page by page."""

import pytest
from playwright.sync_api import expect

from tests.browser.boards import middle
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browse, history):
    page = browse(history.anna.user)
    page.goto(history.deals)
    return page


def titles(page):
    return page.locator("tbody .is-customer")


def test_it_begins_with_what_is_open_the_newest_first(page):
    expect(page.locator(".sub")).to_have_text("8 deals · €68,500")
    expect(titles(page).first).to_have_text("Stichting Wijkhuis")
    expect(page.get_by_role("columnheader", name="No.")).to_have_attribute(
        "aria-sort", "descending"
    )


def test_the_heads_sort_one_way_and_the_other(page):
    head = page.get_by_role("columnheader", name="Amount")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(titles(page).first).to_have_text("Kapsalon Lijn")
    expect(titles(page).last).to_have_text("Noordereiland Fietsen")

    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(titles(page).first).to_have_text("Havenbedrijf Twee")


def test_words_and_choices_narrow_it(page):
    page.get_by_label("Find", exact=True).fill("lijn")
    page.get_by_label("Find", exact=True).press("Enter")
    expect(titles(page)).to_have_text(["Kapsalon Lijn"])

    page.get_by_label("Find", exact=True).fill("")
    page.get_by_label("Next step").select_option("Overdue")
    page.get_by_role("button", name="Show").click()
    expect(titles(page)).to_have_text(["Kapsalon Lijn"])

    page.get_by_label("Outcome").select_option("Lost")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="No deals here")).to_be_visible()
    page.get_by_role("link", name="Show all deals").click()
    expect(page.locator("tbody tr")).to_have_count(50)


def test_it_is_read_page_by_page(page, history):
    page.goto(f"{history.deals}?outcome=won&sort=number")
    pages = page.get_by_role("navigation", name="Pages")
    expect(pages).to_contain_text("Page 1 of 3")
    expect(pages.get_by_role("link", name="Previous")).to_have_count(0)

    pages.get_by_role("link", name="Next").click()
    expect(pages).to_contain_text("Page 2 of 3")
    pages.get_by_role("link", name="Next").click()

    expect(pages).to_contain_text("Page 3 of 3")
    expect(pages.get_by_role("link", name="Next")).to_have_count(0)


def test_the_whole_row_opens_the_deal(page, history):
    stage = middle(page.locator("tbody tr", has_text="Garage Smit").locator(".is-stage"))
    page.mouse.click(stage.x, stage.y)

    expect(page.get_by_role("heading", name="Garage Smit")).to_be_visible()


def test_the_sentence_above_the_board_leads_into_it(page, history):
    page.goto(history.board)
    page.get_by_role("link", name="5 without a next step").click()

    expect(titles(page)).to_have_count(5)


def test_columns_are_chosen_by_keyboard_and_stay_on_the_way_to_the_calendar(page):
    page.get_by_role("link", name="Columns").press("Enter")
    for name in ("Leave out: Customer", "Leave out: Expected", "Source", "Earlier: Source"):
        page.get_by_role("link", name=name, exact=True).press("Enter")
    assert faults_of(page, LOOKS[1:3]) == []
    page.get_by_role("link", name="Show these columns").press("Enter")

    heads = page.locator("thead th:not(:has(.sr))")
    expect(heads).to_have_text(
        ["No.", "What", "Stage", "Amount", "Next step", "Age", "Source", "By"]
    )
    assert faults_of(page, LOOKS[1:3]) == []

    page.get_by_label("Find", exact=True).fill("lijn")
    page.get_by_label("Find", exact=True).press("Enter")
    ways = page.get_by_role("navigation", name="Ways to look")
    ways.get_by_role("link", name="Calendar").click()
    expect(page.locator(".narrowed")).to_contain_text("lijn")
    ways.get_by_role("link", name="List").click()
    expect(heads.nth(6)).to_have_text("Source")
    expect(page.locator("tbody tr")).to_have_count(1)
