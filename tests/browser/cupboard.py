"""Browsers that were used before: they hold nobody's cookies, and the static files already."""

from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.browser.watching import LISTEN

Look = dict[str, Any]

PATIENCE = 6_000  # milliseconds; a busy machine is slow, not broken
DESK: Look = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}
PHONE: Look = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Cupboard:
    """Lends browsers by what they look like."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser, self._site = browser, site
        self._free: dict[str, list[BrowserContext]] = defaultdict(list)

    def take(self, look: Look) -> BrowserContext:
        """A browser that nobody uses now."""
        free = self._free[str(look)]
        return free.pop() if free else self.new(look)

    def new(self, look: Look) -> BrowserContext:
        """A browser that has never seen the product."""
        context = self._browser.new_context(base_url=self._site, **look)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(LISTEN)
        return context

    def put_back(self, look: Look, context: BrowserContext) -> None:
        """Close what is open and forget who it was."""
        for page in context.pages:
            page.close()
        context.clear_cookies()
        context.set_offline(False)
        self._free[str(look)].append(context)
