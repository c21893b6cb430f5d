"""A board in somebody's browser, and the hands and fingers that move its cards."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

STEPS = 6  # a hand does not jump
GLANCE = 150  # milliseconds
TREMBLES = 50
# The library of drag and drop comes a moment after the mouse does.
HANDS_COUNT = """() => new Promise((done) => {
  const look = () => (window.Sortable ? done() : setTimeout(look, 10));
  look();
})"""
CHOSEN = re.compile("sortable-chosen")


@dataclass(frozen=True)
class Place:
    x: float
    y: float


@dataclass(frozen=True)
class Board:
    page: Page

    @classmethod
    def opened(cls, page: Page, address: str) -> "Board":
        """The board at this address, with its script awake."""
        page.goto(address)
        expect(page.locator("kring-board:defined")).to_be_visible()
        return cls(page)

    def column(self, stage: str) -> Locator:
        return self.page.locator(f'.col[data-name="{stage}"]')

    def card(self, customer: str) -> Locator:
        return self.page.locator(f'.card[data-name="{customer}"]')

    def link(self, customer: str) -> Locator:
        return self.card(customer).locator(".card__link")

    @property
    def toasts(self) -> Locator:
        return self.page.locator("#toasts .toast")

    def shows(self, stage: str, customers: Sequence[str]) -> None:
        """Expect these customers in this column, from top to bottom."""
        expect(self.column(stage).locator(".card__link")).to_have_text(list(customers))

    def counts(self, stage: str, count: str, total: str) -> None:
        """Expect this number and this money at the head of a column."""
        head = self.column(stage).locator(".col__head")
        expect(head.locator(".count")).to_contain_text(re.compile(rf"^\s*{count}\s"))
        expect(head.locator(".sum")).to_have_text(total)

    def says(self, text: str, *, aloud_at_once: bool = False) -> None:
        """Expect this sentence in the region that screen readers read out."""
        expect(self.page.locator("#say-now" if aloud_at_once else "#say")).to_have_text(text)

    def drag(self, customer: str, *, to: str, beside: str = "") -> None:
        """Take a card with the mouse and let it go in a stage, right above another card perhaps."""
        self.carry(customer, to=to, beside=beside)
        self.page.mouse.up()

    def carry(self, customer: str, *, to: str, beside: str = "") -> None:
        """Take a card with the mouse and hold it there, until the list has made room."""
        target = self.card(beside) if beside else self.column(to).locator(".list")
        mouse, here, there = self.page.mouse, middle(self.card(customer)), upper_third(target)
        mouse.move(here.x, here.y)
        self.page.evaluate(HANDS_COUNT)
        mouse.down()
        mouse.move(here.x + 8, here.y + 8)
        mouse.move(there.x, there.y, steps=STEPS)
        neighbour = f':has(+ .card[data-name="{beside}"])' if beside else ""
        room = self.column(to).locator(f".sortable-ghost{neighbour}")
        # The list looks where the mouse is now and then, and only while it moves: a hand trembles.
        for tremble in range(TREMBLES):
            if _is_there(room):
                return
            mouse.move(there.x + tremble % 2, there.y)
        raise AssertionError(f"no room was made in {to}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


def _is_there(locator: Locator) -> bool:
    try:
        locator.wait_for(timeout=GLANCE)
    except NotInTime:
        return False
    return True


def middle(of: Locator) -> Place:
    return _part_of(of, 1 / 2)


def upper_third(of: Locator) -> Place:
    """Where a card that is let go lies above this one; at the very middle it would not know."""
    return _part_of(of, 1 / 3)


def _part_of(of: Locator, part: float) -> Place:
    box = of.bounding_box()
    assert box, "what is not there has no middle"
    return Place(box["x"] + box["width"] / 2, box["y"] + box["height"] * part)


class Finger:
    """A finger on the glass of a phone."""

    def __init__(self, page: Page) -> None:
        self._device = page.context.new_cdp_session(page)
        self._at = Place(0, 0)

    def rest_on(self, card: Locator) -> None:
        """Put the finger down on a card and wait until it is picked up."""
        card.page.evaluate(HANDS_COUNT)
        self.touch(middle(card))
        expect(card).to_have_class(CHOSEN)

    def touch(self, place: Place) -> None:
        self._send("touchStart", place)

    def move_to(self, place: Place) -> None:
        start = self._at
        for step in range(1, STEPS + 1):
            part = step / STEPS
            self._send(
                "touchMove",
                Place(start.x + (place.x - start.x) * part, start.y + (place.y - start.y) * part),
            )

    def lift(self) -> None:
        self._device.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind: str, place: Place) -> None:
        self._at = place
        points = [{"x": place.x, "y": place.y}]
        self._device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
