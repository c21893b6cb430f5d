"""Whoever is invited by another team belongs to both, or moves: all of it, or none of it."""

import pytest
from django.utils import timezone

from teams.inviting import invite
from teams.models import Invitation, Membership, StalePlace, TeamError
from tests import builders, racing
from tests.evidence import everything


@pytest.fixture
def today():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def invitation(anna, bram, carla, today):
    """Veluwe invites Anna, who shares team Rijnmond with Bram."""
    return invite(anna.user.email, "Anna", by=carla, at=today)


@pytest.fixture
def link(invitation):
    return f"/invitations/{invitation.token}/"


def teams_of(user):
    places = Membership.objects.current().filter(user=user)
    return sorted(places.values_list("team__name", flat=True))


def words(answer):
    return " ".join(answer.content.decode().split())


class TestThePage:
    def test_tells_what_leaving_means(self, annas, anna, bram, link, today):
        role = builders.role("Keeps the board", by=anna, at=today)
        builders.nominated(role, anna, by=bram, at=today).consent(by=anna, at=today)

        page = words(annas.get(link))

        assert "You stay in your other team too, unless you move." in page
        assert "Leave team Rijnmond and join Veluwe" in page
        assert "You read nothing of the team any more, at once." in page
        assert "What you hold is free again: Keeps the board" in page

    def test_offers_it_once_for_each_team(self, annas, anna, link, today):
        third = builders.team("Noord", at=today)
        third.welcome(anna.user, by=None, at=today)
        third.welcome(builders.person("Eva"), by=None, at=today)

        page = words(annas.get(link))

        assert "You stay in your other teams too" in page
        assert "Leave team Noord and join Veluwe" in page
        assert "Leave team Rijnmond and join Veluwe" in page

    def test_of_the_last_one_leads_to_the_page_that_dissolves(self, annas, bram, link, today):
        bram.leave(by=None, at=today)

        page = words(annas.get(link))

        assert "You are the last one of team Rijnmond" in page
        assert 'href="/teams/rijnmond/leaving/"' in page
        assert 'name="leaving"' not in page

    def test_offers_it_to_nobody_without_a_team(self, carla, today):
        dora = builders.person("Dora")
        fresh = invite("dora@example.com", "Dora", by=carla, at=today)

        page = words(builders.browser(dora).get(f"/invitations/{fresh.token}/"))

        assert "Join team Veluwe" in page
        assert "unless you move" not in page

    def test_tells_somebody_elses_teams_to_nobody(self, carlas, client, link):
        for browser in (carlas, client):
            assert "Rijnmond" not in words(browser.get(link))


class TestAnna:
    def test_stays_in_both_unless_she_moves(self, annas, anna, link):
        assert annas.post(link).url == "/teams/veluwe/"

        assert teams_of(anna.user) == ["Rijnmond", "Veluwe"]

    def test_moves_in_one_step_and_both_logbooks_tell(self, annas, anna, team, other_team, link):
        answer = annas.post(link, {"leaving": team.pk}, follow=True)

        assert teams_of(anna.user) == ["Veluwe"]
        assert answer.request["PATH_INFO"] == "/teams/veluwe/"
        assert "You have left team Rijnmond." in words(answer)
        assert "Welcome to team Veluwe." in words(answer)
        kinds = {
            place: list(place.logbook.newest_first().values_list("kind", flat=True)[:1])
            for place in (team, other_team)
        }
        assert kinds == {team: ["teams.member.left"], other_team: ["teams.member.welcomed"]}
        assert annas.get("/teams/rijnmond/").status_code == 404

    @pytest.mark.parametrize("sent", ["0", "x", "-1", "99999999999999999999"])
    def test_leaves_no_team_that_is_not_hers(self, annas, anna, link, sent):
        before = everything()

        answer = annas.post(link, {"leaving": sent})

        assert answer.status_code == 422
        assert "You are not of that team. Look once more." in words(answer)
        assert everything() == before

    def test_leaves_no_team_of_others_nor_the_one_that_invites(self, annas, other_team, link):
        third = builders.team("Noord", at=timezone.now())
        for theirs in (third, other_team):
            assert annas.post(link, {"leaving": theirs.pk}).status_code == 422

    def test_who_became_the_last_one_meanwhile_stays(self, annas, anna, bram, team, link, today):
        bram.leave(by=None, at=today)
        before = everything()

        answer = annas.post(link, {"leaving": team.pk})

        assert answer.status_code == 409
        assert "You are the last one now. Look once more." in words(answer)
        assert everything() == before

    def test_stays_where_the_other_team_refuses(self, annas, anna, team, other_team, link, today):
        other_team.link_manager(anna.user, by=None, at=today)
        before = everything()

        answer = annas.post(link, {"leaving": team.pk})

        assert answer.status_code == 409
        assert "reads along as a manager" in words(answer)
        assert everything() == before

    def test_does_not_leave_twice(self, anna, team, invitation, today):
        anna.leave(by=None, at=today)

        with pytest.raises(TeamError, match="already left"):
            invitation.accept(anna.user, leaving=team, at=today)
        invitation.refresh_from_db()
        assert invitation.accepted_at is None


