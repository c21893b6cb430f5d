"""A newcomer's first five minutes: look around, move a card and undo it, see the manager's page,
start a team of one's own and write down its first deal.

With KRING_SHOTS=1 every stop is photographed, into a folder that the test names.
"""

import os
import re
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect

from teams.inviting import invite
from teams.models import Membership, Team
from tests import builders
from tests.browser.boards import Board
from tests.browser.cupboard import PHONE
from tests.browser.worlds import World

pytestmark = pytest.mark.browser

KAPSALON = "Kapsalon Lijn"
FEW = 40
AXE = Path(__file__).parent / "vendor/axe-core/axe-4.14.1.min.js"
FORGET = "(fields) => fields.forEach((field) => field.removeAttribute('required'))"
FOUND = "async () => (await axe.run()).violations.map((v) => [v.id, v.nodes.map((n) => n.html)])"


class Newcomer:
    """Somebody who clicks and types, reads one language, and counts what it takes.

    With `has_keys_alone` the keyboard presses and types all of it.
    """

    def __init__(
        self,
        page: Page,
        language: str,
        shots: Path | None = None,
        *,
        has_keys_alone: bool = False,
    ) -> None:
        self.page, self.language, self.shots = page, language, shots
        self.has_keys_alone = has_keys_alone
        self.clicks = 0
        self.stops = 0

    def word(self, english: str) -> str:
        with translation.override(self.language):
            return translation.gettext(english)

    def click(self, on: Locator) -> None:
        self.clicks += 1
        if self.has_keys_alone:
            on.press("Enter")
        else:
            on.click()

    def press_button(self, english: str) -> None:
        self.click(self.page.get_by_role("button", name=self.word(english), exact=True))

    def follow(self, english: str) -> None:
        self.click(self.page.get_by_role("link", name=self.word(english), exact=True).first)

    def fill(self, english: str, text: str, *, within: Locator | None = None) -> None:
        self.clicks += 1
        place = within or self.page
        self.type(place.get_by_label(self.word(english), exact=False).first, text)

    def type(self, field: Locator, text: str) -> None:
        if self.has_keys_alone and field.get_attribute("type") != "date":
            field.press("ControlOrMeta+a")
            field.press_sequentially(text)
        else:
            field.fill(text)

    def from_the_menu(self, role: Any, english: str) -> None:
        self.click(self.page.locator("button[popovertarget=account]"))
        menu = self.page.locator("#account")
        self.click(menu.get_by_role(role, name=self.word(english)))

    def become(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name))
        expect(self.page.locator("main h1")).to_be_visible()

    def stop(self, name: str) -> None:
        """Look around: the page is there, in one's own language, and leads on."""
        self.stops += 1
        expect(self.page.locator("main h1")).to_be_visible()
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        assert self.page.locator("a[href], button").count() > 1
        if self.shots:
            name = f"{self.language}-{self.stops:02}-{name}.png"
            self.page.screenshot(path=self.shots / name)


@pytest.fixture(scope="module")
def shots() -> Path | None:
    if not os.environ.get("KRING_SHOTS"):
        return None
    folder = Path(tempfile.mkdtemp(prefix="kring-shots-"))
    print(f"\npictures of the newcomer's path: {folder}")  # noqa: T201
    return folder


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_first_five_minutes(
    language: str, browse: Callable[..., Page], lived: World, shots: Path | None
) -> None:
    # Without motion: while one page fades into another, no card can be picked up.
    page = browse(locale=f"{language}-NL", reduced_motion="reduce", cold=True)
    me = Newcomer(page, language, shots)
    look_around(me)
    read_along(me)
    start_a_team(me)
    go_back(me)
    assert me.clicks < FEW


def look_around(me: Newcomer) -> None:
    """Come in, move a card, undo it."""
    me.page.goto("/")
    me.stop("sign-in")
    me.become("Anna")
    me.stop("today")
    me.follow("Board")
    me.stop("board")
    board = Board(me.page)
    expect(me.page.locator("kring-board:defined")).to_be_visible()
    me.page.evaluate("document.fonts.ready.then(() => true)")
    me.clicks += 1
    board.drag(KAPSALON, to="Proposal", beside="Tandarts De Kies")
    expect(board.toasts).to_have_count(1)
    me.stop("moved")
    me.clicks += 1
    board.press("Control+z")
    expect(board.column("Needs clear").locator(f'.card[data-name="{KAPSALON}"]')).to_be_visible()
    me.press_button("I see")
    expect(me.page.locator(".strip")).to_have_count(0)


def read_along(me: Newcomer) -> None:
    """See what a manager sees."""
    me.from_the_menu("button", "Sign out")
    me.become("Mia")
    me.follow("Reading room")
    me.stop("reading-room")
    me.follow("Board")
    expect(me.page.get_by_text(me.word("You are reading. The team decides here."))).to_be_visible()
    me.stop("reading-the-board")


def start_a_team(me: Newcomer) -> None:
    """Start a team of one's own, beside the one that one has."""
    me.from_the_menu("button", "Sign out")
    me.become("Anna")
    me.from_the_menu("link", "Start your own team")
    found_a_team(me)


