"""Anna, Bram (in Dutch) and Mia (on her phone) walk the chain from the customers to the effect."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.models import StageDraft
from tests import builders, debating
from tests.browser.cupboard import PHONE
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser

WHY = "The customer waits for the first call"


def test_a_change_is_tied_to_its_decision_and_walked_both_ways(browse, lived, watch):
    now = timezone.now()
    debate = debating.agreed(by=lived.anna, at=now - timedelta(days=100))
    debate.evaluate(at=now)
    pipeline = lived.team.pipelines.in_order()[0]
    drafts = [StageDraft.of(stage) for stage in pipeline.stages.in_order()]
    seen = pipeline.current_revision().number
    pipeline.change(drafts, name="We call first", reason=WHY, seen=seen, by=lived.anna, at=now)
    tried = builders.procedure("Call list on paper", by=lived.anna, at=now, is_on_trial=True)
    anna, mia = browse(lived.anna.user), browse(lived.mia, **PHONE)
    bram = browse(lived.bram.user, locale="nl-NL")

    found = tie_the_version(anna, lived.page(f"processes/{pipeline.pk}"))
    found += walk_on(anna)
    tie_the_procedure(bram, lived.page(f"procedures/{tried.pk}"))
    found += read_along(mia, lived.page(f"debates/{debate.pk}"))

    assert found == []


def tie_the_version(anna, editor):
    """With the keyboard alone: the version says from which decision it comes."""
    anna.goto(editor)
    expect(anna.locator("main")).to_contain_text("No debate stands behind this.")
    anna.locator("summary", has_text="Say where it comes from").focus()
    anna.keyboard.press("Enter")
    anna.get_by_label("Which decision does it come from?").select_option(index=1)
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_role("button", name="Say so").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("h1")).to_have_text("From the customers to the effect")
    return found


def walk_on(anna):
    """From the version back to the debate, and forward to what the figure said."""
    main = anna.locator("main")
    expect(main.locator("[aria-current=true]")).to_contain_text(WHY)
    expect(main).to_contain_text("No signal stands behind it")
    expect(main).to_contain_text("It is to be kept by")
    expect(main).to_contain_text("weeks since the decision")
    found = faults_of(anna, LOOKS[1:3])
    anna.get_by_role("link", name="What happened in").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("h1")).to_contain_text("Deals won")
    anna.go_back()
    anna.get_by_role("link", name="asked on").click()
    anna.get_by_role("link", name="The whole chain").first.click()
    expect(main.locator("[aria-current=true]")).to_contain_text("It was decided.")
    return found


def tie_the_procedure(bram, page):
    bram.goto(page)
    bram.locator("summary", has_text="Zeg waar het vandaan komt").click()
    bram.get_by_label("Uit welk besluit komt het voort?").select_option(index=1)
    bram.get_by_role("button", name="Zeg het").click()
    expect(bram.locator("h1")).to_have_text("Van de klanten tot het effect")
    expect(bram.locator("main")).to_contain_text("We proberen het tot")


def read_along(mia, room):
    """A manager walks it as well, and says nothing."""
    mia.goto(room)
    mia.get_by_role("link", name="The whole chain").first.click()
    main = mia.locator("main")
    expect(main).to_contain_text(WHY)
    expect(main).to_contain_text("Call list on paper")
    expect(main.get_by_role("button")).to_have_count(0)
    return faults_of(mia, LOOKS[:1])
