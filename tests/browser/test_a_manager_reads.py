"""A manager sees what the team sees, nobody's face, and nothing to press that writes."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

OWN = {"/theme/", "/i18n/setlang/", "/accounts/logout/"}
# But for the one thing that management says: that it has read a report.
WRITING = (
    "main form[method=post]:not(#receipt), [hx-post]:not(#receipt), [draggable=true], #move-menu,"
    " .card__more, .add"
)
POSTS = """
Array.from(
    document.querySelectorAll("form[method=post]:not(#receipt)"),
    ({ action }) => new URL(action).pathname,
)
"""


@pytest.fixture(params=["", "board", "deals", "deal", "reading", "reading/months"])
def page(request, browse, history):
    """A page of the team, opened by Mia."""
    page = browse(history.mia)
    if request.param == "deal":
        page.goto(history.address_of("Kapsalon Lijn"))
    else:
        page.goto(history.page(request.param))
    return page


def test_a_page_opens_with_nothing_on_it_that_writes(page):
    expect(page.locator("main h1")).to_be_visible()

    expect(page.locator(WRITING)).to_have_count(0)
    assert set(page.evaluate(POSTS)) == OWN


def test_a_page_shows_nobody_of_the_team(page):
    expect(page.locator("main h1")).to_be_visible()

    expect(page.locator("main .face")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("Anna")
    expect(page.locator("main")).not_to_contain_text("Bram")


@pytest.mark.parametrize("where", ["board", "deal"])
def test_the_work_of_the_team_says_who_decides(browse, history, where):
    page = browse(history.mia)
    page.goto(history.board if where == "board" else history.address_of("Garage Smit"))

    expect(page.get_by_text("You are reading. The team decides here.")).to_be_visible()


def test_the_keys_that_write_do_nothing(browse, history):
    page = browse(history.mia)
    page.goto(history.board)
    first, second = page.locator(".col").first.locator(".card__link").all()[:2]
    first.focus()
    for key in ("Space", "m", "n", "t"):
        page.keyboard.press(key)
    expect(first).to_be_focused()
    expect(page.locator(".is-lifted")).to_have_count(0)

    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()


def test_a_member_sees_all_of_it(browse, history):
    page = browse(history.anna.user)
    page.goto(history.board)

    assert page.locator(WRITING).count() > 20
    expect(page.locator("main .face").first).to_be_visible()
