"""Every page at first sight, seen once for all that is asked of it: what it weighs, how still it
stands, whether everybody can use it, and that it fits wherever it is read.
"""

import gzip
from functools import cache
from urllib.parse import urlsplit

import brotli  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.pages import PLACES
from tests.browser.test_everybody_can_use_it import faults_of

pytestmark = pytest.mark.browser

KB = 1024
SHIFTED = """() => new Promise((done) => {
  const sum = (list) => list.filter((each) => !each.hadRecentInput)
    .reduce((total, { value }) => total + value, 0);
  const watcher = new PerformanceObserver((list) => done(sum(list.getEntries())));
  watcher.observe({ type: "layout-shift", buffered: true });
  document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(sum(watcher.takeRecords())))));
})"""
# A laptop, a phone, the smallest phone, and a laptop whose page was made four times as large.
SIZES = [(1440, 900), (390, 844), (320, 640), (320, 256)]
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > width ? document.documentElement.scrollWidth : 0;
}"""
# What WCAG 1.4.12 lets a reader do; through the object model, as a reader's own style sheet would.
WIDER_TEXT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


def too_much_of(files: dict[str, bytes]) -> list[str]:
    """What is heavier than it may be when nothing of it was seen before, in bytes as sent."""
    scripts = [gzip.compress(body) for path, body in files.items() if path.endswith(".js")]
    styles = [_packed(body) for path, body in files.items() if path.endswith(".css")]
    # Fonts are compressed already; brotli leaves them as they are.
    everything = [_packed(body) for body in files.values()]
    budgets = {"scripts": (scripts, 30), "styles": (styles, 10), "everything": (everything, 150)}
    assert styles
    return [
        f"{name}: {weight} bytes"
        for name, (parts, limit) in budgets.items()
        if (weight := sum(map(len, parts))) > limit * KB
    ]


@cache
def _packed(body: bytes) -> bytes:
    """As it is sent. Most of what a page brings is the same on each."""
    return bytes(brotli.compress(body))


def too_wide(page: Page) -> list[str]:
    """Where the page scrolls sideways. Afterwards its text is wider."""
    faults = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if found := page.evaluate(TOO_WIDE):
            faults.append(f"{found} wide at {width} × {height}")
    page.evaluate(WIDER_TEXT)
    if found := page.evaluate(TOO_WIDE):
        faults.append(f"{found} wide with wider text")
    return faults


@pytest.mark.parametrize("name", PLACES)
def test_a_page_that_was_never_seen_before(browse, history, name):
    answers: dict[str, Response] = {}
    place = PLACES[name]
    page = browse(place.who(history), cold=True)
    page.on("response", lambda answer: answers.update({urlsplit(answer.url).path: answer}))
    page.goto(place.address(history))
    expect(page.locator("main h1")).to_be_visible()
    files = {path: answer.body() for path, answer in answers.items() if answer.ok}

    assert page.evaluate(SHIFTED) < 0.02
    assert too_much_of(files) + faults_of(page) + too_wide(page) == []


@pytest.mark.parametrize("name", PLACES)
def test_a_page_in_the_longer_language(browse, history, name):
    page = PLACES[name].visit(browse, history, locale="nl-NL")

    assert too_wide(page) == []