def found_a_team(me: Newcomer) -> None:
    """Say what it is for, by how much and until when, and in which stages; invite; begin."""
    me.stop("start")
    me.fill("Name of the team", "Noord")
    me.fill("Our goal, in one sentence", "Twelve bakeries online by spring")
    me.fill("The number to reach", "12")
    later = timezone.now().date() + timedelta(days=90)
    me.fill("On which day", later.isoformat())
    second = me.page.locator("fieldset.stage").nth(1)
    me.fill("Name", "Tasting", within=second)
    me.press_button("Start the team")
    expect(me.page).to_have_url(re.compile("/teams/noord/board/$"))
    lesson = me.page.locator("#first-deal")
    expect(lesson).not_to_be_empty()
    expect(me.page.locator(".col").nth(1).get_by_role("heading")).to_contain_text("Tasting")
    me.stop("own-board")
    invite_somebody(me)
    me.follow("Board")

    intake = me.page.locator(".col").first
    me.click(intake.locator("summary"))
    me.fill("What they ask for", "A web shop for bread", within=intake)
    me.click(intake.get_by_role("button", name=me.word("Add"), exact=True))
    expect(intake.locator(".card__link")).to_have_text("A web shop for bread")
    expect(lesson).to_have_text("")
    me.stop("first-deal")


def invite_somebody(me: Newcomer) -> None:
    """Ask a colleague to come in too."""
    me.follow("Our team")
    me.fill("Name", "Eva", within=me.page.locator("form.invite"))
    me.fill("E-mail address", "eva@example.com", within=me.page.locator("form.invite"))
    me.press_button("Invite")
    expect(me.page.locator("main")).to_contain_text("eva@example.com")
    me.stop("our-team")


def go_back(me: Newcomer) -> None:
    """Return to the other team."""
    me.from_the_menu("link", "Rijnmond")
    me.stop("back")


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("has_keys_alone", [False, True])
def test_who_has_no_team_yet_begins_one(
    language: str, has_keys_alone: bool, browse: Callable[..., Page], lived: World
) -> None:
    dora = builders.person("Dora")
    page = browse(dora, locale=f"{language}-NL")
    me = Newcomer(page, language, has_keys_alone=has_keys_alone)
    page.goto("/")
    me.follow("Start your own team")

    found_a_team(me)

    noord = Team.objects.get(slug="noord")
    assert list(noord.people()) == [dora]
    assert (noord.goal, noord.goal_target) == ("Twelve bakeries online by spring", 12)
    assert noord.invitations.get().email == "eva@example.com"
    assert me.clicks < FEW / 2


def test_without_a_script_as_well(browse: Callable[..., Page], lived: World) -> None:
    page = browse(lived.anna.user, java_script_enabled=False)
    page.goto("/start-a-team/")
    page.get_by_label("Name of the team").fill("Noord")
    page.get_by_label("Our goal, in one sentence").fill("Twelve bakeries online by spring")
    page.get_by_label("The number to reach").fill("12")
    page.get_by_label("On which day").fill((timezone.now() + timedelta(days=90)).date().isoformat())
    page.get_by_role("button", name="Start the team").click()

    intake = page.locator(".col").first
    intake.locator("summary").click()
    intake.get_by_label("What they ask for").fill("A web shop for bread")
    intake.get_by_role("button", name="Add").click()

    expect(page.locator(".card__link")).to_have_text("A web shop for bread")


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark", **PHONE}])
def test_every_new_page_can_be_read_by_anybody(
    browse: Callable[..., Page], lived: World, watch: Any, look: dict[str, Any]
) -> None:
    invitation = invite("dora@example.com", "Dora", by=lived.anna, at=timezone.now())
    theirs, page = browse(**look), browse(lived.anna.user, **look)
    found = faults_at(theirs, f"/invitations/{invitation.token}/")
    for address in (lived.page("people"), "/profile/", lived.board, "/start-a-team/"):
        found += faults_at(page, address)

    watch.foresee("422 POST")
    page.locator("main [required]").evaluate_all(FORGET)
    page.get_by_role("button", name="Start the team").click()
    expect(page.locator(".errorlist").first).to_be_visible()

    assert found + faults_on(page) == []


def faults_at(page: Page, address: str) -> list[str]:
    page.goto(address)
    return faults_on(page)


def faults_on(page: Page) -> list[str]:
    """What keeps somebody from reading this page, each with its address."""
    expect(page.locator("main h1")).to_be_visible()
    page.evaluate(AXE.read_text())
    found = [str(each) for each in page.evaluate(FOUND)]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append("it scrolls sideways")
    return [f"{page.url}: {each}" for each in found]


def test_an_invitation_leads_in(browse: Callable[..., Page], lived: World) -> None:
    invitation = invite("dora@example.com", "Dora", by=lived.anna, at=timezone.now())
    page = browse()
    page.goto(f"/invitations/{invitation.token}/")
    page.get_by_label("Choose a password").fill("wind over het water")
    page.get_by_role("button", name="Join team Rijnmond").click()

    expect(page.locator("#toasts")).to_contain_text("Welcome to team Rijnmond.")
    page.get_by_role("link", name="Our team").first.click()
    expect(page.locator("main")).to_contain_text("dora@example.com")


@pytest.mark.parametrize(
    ("language", "move", "leave", "left"),
    [
        ("en", "Move:", "Leave team Rijnmond and join Veluwe", "You have left team Rijnmond."),
        ("nl", "Verhuizen:", "Verlaat team Rijnmond en kom bij Veluwe", "Je hebt team Rijnmond"),
    ],
)
def test_an_invitation_of_another_team_lets_somebody_move(
    browse: Callable[..., Page], lived: World, language: str, move: str, leave: str, left: str
) -> None:
    carla = Membership.objects.get(user__name="Carla")
    invitation = invite(lived.bram.user.email, "Bram", by=carla, at=timezone.now())
    page = browse(lived.bram.user, locale=language)
    address = f"/invitations/{invitation.token}/"
    page.goto(address)
    summary = page.locator("summary", has_text=move)
    summary.focus()
    page.keyboard.press("Enter")
    found = faults_on(page)
    page.get_by_role("button", name=leave).focus()
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text(left)
    expect(page).to_have_url(re.compile("/teams/veluwe/$"))
    assert found == []
