"""How the product looks to whoever asks for dark, large, still or high contrast, or for Dutch."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.boards import Board
from tests.browser.cupboard import PHONE

pytestmark = pytest.mark.browser

LIGHT, DARK = re.compile(r"^oklch\(0\.984 "), re.compile(r"^oklch\(0\.195 ")
# Said at the very first drawing of a page, and asked at the next.
FADED = "new Promise((done) => requestAnimationFrame(() => done(window.fades)))"
NOTE_FADING = "addEventListener('pagereveal', (event) => window.fades = !!event.viewTransition)"


def has_background(page: Page, colour: re.Pattern[str]) -> None:
    expect(page.locator("body")).to_have_css("background-color", colour)


class TestTheme:
    @pytest.mark.parametrize(("device", "colour"), [("light", LIGHT), ("dark", DARK)])
    def test_is_that_of_the_device(self, browse, history, device, colour):
        page = browse(history.anna.user, color_scheme=device)
        page.goto(history.page())

        has_background(page, colour)
        expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))

    @pytest.mark.parametrize(
        ("device", "choice", "colour"), [("light", "dark", DARK), ("dark", "light", LIGHT)]
    )
    def test_is_chosen_and_stays_until_it_is_given_back(
        self, browse, history, device, choice, colour
    ):
        page = browse(history.anna.user, color_scheme=device)
        page.goto(history.page())
        page.get_by_role("button", name=f"Theme: {choice}").click()
        expect(page.locator("html")).to_have_attribute("data-theme", choice)
        has_background(page, colour)

        page.goto(history.board)
        has_background(page, colour)
        expect(page.get_by_role("button", name=f"Theme: {choice}")).to_have_attribute(
            "aria-pressed", "true"
        )

        page.get_by_role("button", name="Theme: same as the device").click()
        has_background(page, DARK if device == "dark" else LIGHT)


class TestLanguage:
    def test_is_chosen_and_stays(self, browse, history):
        page = browse(history.anna.user)
        page.goto(history.board)
        page.get_by_role("button", name="Your account").click()
        page.get_by_role("button", name="Nederlands").click()

        expect(page.locator("html")).to_have_attribute("lang", "nl")
        expect(page.locator("h1")).to_have_text("Bord")
        expect(page.locator("#summary")).to_contain_text("€68,5k")
        page.goto(history.reading)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Eén ding is veranderd. De rest gaat zoals altijd."
        )
        expect(page.locator("#kpi-deals-won .panel__value")).to_contain_text("0,2 tot 8,1")

    def test_is_that_of_the_browser_before_anything_was_chosen(self, browse, history):
        page = browse(locale="nl-NL")
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen")

        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


class TestSize:
    def test_a_phone_has_tabs_and_a_menu_instead_of_the_side(self, browse, history):
        page = browse(history.anna.user, **PHONE)
        page.goto(history.page())
        side = page.get_by_role("navigation", name="Main", exact=True)
        expect(side).to_be_hidden()

        page.get_by_role("button", name="Rijnmond").click()
        expect(side).to_be_visible()
        page.keyboard.press("Escape")
        expect(side).to_be_hidden()
        tabs = page.get_by_role("navigation", name="Main, small screen")
        tabs.get_by_role("link", name="Board").click()

        expect(tabs.get_by_role("link", name="Board")).to_have_attribute("aria-current", "page")

    def test_the_stages_of_a_phone_are_reached_by_their_names(self, browse, history):
        page = browse(history.anna.user, **PHONE)
        board = Board.opened(page, history.board)
        expect(board.column("Proposal")).not_to_be_in_viewport()

        page.get_by_label("Stages").get_by_role("link", name="Proposal").click()

        expect(board.link("Stichting Wijkhuis")).to_be_in_viewport(ratio=1)
        expect(page.locator(".pick [aria-current]")).to_contain_text("Proposal")


class TestMotion:
    @pytest.mark.parametrize(("wish", "fades"), [("no-preference", True), ("reduce", False)])
    def test_pages_fade_only_for_whoever_likes_it(self, browse, history, wish, fades):
        page = browse(history.anna.user, reduced_motion=wish)
        page.add_init_script(NOTE_FADING)
        page.goto(history.page())
        page.get_by_role("link", name="Board").first.click()
        expect(page.locator("h1")).to_have_text("Board")

        assert page.evaluate(FADED) is fades

    def test_nothing_moves_for_whoever_wants_rest(self, browse, history):
        page = browse(history.anna.user, reduced_motion="reduce")
        page.goto(history.board)

        expect(page.locator(".card").first).to_have_css("transition-property", "none")


class TestForcedColours:
    @pytest.fixture
    def board(self, browse, history):
        return Board.opened(browse(history.anna.user, forced_colors="active"), history.board)

    def test_where_one_is_has_an_outline(self, board):
        here = board.page.get_by_role("navigation", name="Main", exact=True)

        expect(here.locator("[aria-current=page]")).to_have_css("outline-style", "solid")
        expect(board.card("Garage Smit")).to_have_css("border-top-style", "solid")

    def test_a_card_in_the_hand_is_dashed(self, board):
        board.link("Garage Smit").focus()
        board.press("Space")
        expect(board.card("Garage Smit")).to_have_css("outline-style", "dashed")

        board.press("Escape")
        expect(board.card("Garage Smit")).to_have_css("outline-style", "solid")
