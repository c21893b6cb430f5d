"""Anna and Bram (in Dutch) tell each other what they think, by keyboard alone, to an agreement."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agreements.models import Agreement
from reviews.models import ReviewRound
from tests.browser.cupboard import PHONE
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

HELPS, ASKS, AGREES = "You call back", "Tell us sooner", "That we plan on Monday"
HELPT, VRAAGT = "Je luistert goed", "Neem vaker vrij"


def press(page, button):
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def over() -> None:
    """The days of writing are over, and time has its turn."""
    yesterday = timezone.localdate() - timedelta(days=1)
    made = ReviewRound.objects.running().select_related("team").get()
    ReviewRound.objects.filter(pk=made.pk).update(write_until=yesterday)
    made.run_out(at=timezone.now())


def test_from_a_proposal_to_an_agreement(browse, world, watch):
    watch.foresee("422 POST")
    anna, bram = browse(world.anna.user), browse(world.bram.user, locale="nl-NL")
    mia = browse(world.mia, **PHONE)

    found = propose(anna, world)
    agree(bram, world)
    found += write(anna, bram)
    over()
    found += read(anna, bram)
    found += promise(anna)

    mia.goto(world.page("reviews"))
    expect(mia.locator(".promise")).to_contain_text("Released")
    expect(mia.locator("main")).not_to_contain_text(HELPT)
    assert found + faults_of(mia, LOOKS[2:3]) == []


def propose(anna, world):
    """Unsigned is refused in a team of two, with the reason; signed is not."""
    anna.goto(world.page("reviews"))
    anna.get_by_role("link", name="Propose a round").click()
    anna.get_by_label("sealed: unsigned").check()
    press(anna, "Propose it")
    expect(anna.locator(".errorlist").first).to_contain_text("Unsigned answers need a team of six")
    found = faults_of(anna, LOOKS[:2])
    anna.get_by_label("open: signed").check()
    press(anna, "Propose it")
    expect(anna.locator("main")).to_contain_text("1 of 2 have consented")
    return found


def agree(bram, world):
    bram.goto(world.page())
    bram.get_by_role("link", name="Zeg of we een feedbackronde houden").first.click()
    press(bram, "Ik stem in")
    expect(bram.locator("main")).to_contain_text("0 van 2 hebben ingeleverd")


def write(anna, bram):
    """One colleague on one screen; what is kept is there when one comes back."""
    anna.reload()
    anna.get_by_role("link", name="Bram").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("h1")).to_have_text("Bram")
    anna.get_by_label("What does Bram do that helps the customer?").fill(HELPS)
    found = faults_of(anna, LOOKS[1:3])
    press(anna, "Keep it and come back later")
    anna.get_by_role("link", name="Bram").click()
    expect(anna.get_by_label("What does Bram do that helps")).to_have_value(HELPS)
    anna.get_by_label("What would you ask Bram?").fill(ASKS)
    anna.get_by_label("One agreement you want with Bram").fill(AGREES)
    press(anna, "Keep it and go on")
    press(anna, "Hand in")
    expect(anna.locator("main")).to_contain_text("1 of 2 have handed in")

    bram.reload()
    expect(bram.locator("main")).not_to_contain_text(HELPS)
    bram.get_by_role("link", name="Anna").click()
    bram.get_by_label("Wat doet Anna waar de klant iets aan heeft?").fill(HELPT)
    bram.get_by_label("Wat zou je Anna vragen?").fill(VRAAGT)
    press(bram, "Bewaar het en ga verder")
    press(bram, "Lever in")
    expect(bram.locator("main")).to_contain_text("2 van 2 hebben ingeleverd")
    return found


def read(anna, bram):
    anna.reload()
    anna.get_by_role("link", name="Read what is for you").click()
    expect(anna.locator("main")).to_contain_text(HELPT)
    found = faults_of(anna, LOOKS[1:3])
    bram.reload()
    bram.get_by_role("link", name="Lees wat voor jou is").click()
    expect(bram.locator("main")).to_contain_text(HELPS)
    press(bram, "Ik heb het gelezen")
    return found


def promise(anna):
    """What Bram asked becomes a promise to him, with his words in the form."""
    letter = anna.locator(".letter").filter(has_text=VRAAGT)
    letter.get_by_role("link", name="Make it an agreement").click()
    expect(anna.get_by_label("then …")).to_have_value(VRAAGT)
    anna.get_by_label("How will the other see it?").fill("I am away on Friday")
    due_on = timezone.localdate() + timedelta(days=20)
    anna.get_by_label("Until when?", exact=True).fill(due_on.isoformat())
    found = faults_of(anna, LOOKS[:1])
    press(anna, "Propose it")
    expect(anna.locator("h1")).to_contain_text(VRAAGT)
    assert Agreement.objects.filter(parties__person__name="Bram").exists()
    return found
