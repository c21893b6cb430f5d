"""Cards that are dragged, by mouse and by finger, and taken back."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.boards import Board, Finger, Place, middle
from tests.browser.cupboard import PHONE

pytestmark = pytest.mark.browser

KAPSALON = "Kapsalon Lijn"


@pytest.fixture
def board(browse, world):
    """Anna's board."""
    return Board.opened(browse(world.anna.user), world.board)


class TestByMouse:
    def test_a_card_goes_to_another_stage_and_all_figures_follow(self, board, world):
        board.counts("Needs clear", "3/3", "€56.8k")
        board.counts("Proposal", "2", "€6.7k")

        board.drag(KAPSALON, to="Proposal", beside="Tandarts De Kies")

        expect(board.toasts).to_contain_text(f"{KAPSALON} moved from Needs clear to Proposal.")
        board.counts("Needs clear", "2/3", "€55.9k")
        board.counts("Proposal", "3", "€7.6k")
        expect(board.page.locator("#summary")).to_contain_text("8 open deals · €68.5k")
        assert world.stage_of(KAPSALON) == "Proposal"
        board.shows("Proposal", world.column("Proposal"))

    def test_a_deal_that_is_won_leaves_the_open_ones(self, board, world):
        board.drag(KAPSALON, to="Delivered")

        expect(board.toasts).to_contain_text(KAPSALON)
        expect(board.page.locator("#summary")).to_contain_text("7 open deals · €67.6k")
        assert world.deal(KAPSALON).outcome == "won"

    def test_another_place_in_the_column_is_kept_and_can_be_taken_back(self, board, world):
        board.shows("Needs clear", ["Havenbedrijf Twee", KAPSALON, "Garage Smit"])

        with board.page.expect_response(re.compile("/stage/$")):
            board.drag("Garage Smit", to="Needs clear", beside="Havenbedrijf Twee")

        board.shows("Needs clear", ["Garage Smit", "Havenbedrijf Twee", KAPSALON])
        expect(board.toasts).to_contain_text("Garage Smit has another place in its stage.")
        assert world.column("Needs clear") == ["Garage Smit", "Havenbedrijf Twee", KAPSALON]

    def test_the_column_under_the_card_shows_that_it_would_take_it(self, board, world):
        board.carry(KAPSALON, to="Proposal", beside="Tandarts De Kies")

        expect(board.column("Proposal")).to_have_class(re.compile("is-over"))
        expect(board.column("Needs clear")).not_to_have_class(re.compile("is-over"))
        board.page.mouse.up()
        expect(board.toasts).to_have_count(1)

    def test_a_drag_does_not_open_the_deal_but_a_click_does(self, board, world):
        board.drag(KAPSALON, to="Proposal", beside="Tandarts De Kies")
        expect(board.toasts).to_have_count(1)
        expect(board.page).to_have_url(re.compile(f"{world.board}$"))

        board.card(KAPSALON).click(position={"x": 60, "y": 60})

        expect(board.page).to_have_url(re.compile(f"{world.address_of(KAPSALON)}$"))


class TestTakenBack:
    @pytest.fixture
    def moved(self, board):
        board.drag(KAPSALON, to="Proposal", beside="Tandarts De Kies")
        expect(board.toasts).to_have_count(1)
        return board

    def test_by_the_button_of_the_message(self, moved, world):
        moved.toasts.get_by_role("button", name="Undo").click()

        moved.shows("Needs clear", ["Havenbedrijf Twee", KAPSALON, "Garage Smit"])
        expect(moved.toasts.get_by_role("button", name="Undo")).to_have_count(0)
        assert world.column("Needs clear") == ["Havenbedrijf Twee", KAPSALON, "Garage Smit"]

    def test_by_the_keyboard(self, moved, world):
        moved.press("Control+z")

        moved.shows("Needs clear", ["Havenbedrijf Twee", KAPSALON, "Garage Smit"])
        moved.counts("Proposal", "2", "€6.7k")
        assert world.stage_of(KAPSALON) == "Needs clear"

    def test_not_while_somebody_types(self, moved, world):
        moved.page.get_by_label("Filter the board").fill("Kaps")
        moved.press("Control+z")

        expect(moved.page.get_by_label("Filter the board")).not_to_have_value("Kaps")
        assert world.stage_of(KAPSALON) == "Proposal"


