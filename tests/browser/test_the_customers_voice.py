"""The customer answers the one question on a phone, and the team reads it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import Asking, Question, StageDraft
from tests.browser.cupboard import PHONE
from tests.browser.pages import KAPSALON
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


@pytest.fixture
def link(world):
    """Where the customer of a deal answers that was won a moment ago."""
    now = timezone.now()
    world.pipeline.change(
        [StageDraft.of(stage) for stage in world.pipeline.stages.in_order()],
        reason="We want to know",
        seen=1,
        asks_customer=Asking.WON,
        by=world.anna,
        at=now,
    )
    world.move(KAPSALON, "Delivered", by=world.anna, at=now)
    return f"/questions/{Question.objects.get(deal=world.deal(KAPSALON)).link}/"


def test_an_answer_comes_in_once_and_is_read(browse, world, link):
    page = browse(**PHONE, locale="nl-NL")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Rijnmond stelt je één vraag")
    found = faults_of(page, LOOKS[2:])
    page.get_by_label("Heel goed").tap()
    page.get_by_label("Wat moeten we weten?").fill("Jullie belden terug")
    page.get_by_role("button", name="Verstuur mijn antwoord").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dank je wel")
    found += faults_of(page, LOOKS[2:])
    page.goto(link)
    expect(page.get_by_role("radio")).to_have_count(0)

    annas = browse(world.anna.user)
    annas.goto(world.page("answers"))
    answer = annas.locator(".stream li")
    expect(answer).to_contain_text("Very well (5 of 5)")
    expect(answer.locator("blockquote")).to_have_text("Jullie belden terug")
    expect(answer.locator("blockquote")).to_have_attribute("lang", "nl")
    assert found + faults_of(annas, LOOKS[1:3]) == []
