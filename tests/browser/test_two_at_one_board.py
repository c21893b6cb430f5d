"""Anna and Bram move the cards of one board by chance, at once, and end with the same board.

KRING_RANDOM_SECONDS=60 lets them go on for a minute, KRING_RANDOM_SEED chooses another day.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from time import monotonic

import pytest
from playwright.sync_api import Page, Response

from crm.proof import disagreements
from teams.models import LogEntry
from tests.browser.boards import Board

pytestmark = pytest.mark.browser

SEED = int(os.environ.get("KRING_RANDOM_SEED", "1"))
SECONDS = float(os.environ.get("KRING_RANDOM_SECONDS", "0"))
ROUNDS = 10  # of two steps each, where no time is given
ON_BOARD = ["Contact", "Needs clear", "Proposal", "Delivered"]
DEEDS = {"menu": 4, "keys": 4, "undo": 2}
CHANGES = re.compile(r"/(stage|undo)/$")
# At one moment, for the board may be drawn again at the next.
WHERE = """() => [...document.querySelectorAll(".col .card")].map(
  (card) => [card.dataset.name, card.closest(".col").dataset.name])"""
# How many changes this page has asked for and not been answered yet.
COUNT = """
window.waits = 0;
const changes = (detail) => detail.ctx.request.method === "POST";
document.addEventListener("htmx:before:request", ({ detail }) => {
  if (changes(detail)) window.waits += 1;
});
document.addEventListener("htmx:finally:request", ({ detail }) => {
  if (changes(detail)) window.waits -= 1;
});
"""
ALL_ANSWERED = """() => new Promise((done) => {
  const look = () => (window.waits ? setTimeout(look, 10) : done());
  look();
})"""


@dataclass
class Hands:
    """Somebody at their board, and what the server answered to them."""

    board: Board
    random: Random
    answers: list[int] = field(default_factory=list)

    @classmethod
    def at(cls, page: Page, address: str, random: Random) -> "Hands":
        page.add_init_script(COUNT)
        hands = cls(Board.opened(page, address), random)
        page.on("response", hands._note)
        return hands

    def do_something(self) -> None:
        """Ask for one change of what is on screen, without waiting for what comes of it."""
        (deed,) = self.random.choices(list(DEEDS), list(DEEDS.values()))
        if deed == "undo":
            self.board.press("Control+z")
            return
        places = self.board.page.evaluate(WHERE)
        customer, here = self.random.choice(places)
        there = self.random.choice([stage for stage in ON_BOARD if stage != here])
        # While columns are drawn one after the other a card may stand in both.
        self.board.link(customer).first.focus()
        if deed == "menu":
            self.board.press("m", str(1 + ON_BOARD.index(there)))
        else:
            steps = ON_BOARD.index(there) - ON_BOARD.index(here)
            arrow = "ArrowRight" if steps > 0 else "ArrowLeft"
            self.board.press("Space", *[arrow] * abs(steps), "Space")

    def wait(self) -> None:
        self.board.page.evaluate(ALL_ANSWERED)

    def _note(self, response: Response) -> None:
        if response.request.method == "POST" and CHANGES.search(response.url):
            self.answers.append(response.status)


def rounds() -> Iterator[int]:
    """As many as fit in the time, or a few."""
    ends = monotonic() + SECONDS
    nth = 0
    while monotonic() < ends if SECONDS else nth < ROUNDS:
        yield nth
        nth += 1


def test_both_see_the_same_at_the_end_and_nothing_is_lost(live, browse, world, watch):
    random = Random(SEED)  # noqa: S311 -- a day that can be lived again
    people = [Hands.at(browse(who.user), world.board, random) for who in (world.anna, world.bram)]
    lines = LogEntry.objects.filter(team=world.team)
    before = lines.count()

    for _ in rounds():
        for person in people:
            person.do_something()
        for person in people:
            person.wait()

    for person in people:
        for stage in ON_BOARD:
            person.board.shows(stage, world.column(stage))
    answers = Counter(status for person in people for status in person.answers)
    # Who comes second is told so, and the board shows why.
    if answers[409]:
        watch.foresee("409 POST")
    assert set(answers) <= {200, 409}
    assert lines.count() - before == answers[200] >= ROUNDS
    assert list(disagreements()) == []
