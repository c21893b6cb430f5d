"""Signing in: with address and password, or into the demo with one click."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.worlds import PASSWORD

pytestmark = pytest.mark.browser


def test_with_address_and_password(browse, world):
    anna = world.anna.user
    anna.set_password(PASSWORD)
    anna.save()
    page = browse()
    page.goto(world.board)

    page.get_by_label("E-mail").fill("Anna@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url(re.compile(f"{world.board}$"))
    expect(page.get_by_role("heading", name="Board")).to_be_visible()


def test_a_demo_person_comes_in_with_one_click(browse, world):
    page = browse()
    page.goto("/")

    page.get_by_role("button", name="Anna").click()

    expect(page).to_have_url(re.compile(f"{world.page()}$"))
