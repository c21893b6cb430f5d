"""Every address passes exactly one door. Who comes in by it stands in tests/rights.toml.

The addresses are read from the resolver, so a new one takes part by itself: it needs a door, and
for each part of its address a value in `parts`.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agreements.forms import ACTS
from config.urls import urlpatterns
from crm import exports
from crm.bulk import BulkChange, change_many
from crm.models import Export, SavedView, Source
from dashboards.jobs import publish_period
from dashboards.periods import Period
from debates.api.turns import TURNS
from debates.turns import OF_MEMBERS
from teams.models import Division, Invitation
from tests import builders, debating, looking_back, reviewing

# Pages of libraries, with doors of their own: tests/teams/test_administration.py and
# tests/teams/test_signing_in.py look at each of them.
BY_PREFIX = ("admin/", "accounts/")
PUBLIC = {"theme", "demo-sign-in", "invitation", "question", "set_language"}
OWN = {
    *("teams", "profile", "recorded", "copy", "copy-file", "copy-api", "strip", "start-team"),
    *("schema", "rooms", "compared"),
}
# The only pages of a team on which its manager may write: what they promise, what they have read,
# what they get by mail, what law and safety ask of the team, what they keep off, when they had to
# act all the same, the frame of the charter, and what they say in a debate.
PARTICIPANT = {
    "agreements:new",
    "agreements:act",
    "agreements:procedure-shield",
    "agreements-api:shield",
    "agreements:contract",
    "agreements-api:contract",
    "agreements:interventions",
    "agreements-api:interventions",
    "frame",
    "frame-withdrawal",
    "teams-api:frame",
    "teams-api:frame-withdrawal",
    "debates:new",
    "debates:turn",
    "debates-api:debates",
    *(f"debates-api:{turn}" for turn in set(TURNS) - OF_MEMBERS),
    "dashboards:receipt",
    "dashboards:by-mail",
    "dashboards-api:by-mail",
    "agreements-api:agreements",
    *(f"agreements-api:{act}" for act in ACTS),
}
OF_A_TEAM = {"member", "reader", "reader member", "participant", "reader participant"}
WRITING = ("post", "put", "patch", "delete")
PART = re.compile(r"<(?:\w+:)?(\w+)>")


class Address(NamedTuple):
    """One address: its full name, how it is written, its door and the parts to fill in."""

    name: str
    route: str
    door: str
    parts: frozenset[str]

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    @property
    def reads(self) -> bool:
        return "reader" in self.door


def addresses() -> list[Address]:
    return [found for found in walk(get_resolver()) if not found.route.startswith(BY_PREFIX)]


def walk(resolver: URLResolver, route: str = "", space: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern, here, inner)
        else:
            yield Address(f"{space}{pattern.name}", here, door_of(pattern), parts_of(here))


def door_of(pattern: URLPattern) -> str:
    return getattr(pattern.callback, "door", "none")


def parts_of(route: str) -> frozenset[str]:
    return frozenset(PART.findall(route))


def of_a_team() -> list[Address]:
    return [found for found in addresses() if "team_slug" in found.parts]


@pytest.fixture
def parts(team, deal, stages, anna, now) -> dict[str, object]:
    """A value for each part of an address: things that are there, in the team of Anna."""
    contact, proposal, *_ = stages
    entry = deal.move_to(proposal, seen_in=contact, by=anna, at=now + timedelta(minutes=1))
    report = publish_period(team, Period.parse("2026-W47"), at=now)
    export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
    exports.write(export, at=now)
    invitation = Invitation.objects.invite("dora@example.com", "Dora", by=anna, at=now)
    said = builders.said(deal, by=anna, at=now)
    return {
        "team_slug": team.slug,
        "number": deal.number,
        "entry": entry.pk,
        "pipeline": deal.pipeline_id,
        "interaction": said.pk,
        "file": builders.attached(deal, by=anna, at=now).pk,
        "note": builders.noted(deal, by=anna, at=now).pk,
        "activity": builders.planned(deal, by=anna, at=now).pk,
        "period": str(report.period),
        "kpi": "win-rate",
        "month": str(looking_back.asked(team, at=now).month),
        "invitation": invitation.pk,
        "token": invitation.token,
        "export": export.pk,
        "edit": change_many([deal], BulkChange(owner=anna.user), by=anna, at=now).pk,
        "view": SavedView.objects.add("Large", {}, own=False, by=anna, at=now).pk,
        "version": 1,
        "field": builders.field(by=anna, at=now).pk,
        "rule": builders.rule(by=anna, at=now).pk,
        "word": "sources",
        "choice": builders.chosen(Source, team, "Fair").pk,
        **builders.customer(deal, by=anna, at=now),
        **builders.doubles(by=anna, at=now),
        "agreement": builders.contested(anna, "of ours", at=now).pk,
        "act": "witness",
        "procedure": builders.procedure(by=anna, at=now).pk,
        "deed": "trial",
        "intervention": builders.stepped_in(team, at=now).pk,
        "debate": debating.opened(by=anna, at=now, slug="win-rate").pk,
        **reviewing.parts(by=anna, at=now),
        "turn": "point",
        "kind": "procedure",
        "start": builders.procedure("Monday report", by=anna, at=now, is_on_trial=True).pk,
        "objective": builders.wanted("deals-won", by=anna, at=now).pk,
        "charter": (
            team.charter_versions.proposed().first() or builders.chartered(by=anna, at=now)
        ).pk,
        "role": (role := builders.role("Answers the phone", by=anna, at=now)).pk,
        "nomination": builders.nominated(role, anna, by=anna, at=now).pk,
        "division": (
            team.divisions.under_way().first() or Division.objects.plan(by=anna, at=now)
        ).pk,
        "answer": "end",
        "link": builders.question(deal.pipeline, by=anna, at=now).link,
    }


def url_of(address: Address, parts: dict[str, object]) -> str:
    return reverse(address.name, kwargs={part: parts[part] for part in address.parts})


def ask(client: Client, method: str, address: Address, parts: dict[str, object]) -> HttpResponse:
    kind = {"content_type": "application/json"} if address.is_api else {}
    data = {} if method in {"get", "head", "post"} else "{}"
    return getattr(client, method)(url_of(address, parts), data, **kind)


def statuses(client: Client, method: str, asked: list[Address], parts) -> dict[str, int]:
    return {each.name: ask(client, method, each, parts).status_code for each in asked}


class TestTheList:
    def test_every_address_has_a_door(self):
        assert [found for found in addresses() if found.door == "none"] == []

    def test_every_address_has_a_name_of_its_own(self):
        names = [found.name for found in addresses()]

        assert sorted(names) == sorted(set(names))

    def test_the_prefixes_of_the_libraries_are_all_there_is_besides(self):
        prefixes = {str(found.pattern) for found in urlpatterns if isinstance(found, URLResolver)}

        assert set(BY_PREFIX) <= prefixes

    @pytest.mark.parametrize(
        ("door", "listed"), [("public", PUBLIC), ("own", OWN), ("participant", PARTICIPANT)]
    )
    def test_the_wider_doors_are_listed_by_name(self, door, listed):
        found = {each.name for each in addresses() if each.door.split()[-1] == door}

        assert found == listed

    def test_an_address_of_a_team_passes_a_door_of_a_team_and_no_other_does(self):
        for found in addresses():
            assert ("team_slug" in found.parts) == (found.door in OF_A_TEAM), found

    def test_every_part_of_an_address_has_a_value(self, parts):
        wanted = {part for found in addresses() for part in found.parts}

        assert wanted - set(parts) == set(), "add a value to the fixture `parts`"


def test_every_form_that_changes_something_carries_its_token(annas, parts):
    forms = [
        form
        for each in of_a_team()
        if each.reads and not each.is_api
        for form in re.findall(
            # What is no page, a PDF say, need not be text.
            r"<form\b.*?</form>",
            ask(annas, "get", each, parts).content.decode(errors="replace"),
            re.DOTALL,
        )
        if 'method="post"' in form
    ]

    assert len(forms) > 10
    assert [form for form in forms if "csrfmiddlewaretoken" not in form] == []
