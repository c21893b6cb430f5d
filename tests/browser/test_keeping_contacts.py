"""Who a contact is, is kept for so long: said, looked at and ended from the keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import Contact
from tests import builders
from tests.browser.test_everybody_can_use_it import faults_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "months", "sure", "do", "at_work"),
    [
        (
            "en",
            "Months after the last contact",
            "I know that this cannot be undone",
            "Anonymise them for good",
            "They are being anonymised.",
        ),
        (
            "nl",
            "Maanden na het laatste contact",
            "Ik weet dat dit niet ongedaan kan worden gemaakt",
            "Anonimiseer ze voorgoed",
            "Ze worden geanonimiseerd.",
        ),
    ],
)
def test_somebody_silent_is_anonymised_from_the_keyboard(
    browse, world, language, months, sure, do, at_work
):
    long_ago = timezone.now() - timedelta(days=900)
    jan = Contact.objects.create(name="Jan de Wit")
    deal = builders.deal(world.pipeline, by=world.anna, at=long_ago, contact=jan)
    builders.won(deal, by=world.anna, at=long_ago)
    page = browse(world.anna.user, locale=language)
    page.goto(world.page("retention"))
    page.get_by_label(months).fill("24")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Jan de Wit")).to_be_visible()
    found = faults_of(page)

    page.get_by_role("checkbox", name=sure).press("Space")
    page.get_by_role("button", name=do).press("Enter")

    expect(page.locator("main")).to_contain_text(at_work)
    assert found == []
