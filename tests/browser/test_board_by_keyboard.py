"""The board without a mouse: walk, pick up, put down, move by menu, add, and hear what happens."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.boards import Board

pytestmark = pytest.mark.browser

BAKKERIJ, FIETSEN, HOTEL = "Bakkerij Vermeulen", "Noordereiland Fietsen", "Hotel Leuvehaven"
HAVEN, KAPSALON, GARAGE = "Havenbedrijf Twee", "Kapsalon Lijn", "Garage Smit"


@pytest.fixture
def board(browse, world):
    """Anna's board, with the focus on the first card."""
    board = Board.opened(browse(world.anna.user), world.board)
    board.link(BAKKERIJ).focus()
    return board


class TestWalking:
    def test_the_first_stop_leads_past_the_navigation(self, browse, world):
        page = Board.opened(browse(world.anna.user), world.board).page

        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")

        expect(page.locator("main")).to_be_focused()

    def test_each_column_is_one_stop_and_its_form_another(self, board):
        stops = []
        for _ in range(7):
            stops.append(board.page.evaluate("document.activeElement.textContent.trim()"))
            board.press("Tab")

        cards = [BAKKERIJ, HAVEN, "Stichting Wijkhuis", "Drukkerij Maas"]
        assert stops[::2] == cards
        assert stops[1::2] == ["New deal"] * 3

    def test_the_arrows_walk_over_the_cards(self, board):
        for key, customer in [
            ("ArrowDown", FIETSEN),
            ("ArrowRight", KAPSALON),
            ("ArrowUp", HAVEN),
            ("ArrowUp", HAVEN),
            ("End", GARAGE),
            ("ArrowRight", "Tandarts De Kies"),
            ("ArrowLeft", KAPSALON),
            ("Home", HAVEN),
        ]:
            board.press(key)
            expect(board.link(customer)).to_be_focused()

    def test_a_column_keeps_the_card_that_was_left(self, board):
        board.press("ArrowDown", "Shift+Tab")
        expect(board.link(FIETSEN)).not_to_be_focused()
        board.press("Tab")

        expect(board.link(FIETSEN)).to_be_focused()

    def test_enter_opens_the_deal(self, board, world):
        board.press("ArrowDown", "Enter")

        expect(board.page).to_have_url(re.compile(f"{world.address_of(FIETSEN)}$"))

    def test_a_hint_appears_while_a_card_has_the_focus(self, board):
        board.press("ArrowDown")

        expect(board.page.locator(".hint")).to_have_css("opacity", "1")

    def test_the_question_mark_shows_all_keys(self, board):
        board.press("?")

        sheet = board.page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(sheet).to_contain_text("Pick a card up")
        board.press("Escape")
        expect(sheet).to_be_hidden()
        expect(board.link(BAKKERIJ)).to_be_focused()


