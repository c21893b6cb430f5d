"""The watch itself: what goes wrong in a browser is noticed, and what was foreseen must come."""

import pytest
from playwright.sync_api import expect

from tests.browser.watching import Watch

pytestmark = pytest.mark.browser

SEEDED = {
    "console error: seeded": "console.error('seeded')",
    "console warning: seeded": "console.warn('seeded')",
    "mistake: ": "setTimeout(() => nowhere())",
    "console error: Policy: style-src": "document.body.setAttribute('style', 'color: red')",
    "404 GET": "fetch('/nowhere/').then(() => true)",
    "net::ERR_FAILED GET": "fetch('/cut-off/').catch(() => true)",
}


@pytest.fixture
def page(browse, world):
    page = browse()
    page.goto("/accounts/login/")
    return page


@pytest.mark.parametrize("complaint", SEEDED)
def test_what_goes_wrong_is_noticed(page, watch, complaint):
    own = Watch()
    own.over(page.context)
    watch.look_away(page.context)
    page.route("**/cut-off/", lambda route: route.abort())

    page.evaluate(SEEDED[complaint])
    page.evaluate("new Promise((done) => setTimeout(done))")

    assert any(each.startswith(complaint) for each in own.complaints())
    own.foresee(complaint, "console error")
    assert not any(each.startswith(complaint) for each in own.complaints())
    own.look_away(page.context)


def test_what_was_foreseen_and_did_not_come_is_a_complaint(page):
    own = Watch()
    own.foresee("409 POST")

    assert own.complaints() == ["It did not happen: 409 POST"]


def test_a_page_without_a_fault_gives_none(page, watch):
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    assert watch.complaints() == []
