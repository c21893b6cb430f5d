"""The whole table of rights: every address, everybody, every way of asking, every state."""

import json
import logging
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from crm.models import Deal
from tests.evidence import undone
from tests.rights.marks import OURS, SPEAKING, THEIRS, found_in
from tests.rights.matrix import BODIES, Asker, address, addresses, nothing, walk
from tests.rights.table import METHODS, NoRow, rights
from tests.rights.world import SCENES, World

NAMES = sorted({name for name, _parts in addresses()})
LISTS = [
    pytest.param(name, one, id=f"{name}{one['asked']}")
    for one in rights().lists
    for name in one["names"]
]


@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_what_the_table_says_and_not_a_word_more(
    asker: Asker, settings, caplog, name: str
):
    # The demo shows its people by name on every page; only its own addresses are asked in it.
    settings.DEMO = name in SPEAKING
    caplog.set_level(logging.DEBUG)

    found = walk(asker, rights(), [name])

    assert found.failures == []
    assert found.leaks == []
    assert found_in(caplog.text, (*OURS, *THEIRS)) == []
    assert found.cells


@pytest.mark.parametrize(("name", "one"), LISTS)
def test_a_list_holds_exactly_what_the_table_says(asker: Asker, name: str, one: dict[str, Any]):
    url = reverse(name, args=[asker.world.ours.team.slug]) + one["asked"]
    found, wanted = {}, {}
    for group, states in one["holds"].items():
        for person in rights().groups[group]:
            seen = asker.ask(person, "GET", url)
            assert seen.response.status_code == 200, (person, url)
            found[person] = deals_in(seen.response, asker.world)
            wanted[person] = sorted(states)

    assert found == wanted


def deals_in(response: HttpResponse, world: World) -> list[str]:
    """The deals that an answer shows or leads to, by their state; others by their address."""
    if response.headers["Content-Type"] == "application/json":
        told = json.loads(response.content)
        rows = told.get("results") or [
            deal for column in told.get("columns", []) for deal in column["deals"]
        ]
        known = {deal.pk: state for state, deal in world.ours.deals.items()}
        return sorted(known.get(row["id"], str(row["id"])) for row in rows)
    addresses = set(re.findall(r"/teams/([\w-]+/deals/\d+)/\"", response.content.decode()))
    team = world.ours.team.slug
    named = {f"{team}/deals/{deal.number}": state for state, deal in world.ours.deals.items()}
    return sorted(named.get(each, each) for each in addresses)


def test_whoever_has_several_teams_sees_those_and_no_other(asker):
    page = asker.ask("both", "GET", reverse("teams")).response.content.decode()

    assert set(re.findall(r"/teams/([\w-]+)/", page)) == {
        asker.world.ours.team.slug,
        asker.world.theirs.team.slug,
    }
    for person in ("former member", "former manager"):
        page = asker.ask(person, "GET", reverse("teams")).response.content.decode()
        assert "/teams/" not in page, person


def test_nothing_is_changed_without_the_token_of_its_form(world):
    asker, refused = Asker(world, enforce_csrf_checks=True), []
    for name in NAMES:
        thing = rights().thing_of(name)
        person = "administrator" if name.startswith(("admin:", "health")) else "member"
        with undone():
            scene = SCENES[thing.name][thing.states[0]](world)
            sent = BODIES.get(name, nothing)(world, scene)
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                seen = asker.ask(person, method, address(name, scene), sent)
                # What nobody may send anyhow is refused for that, token or none.
                if seen.response.status_code not in {403, 405} or seen.changed:
                    refused.append(f"{name} {method}: {seen.response.status_code}")

    assert refused == []


class TestTheTable:
    def test_has_one_row_for_every_address(self):
        for name in NAMES:
            assert rights().row(name), name

    def test_has_no_row_for_an_address_that_is_gone(self):
        for row in rights().rows:
            for one in row.names:
                assert any(fnmatchcase(name, one) for name in NAMES), one

    def test_says_which_row_is_missing(self, asker):
        assert walk(asker, rights(), ["crm:new-page"]).failures == [
            'add to tests/rights.toml: [[url]] names = ["crm:new-page"] with its door'
        ]

    def test_says_which_state_is_missing(self):
        with pytest.raises(NoRow, match=r'add "paused" to the states of \[things.deal\]'):
            rights().answer("crm:deal", "member", "GET", "paused")

    def test_says_which_way_of_asking_is_missing(self):
        with pytest.raises(NoRow, match="says nothing about COPY by member; add it"):
            rights().answer("crm:deal", "member", "COPY", "open")

    def test_has_a_word_for_every_person_and_way_of_asking(self):
        for name in NAMES:
            for state in rights().thing_of(name).states:
                for person in rights().people:
                    for method in METHODS:
                        assert rights().answer(name, person, method, state)

    def test_knows_every_state_that_can_be_built(self):
        known = {thing.name: set(thing.states) for thing in rights().things.values()}

        assert known == {name: set(states) for name, states in SCENES.items()}

    def test_knows_every_outcome_of_a_deal(self):
        assert set(Deal.Outcome.values) <= set(rights().things["deal"].there)

    def test_speaks_of_the_people_of_the_world(self, world):
        assert set(world.people) == set(rights().people)
