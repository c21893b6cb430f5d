"""Leaving one's team, moving to another, how large a team is, and how one ends."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from dashboards.jobs import draft, measure_team, plan_reports, publish
from dashboards.models import Measurement, Report
from dashboards.periods import Period
from teams.models import (
    Invitation,
    Job,
    LogEntry,
    ManagerLink,
    Membership,
    StalePlace,
    Team,
    TeamError,
)
from tests import builders, racing
from tests.teams.test_membership import fill
from tests.teams.test_roles import held_on


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def page(team):
    return reverse("leaving", args=[team.slug])


class TestLeaving:
    def test_somebody_leaves_after_reading_what_happens(self, annas, anna, bram, page, now):
        role = builders.role(by=anna, at=now)
        builders.nominated(role, anna, by=anna, at=now).consent(by=bram, at=now)
        shown = annas.get(page).content.decode()
        assert "What you did stays" in shown
        assert "Keeps the board" in shown
        assert "dissolved" not in shown

        answer = annas.post(page)

        assert (answer.status_code, answer.url) == (302, "/")
        assert not Membership.objects.current().filter(user=anna.user).exists()
        assert held_on(role, now.date()) is None
        assert annas.get(page).status_code == 404
        assert LogEntry.objects.filter(kind="teams.member.left", actor=anna.user).exists()

    def test_with_the_last_one_the_team_is_dissolved(self, annas, anna, mia, page, team):
        assert "That cannot be taken back" in annas.get(page).content.decode()
        answer = annas.post(page, {"name": "Veluwe"})
        assert answer.status_code == 422
        assert "called otherwise" in answer.content.decode()
        assert annas.post(page, {}).status_code == 422

        assert annas.post(page, {"name": "rijnmond"}).status_code == 302

        team.refresh_from_db()
        assert team.dissolved_at
        assert not ManagerLink.objects.current().filter(team=team).exists()

    def test_a_program_says_that_the_last_one_dissolves_the_team(self, annas, anna, team):
        door = "/api/v1/teams/rijnmond/leaving/"
        assert annas.post(door, {}, "application/json").status_code == 400
        answer = annas.post(door, {"dissolves": False}, "application/json")
        assert (answer.status_code, "the last one" in answer.json()["detail"]) == (409, True)

        answer = annas.post(door, {"dissolves": True}, "application/json")

        assert (answer.status_code, answer.json()) == (200, {"dissolves": True})
        team.refresh_from_db()
        assert team.dissolved_at

    def test_whoever_became_the_last_meanwhile_looks_once_more(self, anna, now):
        with pytest.raises(StalePlace, match="the last one now"):
            anna.step_out(dissolves=False, at=now)

        assert anna.team.memberships.current().exists()

    def test_the_page_counts_anew_for_whoever_was_slower(
        self, annas, anna, bram, page, now, monkeypatch
    ):
        as_it_is = Membership.step_out

        def slower(self, **how):
            bram.leave(by=None, at=now)
            as_it_is(self, **how)

        monkeypatch.setattr(Membership, "step_out", slower)

        answer = annas.post(page)

        assert answer.status_code == 409
        assert "Look once more" in answer.content.decode()
        assert "Leave and dissolve the team" in answer.content.decode()

    def test_of_a_team_that_somebody_joined_meanwhile_they_only_leave(self, anna, bram, now):
        anna.step_out(dissolves=True, at=now)

        anna.team.refresh_from_db()
        assert anna.team.dissolved_at is None

    @pytest.mark.django_db(transaction=True)
    def test_of_the_last_two_one_is_told_that_they_are_the_last(self, anna, bram, now):
        def scene():
            Membership.objects.filter(team=anna.team).update(until_at=None)
            both = [Membership.objects.get(pk=each.pk) for each in (anna, bram)]
            first, second = (
                lambda member=member: member.step_out(dissolves=False, at=now) for member in both
            )
            return first, second

        for told in racing.meetings(scene):
            assert [isinstance(each, StalePlace) for each in told].count(True) == 1, told
            assert anna.team.memberships.current().count() == 1


class TestMoving:
    def test_is_one_step(self, anna, bram, other_team, admin, now):
        place = anna.move_to(other_team, by=admin, at=now)

        assert place.team == other_team
        assert not anna.team.memberships.current().filter(user=anna.user).exists()

    def test_into_a_full_team_moves_nobody(self, anna, bram, other_team, admin, now):
        fill(other_team, 50, at=now)

        with pytest.raises(TeamError, match="full"):
            anna.move_to(other_team, by=admin, at=now)

        assert anna.team.memberships.current().filter(user=anna.user).exists()

    def test_is_done_by_an_administrator(self, admin, anna, bram, other_team):
        desk, page = builders.browser(admin), reverse("admin:teams_membership_changelist")
        sent = {"action": "move_now", "_selected_action": [anna.pk], "team": other_team.pk}

        desk.post(page, sent)

        assert list(other_team.people()) == [anna.user]
        answer = desk.post(page, sent, follow=True)
        assert "already left this team" in answer.content.decode()

    @pytest.mark.parametrize(
        ("chosen", "told"),
        [("", "Say to which team."), ("0", "No action selected."), ("x", "No action selected.")],
    )
    def test_asks_to_which_team(self, admin, anna, chosen, told):
        desk, page = builders.browser(admin), reverse("admin:teams_membership_changelist")
        sent = {"action": "move_now", "_selected_action": [anna.pk], "team": chosen}

        answer = desk.post(page, sent, follow=True)

        assert told in answer.content.decode()
        assert anna.team.memberships.current().exists()


class TestDissolving:
    def test_a_team_with_members_is_not_dissolved(self, anna, now):
        with pytest.raises(TeamError, match="still has members"):
            anna.team.dissolve(by=None, at=now)

    def test_nobody_comes_in_any_more(self, team, anna, mia, now):
        invitation = Invitation.objects.invite("dora@example.com", "Dora", by=anna, at=now)
        dora = builders.person("Dora")
        anna.leave(by=None, at=now)

        team.dissolve(by=None, at=now)

        invitation.refresh_from_db()
        assert invitation.withdrawn_at == now
        for door in (
            lambda: team.welcome(dora, by=None, at=now),
            lambda: team.link_manager(dora, by=None, at=now),
            lambda: Invitation.objects.invite("eva@example.com", "Eva", by=anna, at=now),
            lambda: team.dissolve(by=None, at=now),
        ):
            with pytest.raises(TeamError, match="was dissolved"):
                door()
        for place in (Membership, ManagerLink):
            with pytest.raises(IntegrityError, match="dissolved"), transaction.atomic():
                place.objects.create(team=team, user=dora, since_at=now)

    def test_nobody_reads_it_and_its_figures_stop(self, team, anna, annas, mias, now):
        anna.leave(by=None, at=now)
        team.dissolve(by=None, at=now)
        Job.objects.all().delete()

        for browser in (annas, mias):
            assert browser.get(f"/teams/{team.slug}/").status_code == 404
        later = now + timedelta(days=10)
        plan_reports(later)
        assert not Job.objects.filter(payload__team_id=team.pk).exists()
        measure_team(at=later, team_id=team.pk, since=now.isoformat(), kind="crm.deal.won")
        draft(at=later, team_id=team.pk, period="2026-W48")
        publish(at=later, team_id=team.pk, period="2026-W48")
        assert not Measurement.objects.filter(team=team).exists()
        assert not Report.objects.filter(team=team).exists()

    def test_one_that_goes_on_is_measured_and_published(self, team, anna, now):
        later = now + timedelta(days=10)
        Team.objects.filter(pk=team.pk).update(started_at=now - timedelta(days=30))

        plan_reports(later)
        draft(at=later, team_id=team.pk, period="2026-W48")
        publish(at=later, team_id=team.pk, period="2026-W48")

        assert Job.objects.filter(payload__team_id=team.pk, kind="dashboards.publish").exists()
        assert Measurement.objects.filter(team=team).exists()
        assert str(Report.objects.get(team=team).period) == str(Period.parse("2026-W48"))

    def test_an_administrator_dissolves_where_nobody_is_left(self, admin, team, anna, other_team):
        desk, page = builders.browser(admin), reverse("admin:teams_team_changelist")
        sent = {"action": "dissolve", "_selected_action": [team.pk, other_team.pk]}

        answer = desk.post(page, sent, follow=True)

        assert "Rijnmond still has members" in answer.content.decode()
        dissolved = Team.objects.exclude(dissolved_at=None)
        assert [each.pk for each in dissolved] == [other_team.pk]
        assert set(Team.objects.living()) == {team}


class TestHowLargeItIs:
    @pytest.mark.parametrize(
        ("people", "advice", "warning"), [(12, False, False), (13, True, False), (45, False, True)]
    )
    def test_the_page_of_the_team_says_when_it_grows_large(
        self, annas, anna, team, now, people, advice, warning
    ):
        fill(team, people - 1, at=now)

        shown = annas.get(reverse("people", args=[team.slug])).content.decode()

        assert ("more than twelve" in shown) is advice
        assert ("nearly full" in shown) is warning

    def test_a_team_is_forming_until_it_has_a_charter(self, annas, mias, anna, team, now):
        page = reverse("people", args=[team.slug])
        assert "Forming" in annas.get(page).content.decode()
        assert "Say what we are for" not in mias.get(page).content.decode()

        builders.chartered(by=anna, at=now)

        assert "Forming" not in annas.get(page).content.decode()
