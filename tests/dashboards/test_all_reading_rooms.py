"""Whoever reads several teams: first where something changed, then the calm ones, by name."""

import pytest
from django.urls import reverse

from dashboards import kpis
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline
from dashboards.periods import Period
from tests import builders

WEEKS = list(Period.parse("2026-W21").through(Period.parse("2026-W47")))
WINS = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3, 5, 3, 4, 6, 4]


def a_team(name, mia, now, *, last):
    """A team that Mia reads, with a settled half year and one last week."""
    team = builders.team(name, at=now)
    team.link_manager(mia.user, by=None, at=now)
    member = builders.member(f"Somebody of {name}", team, at=now)
    pipeline = builders.pipeline(team, at=now)
    builders.many_won(
        pipeline,
        [
            week.start(team.zone)
            for week, wins in zip(WEEKS, [*WINS, last], strict=True)
            for _ in range(wins)
        ],
    )
    update_figures(team, since=WEEKS[0].start(team.zone), at=now)
    won = kpis.get("deals-won")
    Baseline.sign(won, WEEKS[0], WEEKS[25], by=member, at=now, reason="A calm half year")
    publish_period(team, WEEKS[-1], at=now)
    return team


def rooms_of(client):
    return client.get(reverse("rooms")).context["rooms"]


def test_what_changed_comes_first_and_teams_stand_by_name(mias, mia, team, now):
    for name, last in (("Zeeland", 14), ("Brabant", 4), ("Achterhoek", 4), ("Drenthe", 15)):
        a_team(name, mia, now, last=last)

    found = rooms_of(mias)

    assert [room.team for room in found.changed] == ["Drenthe", "Zeeland"]
    assert [room.team for room in found.calm] == ["Achterhoek", "Brabant"]
    assert [room.team for room in found.waiting] == ["Rijnmond"]
    assert found.changed[0].headline == "One thing changed. The rest is business as usual."
    assert [(one.name, one.word) for one in found.changed[0].changes] == [("Deals won", "better")]
    assert found.calm[0].headline == "Nothing changed. It is business as usual."


def test_it_leads_to_what_changed_in_the_room_of_the_team(mias, mia, team, now):
    zeeland = a_team("Zeeland", mia, now, last=14)

    content = mias.get(reverse("rooms")).content.decode()

    room = reverse("dashboards:reading", args=[zeeland.slug])
    assert f'href="{room}#kpi-deals-won"' in content
    assert "Somebody of" not in content


def test_teams_of_others_are_not_there(mias, annas, mia, team, other_team, carla, now):
    a_team("Zeeland", mia, now, last=4)

    assert [room.team for room in rooms_of(mias).all] == ["Zeeland", "Rijnmond"]
    assert [room.team for room in rooms_of(annas).all] == ["Rijnmond"]


def test_whoever_reads_nothing_is_told_so(client, db):
    client.force_login(builders.person("Dora"))

    assert "You read no team yet." in client.get(reverse("rooms")).content.decode()


def test_the_choice_of_a_team_leads_there(mias, annas, mia, team, now):
    two = builders.team("Zeeland", at=now)
    two.link_manager(mia.user, by=None, at=now)

    assert f'href="{reverse("rooms")}"' in mias.get(reverse("teams")).content.decode()
    assert annas.get(reverse("teams")).status_code == 302


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_costs_the_same_however_many_teams(
    mias, mia, team, now, more, django_assert_num_queries
):
    for nth in range(more):
        a_team(f"Team {nth}", mia, now, last=4)

    with django_assert_num_queries(10 + 1):
        mias.get(reverse("rooms"))
