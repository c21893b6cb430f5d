"""Bram plans with the keyboard how the team divides, all say yes, and he divides it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from teams.models import Division, Team
from tests import builders
from tests.browser.pages import KAPSALON
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_a_team_becomes_two(browse, world):
    team, at = world.team, timezone.now() - timedelta(minutes=5)
    for name in ("Dora", "Emil", "Fem", "Gijs"):
        builders.member(name, team, at=at)
    bram = browse(world.bram.user)
    bram.goto(world.page("people"))
    bram.get_by_role("link", name="Divide the team").click()
    bram.get_by_role("button", name="Begin a plan").press("Enter")
    expect(bram.locator("main")).to_contain_text("At least 3 people go")
    for name in ("Bram", "Dora", "Emil"):
        bram.get_by_role("checkbox", name=name).press("Space")
    found = faults_of(bram, LOOKS)
    bram.get_by_role("button", name="They go along").press("Enter")
    bram.get_by_role("link", name="Choose").press("Enter")
    bram.get_by_role("checkbox", name=KAPSALON).press("Space")
    found += faults_of(bram, LOOKS)
    bram.get_by_role("button", name="Keep the choice").press("Enter")
    expect(bram.get_by_role("checkbox", name=KAPSALON)).to_be_checked()
    bram.get_by_role("link", name="Divide the team").press("Enter")
    expect(bram.locator("main")).to_contain_text("1 customer goes along with 1 open deal.")
    bram.get_by_label("How is the new team called?").fill("Merwede")
    bram.get_by_label("What is it for, in a few words?").fill("The ports")
    bram.get_by_label("Why do we divide?").fill("We are many")
    bram.get_by_role("button", name="Write it in the plan").press("Enter")
    bram.get_by_role("button", name="Lay it before all of us").press("Enter")
    expect(bram.locator("main")).to_contain_text("no answer yet")
    found += faults_of(bram, LOOKS)
    anna = browse(world.anna.user, locale="nl-NL")
    anna.goto(world.page("division"))
    expect(anna.locator("main")).to_contain_text("4. We zijn het allemaal eens")
    found += faults_of(anna, LOOKS[1:3])
    anna.get_by_role("button", name="Ik stem in").press("Enter")
    expect(anna.locator("main")).to_contain_text("Anna: stemt in")
    plan = Division.objects.select_related("team").get()
    for each in (
        team.memberships.current()
        .exclude(user__in=[world.bram.user, world.anna.user])
        .select_related("user")
    ):
        plan.consent(by=each, at=timezone.now())
    bram.reload()
    expect(bram.locator("main")).to_contain_text("That cannot be taken back.")
    found += faults_of(bram, LOOKS)
    bram.get_by_role("button", name="Divide now").press("Enter")

    expect(bram.locator("main")).to_contain_text("we were a part of Rijnmond")
    new = Team.objects.get(name="Merwede")
    assert bram.url.endswith(f"/teams/{new.slug}/")
    assert {person.name for person in new.people()} >= {"Dora", "Emil"}
    deal = new.deals.get()
    bram.goto(f"/teams/{new.slug}/deals/{deal.number}/")
    expect(bram.locator("main")).to_contain_text(f"with Rijnmond as number {deal.arrival.number}")
    found += faults_of(bram, LOOKS)
    anna.goto(world.page(f"deals/{deal.arrival.number}"))
    expect(anna.locator("main")).to_contain_text("Merwede")
    assert found + faults_of(anna, LOOKS[1:3]) == []
