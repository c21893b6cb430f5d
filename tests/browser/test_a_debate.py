"""Anna, Bram (in Dutch) and Mia (on her phone) debate a signal, to an agreement and its verdict."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from debates.models import Brought, Debate, Experiment
from debates.models.proposal import ProposalVersion
from tests.browser.cupboard import PHONE
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

QUESTION, LATE = "What made us win so much?", "The campaign brought them, not we"


def over(state: str) -> Debate:
    """The days of this state are over, and time has its turn."""
    debate = Debate.objects.select_related("team").get(question=QUESTION)
    yesterday = timezone.localdate() - timedelta(days=1)
    Debate.objects.filter(pk=debate.pk).update(**{state: yesterday})
    debate.run_out(at=timezone.now())
    return debate


def test_from_a_signal_to_a_verdict(browse, lived, watch):
    watch.foresee("422 POST")
    anna, mia = browse(lived.anna.user), browse(lived.mia, **PHONE)
    bram = browse(lived.bram.user, locale="nl-NL")
    carla = lived.team.manager_links.select_related("team", "user").get(user=lived.carla)

    found = open_it(anna, lived.reading)
    bring_points(lived, mia, bram, anna.url, carla)
    found += challenge(anna)
    propose(bram)
    for place in (carla, lived.bram):
        version = ProposalVersion.objects.get(debate__question=QUESTION)
        Debate.objects.get(question=QUESTION).consent(version, by=place, at=timezone.now())
    found += consent(mia, anna)
    learn(anna)

    mia.goto(lived.page("debates"))
    expect(mia.locator("main")).to_contain_text("Of 1 decision the figure has judged 1 so far")
    assert found == []


def open_it(anna, reading):
    """From the signal of the reading room; what is wrong is said, and the keyboard is enough."""
    anna.goto(reading)
    anna.get_by_role("link", name="Debate it: Deals won").click()
    anna.get_by_label("What is the question?").fill("\u2800")
    anna.keyboard.press("Enter")
    expect(anna.locator(".errorlist").first).to_be_visible()
    anna.get_by_label("What is the question?").fill(QUESTION)
    anna.keyboard.press("Enter")
    expect(anna.locator("h1")).to_have_text(QUESTION)
    anna.get_by_role("textbox", name="Your point").fill(LATE)
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_role("button", name="Keep my point").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator(".point__text")).to_have_text(LATE)
    return found


def bring_points(lived, mia, bram, page, carla):
    """Nobody reads Anna's before all have brought theirs."""
    mia.goto(page)
    expect(mia.locator("main")).to_contain_text("1 of 4 have done their part.")
    expect(mia.locator("main")).not_to_contain_text(LATE)
    mia.get_by_role("textbox", name="Your point").fill("The price was lower for a week")
    mia.get_by_role("button", name="Keep my point").click()
    expect(mia.locator(".point")).to_have_count(1)
    debate = Debate.objects.get(question=QUESTION)
    for place, nth in [*product([carla], range(10)), *product([lived.anna], range(9))]:
        debate.bring(Brought(f"The fair of day {nth}"), by=place, at=timezone.now())
    bram.goto(lived.page())
    bram.get_by_role("link", name="Breng je punt in").first.click()
    bram.get_by_role("textbox", name="Jouw punt").fill("Twee klanten brachten anderen mee")
    bram.get_by_role("button", name="Mijn punt bewaren").click()
    expect(bram.locator(".point")).to_have_count(20)
    expect(bram.locator("#points")).to_contain_text("22")


def challenge(anna):
    anna.reload()
    first = anna.locator(".point").first
    first.get_by_text("Speak for or against it").click()
    first.get_by_label("What speaks for it, or not?").fill("It was so last year, too")
    anna.keyboard.press("Enter")
    expect(anna.locator(".arguments").first).to_contain_text("It was so last year, too")
    anna.get_by_role("link", name="Next").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator(".point")).to_have_count(2)
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_label("Point 22").select_option("4")
    anna.get_by_role("button", name="Keep my weights").click()
    expect(anna.get_by_label("Point 22")).to_have_value("4")
    anna.get_by_role("link", name="Previous").click()
    over("challenge_until")
    return found


def propose(bram):
    bram.reload()
    bram.get_by_text("Iets voorstellen").click()
    bram.get_by_label("dan …").fill("we vragen elke klant wie ons noemde")
    bram.get_by_label("Hoe ziet de ander het?").fill("het staat op de deal")
    due_on = timezone.localdate() + timedelta(days=30)
    bram.get_by_label("Tot wanneer?", exact=True).fill(due_on.isoformat())
    bram.get_by_label("op zijn minst").fill("1")
    bram.get_by_role("button", name="Stel het voor").focus()
    bram.keyboard.press("Enter")
    expect(bram.locator(".proposal")).to_contain_text("het hele team")
    over("propose_until")


def consent(mia, anna):
    mia.reload()
    found = faults_of(mia, LOOKS[:1])
    mia.get_by_role("button", name="I consent").click()
    expect(mia.locator(".proposal")).to_contain_text("3 consent:")
    anna.reload()
    anna.get_by_role("button", name="I consent").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("main")).to_contain_text("It was decided.")
    return found


def learn(anna):
    """Two months later the figure has spoken, and the team says what it does now."""
    long_ago = timezone.localdate() - timedelta(days=60)
    Experiment.objects.filter(debate__question=QUESTION).update(
        decided_on=long_ago, review_on=long_ago + timedelta(days=50)
    )
    Debate.objects.select_related("team").get(question=QUESTION).evaluate(at=timezone.now())
    anna.reload()
    anna.get_by_label("we keep it").check()
    anna.get_by_label("what do we learn?").fill("Ask who sent them")
    anna.keyboard.press("Enter")
    expect(anna.locator("[id^=experiment]")).to_contain_text("Ask who sent them")