@pytest.mark.django_db(transaction=True)
class TestWhenTheyMeet:
    def test_anna_moves_once_with_two_clicks(self, anna, bram, carla, team, other_team, today):
        def scene():
            Membership.objects.filter(team=team).update(until_at=None)
            Membership.objects.filter(team=other_team, user=anna.user).delete()
            Invitation.objects.all().delete()
            kept = Invitation.objects.invite(anna.user.email, "Anna", by=carla, at=today)
            return (lambda: kept.accept(anna.user, leaving=team, at=today),) * 2

        for told in racing.meetings(scene):
            assert [isinstance(each, TeamError) for each in told].count(True) == 1, told
            assert teams_of(anna.user) == ["Veluwe"]

    def test_moving_and_staying_is_one_of_both(self, anna, bram, carla, team, other_team, today):
        def scene():
            Membership.objects.filter(team=team).update(until_at=None)
            Membership.objects.filter(team=other_team, user=anna.user).delete()
            Invitation.objects.all().delete()
            kept = Invitation.objects.invite(anna.user.email, "Anna", by=carla, at=today)
            return (
                lambda: kept.accept(anna.user, leaving=team, at=today),
                lambda: kept.accept(anna.user, at=today),
            )

        for told in racing.meetings(scene):
            assert [isinstance(each, TeamError) for each in told].count(True) == 1, told

    def test_two_who_change_places_do_not_wait_for_each_other(
        self, anna, bram, carla, team, other_team, today
    ):
        other_team.welcome(builders.person("Dora"), by=None, at=today)

        def scene():
            Membership.objects.filter(team=team, user=carla.user).delete()
            Membership.objects.filter(team=other_team, user=anna.user).delete()
            Membership.objects.update(until_at=None)
            Invitation.objects.all().delete()
            there = Invitation.objects.invite(anna.user.email, "Anna", by=carla, at=today)
            here = Invitation.objects.invite(carla.user.email, "Carla", by=anna, at=today)
            return (
                lambda: there.accept(anna.user, leaving=team, at=today),
                lambda: here.accept(carla.user, leaving=other_team, at=today),
            )

        for told in racing.meetings(scene):
            assert all(isinstance(each, Membership) for each in told), told
            assert (teams_of(anna.user), teams_of(carla.user)) == (["Veluwe"], ["Rijnmond"])

    def test_of_the_last_two_one_moves_and_one_stays(
        self, anna, bram, carla, team, other_team, today
    ):
        def scene():
            Membership.objects.filter(team=other_team).exclude(user=carla.user).delete()
            Membership.objects.update(until_at=None)
            Invitation.objects.all().delete()
            kept = Invitation.objects.invite(anna.user.email, "Anna", by=carla, at=today)
            return (
                lambda: kept.accept(anna.user, leaving=team, at=today),
                lambda: Membership.objects.get(pk=bram.pk).step_out(dissolves=False, at=today),
            )

        for told in racing.meetings(scene):
            assert [isinstance(each, StalePlace) for each in told].count(True) == 1, told
            assert team.memberships.current().count() == 1
