"""A real browser before a real server, with somebody watching everything that goes wrong."""

import os
import shutil
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Protocol

import pytest
from _pytest.runner import runtestprotocol
from django.conf import settings as configured
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.http import HttpRequest
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from teams.models import LogEntry, User
from tests.browser import worlds
from tests.browser.cupboard import DESK, PATIENCE, Cupboard, Look
from tests.browser.shelf import Shelf, end_what_runs
from tests.browser.watching import Watch
from tests.browser.worlds import World
from tests.streams import live_stream

# The first is made for this and has half the work of the others.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Browse(Protocol):
    """Opens a browser of one's own, signed in as this person, and gives its page.

    A cold one has not seen the product before. What it looks like is said in Playwright's words.
    """

    def __call__(self, user: User | None = None, *, cold: bool = False, **look: Any) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Walk through the browser last and in one go: it starts once, and the rest is quicker."""
    items.sort(key=lambda item: "tests/browser/" in item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Give a walk through a real browser a second chance on a busy machine, and say that it had.

    A fault of the product fails twice.
    """
    if "tests/browser/" not in item.nodeid:
        return None
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed for report in reports):
        print(f"\nonce more: {item.nodeid}")  # noqa: T201
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program, or a reason to skip."""
    wanted = os.environ.get("KRING_CHROMIUM")
    found = wanted or next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        pytest.skip(f"there is no browser here: none of {', '.join(NAMES)}, no KRING_CHROMIUM")
    return found


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()
    # What this thread had open before the driver came was ended with the server's own.
    connections.close_all()


@pytest.fixture(scope="package")
def database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, browser: Browser
) -> Iterator[None]:
    """The database for test and server alike; what is written stays until it is emptied.

    The browser's driver keeps a loop running in this thread, and to Django that is another place
    with connections of its own: they are opened and closed while the browser lives.
    """
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield
        end_what_runs()
        connections.close_all()


class KeptFiles(StaticFilesHandler):
    """Static files that a browser keeps, as it does those of the product."""

    def serve(self, request: HttpRequest) -> Any:
        answer = super().serve(request)
        answer.headers["Cache-Control"] = "max-age=3600"
        return answer


@pytest.fixture(scope="package")
def site(database: None) -> Iterator[str]:
    """Where the product is served."""
    server = LiveServerThread("localhost", KeptFiles)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://{server.host}:{server.port}"
    server.terminate()


@pytest.fixture(scope="package")
def cupboard(browser: Browser, site: str) -> Cupboard:
    return Cupboard(browser, site)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def live(settings: Any) -> Iterator[None]:
    """Let the pages of this test hear of what changes elsewhere."""
    with live_stream() as port:
        policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["connect-src"].append(f"http://localhost:{port}")
        settings.LIVE_PORT, settings.CONTENT_SECURITY_POLICY = port, policy
        yield


@pytest.fixture
def browse(cupboard: Cupboard, site: str, watch: Watch) -> Iterator[Browse]:
    """Browsers for this test; afterwards nothing may have gone wrong in any of them."""
    taken: list[tuple[Look, BrowserContext]] = []

    def browse(user: User | None = None, *, cold: bool = False, **look: Any) -> Page:
        look = DESK | look
        context = cupboard.new(look) if cold else cupboard.take(look)
        taken.append((look, context))
        watch.over(context)
        if user:
            context.add_cookies([session_of(user, site)])
        return context.new_page()

    yield browse
    for look, context in taken:
        cupboard.put_back(look, context)
        watch.look_away(context)
    assert watch.complaints() == []


def session_of(user: User, site: str) -> Any:
    """The cookie of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    name = configured.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": site}


@pytest.fixture(scope="package")
def shelf(database: None) -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.clear()


@pytest.fixture
def world(shelf: Shelf) -> World:
    """The team at work, for a test that changes something."""
    return shelf.stand(worlds.at_work)


@pytest.fixture
def history(shelf: Shelf) -> Iterator[World]:
    """The team after half a year, for tests that only read: one that acts wants `lived`."""
    seen = shelf.let_see(worlds.with_history)
    told = LogEntry.objects.count()
    yield seen
    assert LogEntry.objects.count() == told


@pytest.fixture
def lived(shelf: Shelf) -> World:
    """The team after half a year, for a test that changes something."""
    return shelf.stand(worlds.with_history)