class TestPickingUp:
    def test_a_card_is_carried_to_another_stage(self, board, world):
        board.press("Space")
        expect(board.card(BAKKERIJ)).to_have_class(re.compile("is-lifted"))
        board.says(
            f"{BAKKERIJ} picked up. The arrows move it, Space puts it down, Escape puts it back.",
            aloud_at_once=True,
        )
        board.press("ArrowRight")
        board.says(f"{BAKKERIJ}: Needs clear, place 1 of 4.", aloud_at_once=True)
        board.press("ArrowDown")
        board.says(f"{BAKKERIJ}: Needs clear, place 2 of 4.", aloud_at_once=True)
        board.press("Space")

        board.says(f"{BAKKERIJ} moved from Contact to Needs clear.")
        board.shows("Needs clear", [HAVEN, BAKKERIJ, KAPSALON, GARAGE])
        expect(board.link(BAKKERIJ)).to_be_focused()
        board.counts("Needs clear", "4/3", "€58.6k")
        assert world.column("Needs clear") == [HAVEN, BAKKERIJ, KAPSALON, GARAGE]

    def test_escape_puts_it_back(self, board, world):
        board.press("Space", "ArrowRight", "ArrowRight", "Escape")

        board.says(f"{BAKKERIJ} is back where it was.", aloud_at_once=True)
        board.shows("Contact", [BAKKERIJ, FIETSEN, HOTEL])
        expect(board.link(BAKKERIJ)).to_be_focused()
        expect(board.toasts).to_have_count(0)
        assert world.stage_of(BAKKERIJ) == "Contact"

    def test_whoever_tabs_away_leaves_it_where_it_was(self, board):
        board.press("Space", "ArrowRight", "Tab")

        board.shows("Contact", [BAKKERIJ, FIETSEN, HOTEL])
        expect(board.page.locator(".is-lifted")).to_have_count(0)

    def test_the_place_within_a_stage_is_changed_too(self, board, world):
        with board.page.expect_response(re.compile("/stage/$")):
            board.press("Space", "ArrowDown", "ArrowDown", "Enter")

        board.shows("Contact", [FIETSEN, HOTEL, BAKKERIJ])
        expect(board.link(BAKKERIJ)).to_be_focused()
        assert world.column("Contact") == [FIETSEN, HOTEL, BAKKERIJ]

    def test_and_taken_back_with_the_usual_key(self, board, world):
        board.press("Space", "ArrowRight", "Space")
        expect(board.toasts).to_have_count(1)

        board.press("Control+z")

        board.shows("Contact", [BAKKERIJ, FIETSEN, HOTEL])
        assert world.stage_of(BAKKERIJ) == "Contact"


class TestTheMenu:
    def test_m_and_a_digit_move_a_card(self, board, world):
        board.press("m", "3")

        board.shows("Proposal", [BAKKERIJ, "Stichting Wijkhuis", "Tandarts De Kies"])
        expect(board.link(BAKKERIJ)).to_be_focused()
        expect(board.toasts).to_contain_text(f"{BAKKERIJ} moved from Contact to Proposal.")
        assert world.stage_of(BAKKERIJ) == "Proposal"

    def test_the_arrows_walk_through_it_and_escape_leads_back(self, board):
        menu = board.page.get_by_role("menu", name="Move to")
        board.press("m")
        expect(menu.get_by_role("menuitem", name="Contact")).to_be_focused()
        board.press("ArrowDown")
        expect(menu.get_by_role("menuitem", name="Needs clear")).to_be_focused()
        board.press("ArrowUp", "ArrowUp")
        expect(menu.get_by_role("menuitem").last).to_be_focused()
        board.press("Escape")

        expect(menu).to_be_hidden()
        expect(board.link(BAKKERIJ)).to_be_focused()

    def test_the_mouse_wins_a_deal_with_it(self, board, world):
        board.card(KAPSALON).hover()
        board.page.get_by_role("button", name=f"Move: {KAPSALON}").click()
        board.page.get_by_role("menuitem", name="Delivered").click()

        board.shows("Delivered", [KAPSALON, "Drukkerij Maas"])
        expect(board.toasts).to_contain_text(KAPSALON)
        assert world.deal(KAPSALON).outcome == "won"

    def test_a_second_press_closes_it(self, board):
        menu = board.page.get_by_role("menu", name="Move to")
        dots = board.page.get_by_role("button", name=f"Move: {KAPSALON}")
        board.card(KAPSALON).hover()
        dots.click()
        expect(menu).to_be_visible()
        dots.click()

        expect(menu).to_be_hidden()

    def test_a_card_goes_to_the_foot_of_its_column(self, board, world):
        board.press("m")
        with board.page.expect_response(re.compile("/stage/$")):
            board.page.get_by_role("menuitem", name="Bottom of this stage").click()

        board.shows("Contact", [FIETSEN, HOTEL, BAKKERIJ])
        assert world.column("Contact") == [FIETSEN, HOTEL, BAKKERIJ]

    def test_a_deal_is_lost_with_a_reason_only(self, board, world, watch):
        watch.foresee("422 POST")
        board.press("m")
        board.page.get_by_role("menuitem", name="Lost…").click()
        page = board.page
        expect(page).to_have_url(re.compile(f"{world.address_of(BAKKERIJ)}#lose$"))
        reason = page.get_by_label("Reason")
        expect(reason).to_be_visible()

        reason.fill("   ")
        page.get_by_role("button", name="Close as lost").click()

        expect(reason).to_have_attribute("aria-invalid", "true")
        expect(reason).to_have_accessible_description(re.compile(r"This field is required\.$"))
        assert world.deal(BAKKERIJ).outcome == "open"
        reason.fill("Too expensive")
        page.get_by_role("button", name="Close as lost").click()
        expect(page.locator("#toasts")).to_contain_text(BAKKERIJ)
        deal = world.deal(BAKKERIJ)
        assert (deal.outcome, str(deal.loss_reason)) == ("lost", "Too expensive")


