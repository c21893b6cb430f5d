"""From the profile to what Kring records, and to everything that it holds about oneself."""

import json
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from teams.tasks import do_all
from tests.browser.test_everybody_can_use_it import faults_of
from tests.racing import at_once

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "recorded", "who", "mine", "make", "at_work", "ready", "fetch"),
    [
        (
            "en",
            "What Kring records, who sees it, how long",
            "Who sees it",
            "Everything that Kring holds about me",
            "Make the file",
            "Your file is being made.",
            "Your file is ready. It is yours alone",
            "Download",
        ),
        (
            "nl",
            "Wat Kring vastlegt, wie het ziet, hoe lang",
            "Wie ziet het",
            "Alles wat Kring over mij bewaart",
            "Bestand maken",
            "Je bestand wordt gemaakt.",
            "Je bestand is klaar. Het is alleen van jou",
            "Downloaden",
        ),
    ],
)
def test_from_the_profile_to_ones_own_copy_by_keyboard(
    browse, world, language, recorded, who, mine, make, at_work, ready, fetch
):
    page = browse(world.anna.user, locale=language)
    page.goto("/profile/")
    page.get_by_role("link", name=recorded).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(recorded)
    expect(page.get_by_text(who).first).to_be_visible()
    found = faults_of(page)

    page.get_by_role("link", name=mine).press("Enter")
    page.get_by_role("button", name=make).press("Enter")
    expect(page.get_by_text(at_work)).to_be_visible()
    found += faults_of(page)
    at_once([do_all])
    # The page looks by itself.
    expect(page.get_by_text(ready)).to_be_visible()
    found += faults_of(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name=fetch).press("Enter")

    with ZipFile(taken.value.path()) as archive:
        (person,) = json.loads(archive.read("teams.user.json"))
        assert person["email"] == world.anna.user.email
        assert f'lang="{language}"' in archive.read("index.html").decode()
    assert found == []


def test_the_menu_of_ones_account_leads_there(browse, world):
    page = browse(world.mia)
    page.goto(world.page())
    page.get_by_role("button", name="Your account").press("Enter")

    page.get_by_role("link", name="What Kring records").press("Enter")

    expect(page.get_by_role("heading", name="The logbook")).to_be_visible()
