"""Anna leads looking back at a month, Bram writes along in Dutch, Mia reads what was published."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dashboards.periods import PeriodKind, last_closed
from reviews.models import Question
from tests import looking_back
from tests.browser.cupboard import PHONE
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_from_the_first_page_to_what_a_manager_reads(browse, lived, watch):
    watch.foresee("422 POST")
    month = last_closed(PeriodKind.MONTH, timezone.now(), lived.team.zone)
    looking_back.asked(lived.team, at=timezone.now(), month=month)
    anna, bram = browse(lived.anna.user), browse(lived.bram.user, locale="nl-NL")

    anna.goto(lived.page(""))
    anna.get_by_role("link", name="Look back together").click()
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_role("button", name="Begin, and lead it").click()
    expect(anna.locator("main")).to_contain_text("Led by Anna.")
    anna.get_by_role("button", name="Conclude it").click()
    expect(anna.locator(".errorlist").first).to_contain_text("Answer all six questions first.")
    page = anna.url.removesuffix("end/")

    bram.goto(page)
    for question in Question:
        bram.locator(f"[name={question}]").fill(f"Antwoord op {question}")
    found += faults_of(bram, LOOKS[1:3])
    bram.get_by_role("button", name="Bewaar onze antwoorden").focus()
    bram.keyboard.press("Enter")
    expect(bram.locator("[role=status]").first).to_contain_text("Dat staat genoteerd.")
    bram.get_by_text("Spreek iets af met ons allemaal").focus()
    bram.keyboard.press("Enter")
    bram.get_by_label("dan …").fill("bellen we dezelfde dag terug")
    bram.get_by_label("Hoe ziet de ander het?").fill("het staat op de deal")
    bram.get_by_label("Tot wanneer?").fill(f"{timezone.localdate():%Y}-12-31")
    bram.keyboard.press("Enter")
    expect(bram.locator("main ul")).to_contain_text("bellen we dezelfde dag terug")

    anna.goto(page)
    anna.get_by_label("What happened, as our figures tell it?").last.check()
    anna.get_by_role("button", name="Conclude it").click()
    expect(anna.locator(".pill").first).to_have_text("Concluded")
    found += faults_of(anna, LOOKS[1:3])

    mia = browse(lived.mia, **PHONE)
    mia.goto(lived.page("evaluations"))
    mia.locator(".promise a").click()
    expect(mia.locator("main")).to_contain_text("Antwoord op happened")
    expect(mia.locator("main")).not_to_contain_text("Antwoord op wanted")
    found += faults_of(mia, LOOKS[1:3])
    assert found == []
