"""What a team that came of a division reads of the one it was a part of: the reports until then."""

import html
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from dashboards import before
from dashboards.models import Report
from dashboards.periods import Period
from teams import wall
from tests import builders

FIRST, SECOND = Period.parse("2026-W46"), Period.parse("2026-W47")


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def later(now):
    return now + timedelta(days=3)


@pytest.fixture
def new(anna, bram, mia, now, later):
    """The team in which Bram is now; the old one goes on reporting."""
    goes = [bram, *(builders.member(name, anna.team, at=now) for name in ("Dora", "Emil"))]
    for name in ("Fem", "Gijs"):
        builders.member(name, anna.team, at=now)
    Report.publish(anna.team, FIRST, {"kpis": [], "restated": [], "words": "ijsvogel"}, at=now)
    plan = builders.agreed_division(goes, by=anna, at=now)
    made = plan.carry_out(by=anna, at=later)
    Report.publish(
        anna.team,
        SECOND,
        {"kpis": [], "restated": [], "words": "wielewaal"},
        at=later + timedelta(1),
    )
    return made


def words_of(response):
    return " ".join(html.unescape(strip_tags(response.content.decode())).split())


def asking(user):
    client = Client()
    client.force_login(user)
    return client


class TestReading:
    def test_those_until_the_division_and_no_later_one(self, new):
        assert [each.period for each in before.listed(new)] == [FIRST]
        assert before.found(new, FIRST)
        assert before.found(new, SECOND) is None

    def test_a_team_of_its_own_reads_none(self, new, anna, carla):
        for team in (anna.team, carla.team):
            assert before.listed(team) == []
            assert before.found(team, FIRST) is None

    @pytest.mark.parametrize("who", ["bram", "mia"])
    def test_members_and_managers_find_the_way(self, new, request, who):
        client = asking(request.getfixturevalue(who).user)
        page = reverse("dashboards:before", args=[new.slug])
        for name in ("home", "dashboards:figures", "dashboards:reading"):
            shown = words_of(client.get(reverse(name, args=[new.slug])))
            assert "Until 26 November 2026 we were a part of Rijnmond." in shown

        listed = words_of(client.get(page))
        read = words_of(client.get(f"{page}2026-W46/"))

        assert "46" in listed
        assert "47" not in listed
        assert "Rijnmond" in read
        assert client.get(f"{page}2026-W47/").status_code == 404

    def test_programs_read_the_same(self, new, bram):
        root, client = f"/api/v1/teams/{new.slug}/reports/before/", asking(bram.user)

        assert [each["period"] for each in client.get(root).json()] == ["2026-W46"]
        assert "ijsvogel" in client.get(f"{root}2026-W46/").json()["content"]
        assert client.get(f"{root}2026-W47/").status_code == 404

    def test_the_wall_is_as_it_was_afterwards(self, new, anna):
        wall.open_for([new.pk])

        assert before.found(new, FIRST)
        assert not Report.objects.filter(team=anna.team).exists()

    def test_nothing_else_of_the_old_team_is_read(self, new, anna, bram):
        client = asking(bram.user)

        for name in ("home", "people", "dashboards:reading", "dashboards:figures"):
            assert client.get(reverse(name, args=[anna.team.slug])).status_code == 404
