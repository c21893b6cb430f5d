"""Every state of a page, held against WCAG 2.2 AA by axe, in all looks."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.boards import Board
from tests.browser.cupboard import PHONE
from tests.browser.pages import KAPSALON, PLACES

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor/axe-core/axe-4.14.1.min.js").read_text()
RUN = """async (only) => {
  await new Promise(requestAnimationFrame);
  const rules = only ? {} : { "target-size": { enabled: true } };
  const { violations } = await axe.run({
    rules, resultTypes: ["violations"], iframes: false,
    ...(only && { runOnly: { type: "rule", values: only } }),
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}"""
OPEN = "(all) => all.forEach((each) => { each.open = true; })"
# All that dark and light can make a difference to: they are colours, and nothing else.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
LOOKS = [(scheme, width) for width in (1440, 390) for scheme in ("light", "dark")]


def faults_of(page: Page, looks: list[tuple[str, int]] = LOOKS) -> list[str]:
    """What axe finds on the page as it is now: everything at each width, colours in every look."""
    page.evaluate(AXE)
    found: list[str] = []
    widths: set[int] = set()
    for scheme, width in looks:
        only = OF_COLOUR if width in widths else None
        widths.add(width)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{scheme} {width}: {fault}" for fault in page.evaluate(RUN, only)]
    return found


def test_a_fault_would_be_found(browse, history):
    page = PLACES["today"].visit(browse, history)
    page.evaluate("document.querySelector('h1').append(document.createElement('button'))")

    assert any("button-name" in fault for fault in faults_of(page, LOOKS[:1]))


class TestStates:
    @pytest.fixture
    def board(self, browse, world):
        board = Board.opened(browse(world.anna.user), world.board)
        board.link(KAPSALON).focus()
        return board

    def test_a_menu_and_the_list_of_keys(self, board):
        board.press("m")
        expect(board.page.get_by_role("menu")).to_be_visible()
        found = faults_of(board.page, LOOKS[:2])
        board.press("Escape", "?")
        expect(board.page.get_by_role("dialog")).to_be_visible()

        assert found + faults_of(board.page, LOOKS[:2]) == []

    def test_a_card_in_the_hand_and_then_a_message(self, board):
        board.press("Space", "ArrowRight")
        expect(board.page.locator(".is-lifted")).to_be_visible()
        found = faults_of(board.page, LOOKS[:2])
        board.press("Space")
        expect(board.toasts).to_have_count(1)

        assert found + faults_of(board.page) == []

    def test_a_form_with_a_fault_in_it(self, board, watch):
        watch.foresee("422 POST")
        board.press("n")
        form = board.column("Needs clear").locator("form:has([name=title])")
        form.get_by_label("What they ask for").fill("A terminal")
        form.get_by_label("Amount").fill("a lot")
        board.press("Enter")
        expect(form.get_by_role("alert")).to_be_visible()

        assert faults_of(board.page) == []

    def test_a_failure(self, board, watch):
        watch.foresee("500 POST")
        board.page.route("**/stage/", lambda route: route.fulfill(status=500, body="broken"))
        board.press("Space", "ArrowRight", "Space")
        expect(board.toasts).to_have_count(1)

        assert faults_of(board.page, LOOKS[:2]) == []

    def test_a_colleague_chosen_and_the_own_account(self, board):
        board.page.get_by_role("button", name="Bram").click()
        expect(board.card(KAPSALON)).to_be_hidden()
        board.page.get_by_role("button", name="Your account").click()

        assert faults_of(board.page, LOOKS[:2]) == []

    def test_the_menu_of_a_phone(self, browse, world):
        page = browse(world.anna.user, **PHONE)
        page.goto(world.board)
        page.get_by_role("button", name="Rijnmond").click()
        expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_visible()

        assert faults_of(page, LOOKS[2:]) == []

    def test_a_deal_with_every_form_open_and_refused(self, browse, world, watch):
        watch.foresee("422 POST")
        page = browse(world.anna.user)
        page.goto(f"{world.address_of(KAPSALON)}#lose")
        page.get_by_label("Reason").fill(" ")
        page.get_by_role("button", name="Close as lost").click()
        expect(page.locator(".errorlist")).to_be_visible()
        page.locator("main details").evaluate_all(OPEN)

        assert faults_of(page) == []

    def test_a_report_with_its_tables_open(self, browse, history):
        page = PLACES["weekly report"].visit(browse, history)
        page.locator("main details").evaluate_all(OPEN)

        assert faults_of(page) == []

    def test_a_sign_in_that_failed(self, browse, world):
        page = browse()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill("anna@example.com")
        page.get_by_label("Password").fill("not this one at all")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator(".errorlist")).to_be_visible()

        assert faults_of(page) == []


def test_an_error_page(browse, world, watch):
    watch.foresee("404 GET")
    page = browse(world.anna.user)
    page.goto("/nowhere/")

    assert faults_of(page) == []