class TestThatCannotBe:
    def test_somebody_was_faster(self, browse, board, world, watch):
        brams = Board.opened(browse(world.bram.user), world.board)
        brams.drag(KAPSALON, to="Delivered")
        expect(brams.toasts).to_have_count(1)
        watch.foresee("409 POST")

        board.drag(KAPSALON, to="Proposal", beside="Tandarts De Kies")

        expect(board.toasts).to_contain_text(
            "Someone moved this deal a moment ago. The board now shows the newest state."
        )
        expect(board.column("Delivered").locator(card_of(KAPSALON))).to_be_visible()
        board.shows("Proposal", ["Stichting Wijkhuis", "Tandarts De Kies"])
        board.counts("Needs clear", "2/3", "€55.9k")
        assert world.stage_of(KAPSALON) == "Delivered"

    def test_without_a_network_the_card_is_back_where_it_was(self, board, world, watch):
        watch.foresee("net::ERR_INTERNET_DISCONNECTED POST", "console error: htmx: htmx:error")
        board.page.context.set_offline(True)

        board.drag(KAPSALON, to="Proposal", beside="Tandarts De Kies")

        expect(board.toasts).to_have_text(
            re.compile("That did not reach the server. The card is back where it was.")
        )
        board.shows("Needs clear", ["Havenbedrijf Twee", KAPSALON, "Garage Smit"])
        assert world.stage_of(KAPSALON) == "Needs clear"

    def test_when_the_server_breaks_the_card_is_back_where_it_was(self, board, watch):
        watch.foresee("500 POST")
        board.page.route("**/stage/", lambda route: route.fulfill(status=500, body="broken"))

        board.drag(KAPSALON, to="Proposal", beside="Tandarts De Kies")

        expect(board.toasts).to_have_text(
            re.compile("That did not work. The card is back where it was.")
        )
        board.shows("Needs clear", ["Havenbedrijf Twee", KAPSALON, "Garage Smit"])

    def test_what_a_team_mate_does_meanwhile_waits_for_the_hand(self, board, world):
        board.carry(KAPSALON, to="Proposal", beside="Tandarts De Kies")
        world.move("Garage Smit", "Delivered", by=world.bram, at=timezone.now())

        board.page.evaluate("document.body.dispatchEvent(new CustomEvent('board:changed'))")
        expect(board.column("Needs clear").locator(card_of("Garage Smit"))).to_be_visible()
        board.page.mouse.up()

        expect(board.column("Delivered").locator(card_of("Garage Smit"))).to_be_visible()
        board.shows("Proposal", world.column("Proposal"))


class TestByFinger:
    @pytest.fixture
    def phone(self, browse, world):
        return Board.opened(browse(world.anna.user, **PHONE), world.board)

    def test_a_card_goes_to_the_next_stage_over_the_edge(self, phone, world):
        finger = Finger(phone.page)
        finger.rest_on(phone.card("Bakkerij Vermeulen"))
        finger.move_to(Place(384, 420))
        expect(phone.column("Needs clear").locator(".card.sortable-ghost")).to_have_count(1)
        finger.lift()

        expect(phone.toasts).to_contain_text("Bakkerij Vermeulen moved from Contact to Needs clear")
        assert world.stage_of("Bakkerij Vermeulen") == "Needs clear"

    def test_a_finger_that_passes_over_picks_nothing_up(self, phone, world):
        start = middle(phone.card("Bakkerij Vermeulen"))
        finger = Finger(phone.page)
        finger.touch(start)
        finger.move_to(Place(start.x - 250, start.y))
        finger.lift()

        pill = phone.page.locator(".pick a", has_text="Needs clear")
        expect(pill).to_have_attribute("aria-current", "true")
        expect(phone.page.locator(".sortable-chosen")).to_have_count(0)
        assert world.stage_of("Bakkerij Vermeulen") == "Contact"


def card_of(customer: str) -> str:
    return f'.card[data-name="{customer}"]'