class TestTaking:
    def test_t_takes_a_deal_that_nobody_has(self, board, world):
        board.press("End", "t")

        expect(board.card(HOTEL).get_by_role("img", name="Anna")).to_be_visible()
        expect(board.link(HOTEL)).to_be_focused()
        assert world.deal(HOTEL).owner == world.anna.user

    def test_the_mouse_takes_it_too(self, board, world):
        board.card(HOTEL).get_by_role("button", name="Take it").click()

        expect(board.card(HOTEL).get_by_role("img", name="Anna")).to_be_visible()
        assert world.deal(HOTEL).owner == world.anna.user


class TestAdding:
    @pytest.fixture
    def form(self, board):
        board.press("n")
        form = board.column("Contact").locator("form:has([name=title])")
        expect(form.get_by_label("Customer")).to_be_focused()
        return form

    def test_n_opens_the_form_and_enter_adds_the_deal(self, board, form, world):
        form.get_by_label("Customer").fill("Visboer Dirk")
        form.get_by_label("What they ask for").fill("A payment terminal")
        form.get_by_label("Amount").fill("1,250")
        board.press("Enter")

        board.shows("Contact", ["Visboer Dirk", BAKKERIJ, FIETSEN, HOTEL])
        board.counts("Contact", "4", "€6.3k")
        expect(board.toasts).to_contain_text("Visboer Dirk is on the board.")
        assert world.deal("Visboer Dirk").amount == 1250

    def test_after_one_the_form_waits_for_the_next(self, board, form):
        words, button = form.get_by_label("What they ask for"), form.get_by_role("button")
        words.fill("A payment terminal")
        words.press("Enter")
        expect(board.toasts).to_have_count(1)
        expect(words).to_have_value("")
        expect(words).to_be_focused()

        words.fill("Another payment terminal")
        button.press("Enter")
        expect(board.toasts).to_have_count(2)
        expect(words).to_have_value("")
        expect(button).to_be_focused()

    def test_what_is_wrong_stands_beside_the_field_and_the_words_stay(self, board, form, watch):
        watch.foresee("422 POST")
        form.get_by_label("What they ask for").fill("A payment terminal")
        form.get_by_label("Amount").fill("a lot")
        board.press("Enter")

        amount = form.get_by_label("Amount")
        expect(amount).to_have_accessible_description(re.compile("such as 1,234.56"))
        expect(amount).to_have_value("a lot")
        expect(form.get_by_label("What they ask for")).to_have_value("A payment terminal")
        expect(form.get_by_role("alert")).to_have_text("This deal was not added yet.")
        board.counts("Contact", "3", "€5k")

    def test_escape_closes_the_form(self, board, form):
        board.press("Escape")

        expect(form).to_be_hidden()
        expect(board.column("Contact").locator("summary").last).to_be_focused()
