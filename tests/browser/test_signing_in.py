"""Signing in: with address and password, or into the demo with one click."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.worlds import PASSWORD

pytestmark = pytest.mark.browser


class TestWithAPassword:
    @pytest.fixture
    def page(self, browse, world):
        """The sign-in page, on the way to the board, of Anna who has a password."""
        world.anna.user.set_password(PASSWORD)
        world.anna.user.save()
        page = browse()
        page.goto(world.board)
        page.get_by_label("Email").fill("Anna@example.com")
        return page

    def test_it_leads_to_the_page_that_was_asked_for_and_out_again(self, page, world):
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_url(re.compile(f"{world.board}$"))
        expect(page.get_by_role("heading", name="Board")).to_be_visible()

        page.get_by_role("button", name="Your account").click()
        page.get_by_role("button", name="Sign out").click()

        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto(world.board)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    def test_a_wrong_one_is_said_beside_the_form_and_the_address_stays(self, page):
        page.get_by_label("Password").fill("not this one at all")
        page.get_by_role("button", name="Sign in", exact=True).click()

        form = page.locator("main form").first
        expect(form.locator(".errorlist")).to_contain_text("password you specified are not correct")
        expect(page.get_by_label("Email")).to_have_value("Anna@example.com")
        expect(page.get_by_label("Password")).to_have_value("")


class TestIntoTheDemo:
    @pytest.mark.parametrize(("name", "note"), [("Anna", 0), ("Mia", 1)], ids=["member", "manager"])
    def test_one_click_is_enough(self, browse, world, name, note):
        page = browse()
        page.goto("/")
        page.get_by_role("button", name=name).click()
        expect(page).to_have_url(re.compile(f"{world.page()}$"))

        page.get_by_role("navigation", name="Main").get_by_role("link", name="Board").click()

        expect(page.get_by_role("heading", name="Board")).to_be_visible()
        expect(page.get_by_text("You are reading.")).to_have_count(note)
