"""What a page may weigh when it is opened for the first time, and how still it stands."""

import gzip
from urllib.parse import urlsplit

import brotli  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Response

from tests.browser.pages import PLACES

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


@pytest.mark.parametrize("name", PLACES)
def test_a_page_that_was_never_seen_before(browse, history, name):
    answers: dict[str, Response] = {}
    place = PLACES[name]
    page = browse(place.who(history), cold=True)
    page.on("response", lambda answer: answers.update({urlsplit(answer.url).path: answer}))
    page.goto(place.address(history), wait_until="networkidle")
    files = {path: answer.body() for path, answer in answers.items() if answer.ok}

    scripts = [body for path, body in files.items() if path.endswith(".js")]
    styles = [body for path, body in files.items() if path.endswith(".css")]
    assert styles
    assert sum(len(gzip.compress(body)) for body in scripts) <= 30 * KB
    assert sum(len(brotli.compress(body)) for body in styles) <= 10 * KB
    # Fonts are compressed already; brotli leaves them as they are.
    assert sum(len(brotli.compress(body)) for body in files.values()) <= 150 * KB
    assert page.evaluate(SHIFTED) < 0.02
