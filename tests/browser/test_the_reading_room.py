"""The reading room, as team and manager read it."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dashboards.periods import PeriodKind, last_closed
from tests.browser.worlds import World

pytestmark = pytest.mark.browser


@pytest.fixture(params=["anna", "mia"])
def page(request, browse, history):
    """The latest weekly report, before a member and before the manager."""
    person = history.mia if request.param == "mia" else history.anna.user
    page = browse(person)
    page.goto(history.reading)
    return page


def won_last_week(world: World) -> str:
    """The busy week's deals, and the one of the board when it was won in that week too."""
    zone = world.team.zone
    week = last_closed(PeriodKind.WEEK, timezone.now(), zone)
    won = world.team.deals.filter(outcome="won", closed_at__gte=week.start(zone))
    return str(won.filter(closed_at__lt=week.end(zone)).count())


def test_it_says_in_a_sentence_what_changed(page, history):
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "One thing changed. The rest is business as usual."
    )
    panel = page.get_by_role("region", name="Deals won", exact=True)
    expect(panel.locator(".pill")).to_have_text("Improving")
    expect(panel.locator(".panel__value b")).to_have_text(won_last_week(history))
    expect(panel).to_contain_text("Normal was 0.2 to 8.1")
    expect(panel.get_by_role("img")).to_be_visible()


def test_its_first_sentence_leads_to_what_changed(page):
    page.locator(".lede").get_by_role("link", name="Deals won").click()

    panel = page.get_by_role("region", name="Deals won", exact=True)
    expect(page.locator(":target")).to_have_accessible_name("Deals won")
    expect(panel).to_be_in_viewport()


def test_the_numbers_open_as_a_table(page, history):
    panel = page.get_by_role("region", name="Deals won", exact=True)
    rows = panel.get_by_role("row")
    expect(rows).to_have_count(0)

    panel.get_by_text("Show the numbers").click()

    expect(rows.nth(1)).to_contain_text(won_last_week(history))
    assert rows.count() > 20


def test_weeks_and_months_and_earlier_reports_are_a_step_away(page, history):
    kinds = page.get_by_role("navigation", name="Reports")
    kinds.get_by_role("link", name="Monthly").click()
    expect(page).to_have_url(re.compile("/reading/months/$"))
    expect(kinds.get_by_role("link", name="Monthly")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Too early to tell.")

    kinds.get_by_role("link", name="Weekly").click()
    kinds.get_by_text("Other reports").click()
    kinds.get_by_role("listitem").nth(1).get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing changed.")


def test_only_the_team_sees_the_running_week(page):
    live = page.get_by_role("heading", name="So far in")

    expect(live).to_have_count(0 if page_of_a_manager(page) else 1)


def page_of_a_manager(page):
    return page.get_by_role("button", name="Your account").locator("[aria-label=Mia]").count() == 1


@pytest.mark.parametrize(
    ("locale", "unread", "read"),
    [
        ("en-GB", "Management has not read it yet.", "Read by management on"),
        ("nl-NL", "Het management heeft het nog niet gelezen.", "Gelezen door het management op"),
    ],
)
def test_each_side_sees_that_the_other_came_to_the_end(browse, lived, locale, unread, read):
    address = lived.page("reading/months")
    hers = browse(lived.anna.user, locale=locale)
    hers.goto(address)
    expect(hers.locator("#receipts")).to_contain_text(unread)

    his = browse(lived.mia)
    his.goto(address)
    expect(his.get_by_role("button", name="I have read this report")).to_be_attached()
    his.locator("#receipts").scroll_into_view_if_needed()
    expect(his.get_by_role("button", name="I have read this report")).to_have_count(0)

    hers.reload()
    expect(hers.locator("#receipts")).to_contain_text(read)


def test_a_number_opens_what_it_is_made_of(page, history):
    won = won_last_week(history)
    panel = page.get_by_role("region", name="Deals won", exact=True)

    panel.get_by_role("link", name=f"{won}: what it is made of").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Deals won, week")
    expect(page.locator(".lede")).to_have_text(f"Each counts once: {won}.")
    expect(page.get_by_role("row")).to_have_count(int(won) + 1)


@pytest.mark.parametrize(
    ("locale", "way", "field", "show", "none", "back"),
    [
        (
            "en-GB", "What we knew", "By the end of", "Show",
            "None of its figures was corrected since.", "Back to now",
        ),
        (
            "nl-NL", "Wat we wisten", "Aan het eind van", "Toon",
            "Geen van de cijfers is sindsdien gecorrigeerd.", "Terug naar nu",
        ),
    ],
)  # fmt: skip
def test_the_room_opens_as_of_a_day(browse, history, locale, way, field, show, none, back):
    page = browse(history.mia, locale=locale)
    page.goto(history.reading)

    page.get_by_role("link", name=way, exact=True).press("Enter")
    page.get_by_label(field).fill("2100-01-01")
    page.get_by_role("button", name=show, exact=True).press("Enter")

    expect(page.locator(".read > .note")).to_contain_text(none)
    expect(page.locator("#headline")).to_be_visible()
    page.get_by_role("link", name=back).press("Enter")
    expect(page).to_have_url(re.compile("/reading/$"))


IN_ENGLISH = ("By mail", "The weekly report", "Friday", "The monthly report", "Keep", "Your choice")
IN_DUTCH = ("Per mail", "Het weekrapport", "vrijdag", "Het maandrapport", "Bewaren", "Je keuze")


@pytest.mark.parametrize(("locale", "words"), [("en-GB", IN_ENGLISH), ("nl-NL", IN_DUTCH)])
def test_a_manager_has_it_by_mail_on_fridays(browse, lived, locale, words):
    way, week, day, month, keep, kept = words
    page = browse(lived.mia, locale=locale)
    page.goto(lived.reading)

    page.get_by_role("link", name=way, exact=True).press("Enter")
    page.get_by_label(week).select_option(day)
    page.get_by_label(month).press("Space")
    page.get_by_role("button", name=keep, exact=True).press("Enter")

    expect(page.locator("#say")).to_contain_text(kept)
    page.reload()
    expect(page.get_by_label(week)).to_have_value("4")
    expect(page.get_by_label(month)).to_be_checked()
