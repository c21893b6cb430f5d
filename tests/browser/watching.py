"""Whoever watches a browser: nothing may go wrong unnoticed, whatever the test is about."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

REFUSED = 400
# Said by the browser beside every refused answer, which is noticed by itself.
ECHO = "Failed to load resource"
# What a page was still loading when it was left.
GIVEN_UP = "net::ERR_ABORTED"
LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class Watch:
    """Notes messages of the console, mistakes in scripts, broken policy and failed requests."""

    def __init__(self) -> None:
        self._noted: list[str] = []
        self._foreseen: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Watch every page of this browser."""
        for event, note in self._ears():
            context.on(event, note)

    def look_away(self, context: BrowserContext) -> None:
        for event, note in self._ears():
            context.remove_listener(event, note)

    def foresee(self, *complaints: str) -> None:
        """Say what will go wrong in this test: the beginnings of complaints, each to come."""
        self._foreseen += complaints

    def complaints(self) -> list[str]:
        """What went wrong and was not foreseen, and what was foreseen and did not happen."""
        unforeseen = [each for each in self._noted if not each.startswith(tuple(self._foreseen))]
        missed = [
            each for each in self._foreseen if not any(n.startswith(each) for n in self._noted)
        ]
        return unforeseen + [f"It did not happen: {each}" for each in missed]

    def _ears(self) -> list[tuple[Any, Callable[[Any], None]]]:
        return [
            ("console", self._on_console),
            ("weberror", self._on_mistake),
            ("requestfailed", self._on_failure),
            ("response", self._on_response),
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(ECHO):
            self._noted.append(f"console {message.type}: {message.text}")

    def _on_mistake(self, mistake: WebError) -> None:
        self._noted.append(f"mistake: {mistake.error}")

    def _on_failure(self, request: Request) -> None:
        if (request.method, request.failure) != ("GET", GIVEN_UP):
            self._noted.append(f"{request.failure} {request.method} {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= REFUSED:
            self._noted.append(f"{response.status} {response.request.method} {response.url}")
