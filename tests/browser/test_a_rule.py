"""A member writes a rule down, sees what it would have done, and keeps it."""

import pytest
from playwright.sync_api import expect

from crm.models import Rule
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_a_rule_is_written_tried_and_kept(browse, world):
    page = browse(world.anna.user)
    page.goto(world.deals.replace("/deals/", "/rules/"))
    page.get_by_role("link", name="New rule").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Plan an activity").fill("Call the customer")
    page.get_by_label("Tell another program").fill("https://hooks.example/deals")
    page.get_by_label("Field", exact=True).select_option("amount")
    page.get_by_role("button", name="Add a condition").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount: How")).to_be_focused()
    page.get_by_label("Amount: How").select_option("between")
    expect(page.get_by_label("Amount: Until")).to_be_visible()
    page.get_by_label("Amount: How").select_option("at-least")
    expect(page.get_by_label("Amount: Until")).to_have_count(0)
    page.get_by_label("Amount: Value").fill("1")
    expect(page.get_by_label("Plan an activity")).to_have_value("Call the customer")
    page.get_by_label("Name").fill("Call whoever is new")

    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("It would have worked")).to_be_visible()
    found = faults_of(page, LOOKS[1:3])
    page.get_by_label("Name").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Call whoever is new")
    expect(page.get_by_text("Amount is at least 1")).to_be_visible()
    page.get_by_role("button", name="Make a new secret").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("it is not shown again")).to_be_visible()
    rule = Rule.objects.get()
    expect(page.get_by_text(rule.hook_secret)).to_be_visible()
    assert rule.conditions == [[["amount", "at-least", "1"]]]
    assert found + faults_of(page, LOOKS[1:3]) == []
