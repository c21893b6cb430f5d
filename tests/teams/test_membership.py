"""Who belongs to a team, who reads along, and how many fit in."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from teams.models import LogEntry, ManagerLink, Membership, Team, TeamError, User
from teams.models.team import LARGEST_CELL
from tests import builders
from tests.racing import at_once

DAY = timedelta(days=1)


def fill(team: Team, count: int, *, at) -> None:
    """Let so many people be in the team, the short way; the database still counts them."""
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.com", name=f"P{number}") for number in range(count)
    )
    Membership.objects.bulk_create(
        Membership(team=team, user=person, since_at=at) for person in people
    )


class TestWelcoming:
    def test_a_new_member_stands_in_the_logbook(self, team, anna, admin, now):
        dora = builders.person("Dora")

        membership = team.welcome(dora, by=admin, at=now + DAY)

        assert list(team.memberships.current().order_by("pk")) == [anna, membership]
        entry = LogEntry.objects.about(membership).get()
        assert (entry.kind, entry.actor, entry.team) == ("teams.member.welcomed", admin, team)

    def test_nobody_is_in_a_team_twice(self, team, anna, now):
        with pytest.raises(TeamError, match="Anna is already in this team"):
            team.welcome(anna.user, by=None, at=now)

    def test_a_manager_of_the_team_is_no_member(self, team, mia, now):
        with pytest.raises(TeamError, match="Mia reads along as a manager of this team"):
            team.welcome(mia.user, by=None, at=now)

    def test_a_manager_of_another_team_may_be_a_member_here(self, other_team, mia, now):
        assert other_team.welcome(mia.user, by=None, at=now).user == mia.user

    def test_whoever_left_may_come_back(self, team, anna, now):
        anna.leave(by=None, at=now + DAY)

        again = team.welcome(anna.user, by=None, at=now + 2 * DAY)

        assert team.memberships.current().get() == again
        assert again != anna

    def test_a_team_has_at_most_fifty_people(self, team, now):
        fill(team, LARGEST_CELL, at=now)

        with pytest.raises(TeamError, match="This team is full: a team has at most 50 people"):
            team.welcome(builders.person("Anna"), by=None, at=now)

    def test_whoever_left_makes_room(self, team, anna, now):
        fill(team, LARGEST_CELL - 1, at=now)
        anna.leave(by=None, at=now + DAY)

        team.welcome(builders.person("Bram"), by=None, at=now + DAY)

        assert team.memberships.current().count() == LARGEST_CELL

    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_want_the_last_place_one_gets_it(self, team, now):
        fill(team, LARGEST_CELL - 1, at=now)
        both = [builders.person("Anna"), builders.person("Bram")]

        results = at_once([partial(team.welcome, person, by=None, at=now) for person in both])

        assert sorted(type(result).__name__ for result in results) == ["Membership", "TeamError"]
        assert team.memberships.current().count() == LARGEST_CELL

    @pytest.mark.django_db(transaction=True)
    def test_nobody_becomes_member_and_manager_at_the_same_moment(self, team, now):
        dora = builders.person("Dora")

        results = at_once(
            [
                partial(team.welcome, dora, by=None, at=now),
                partial(team.link_manager, dora, by=None, at=now),
            ]
        )

        assert sum(isinstance(result, TeamError) for result in results) == 1
        places = dora.memberships.count() + dora.manager_links.count()
        assert places == 1


class TestReadingAlong:
    def test_a_manager_link_stands_in_the_logbook(self, team, mia):
        entry = LogEntry.objects.about(mia).get()

        assert (entry.kind, entry.team) == ("teams.manager.linked", team)

    def test_a_member_does_not_also_read_along(self, team, anna, now):
        with pytest.raises(TeamError, match="Anna is a member of this team"):
            team.link_manager(anna.user, by=None, at=now)

    def test_nobody_follows_a_team_twice(self, team, mia, now):
        with pytest.raises(TeamError, match="Mia already follows this team"):
            team.link_manager(mia.user, by=None, at=now)

    def test_a_manager_who_stopped_may_become_a_member(self, team, mia, now):
        mia.leave(by=None, at=now + DAY)

        assert team.welcome(mia.user, by=None, at=now + DAY).team == team


@pytest.mark.parametrize("place", ["anna", "mia"])
class TestLeaving:
    def test_ends_the_place_and_stands_in_the_logbook(self, place, request, now):
        leaver = request.getfixturevalue(place)

        leaver.leave(by=leaver.user, at=now + DAY)

        leaver.refresh_from_db()
        assert leaver.until_at == now + DAY
        assert not Team.objects.read_by(leaver.user).exists()
        newest = LogEntry.objects.about(leaver).newest_first().first()
        assert newest.kind in {"teams.member.left", "teams.manager.unlinked"}
        assert (newest.actor, newest.at) == (leaver.user, now + DAY)

    def test_happens_once(self, place, request, now):
        leaver = request.getfixturevalue(place)
        leaver.leave(by=None, at=now + DAY)

        with pytest.raises(TeamError, match=r"has already left|no longer follows"):
            leaver.leave(by=None, at=now + 2 * DAY)

        leaver.refresh_from_db()
        assert leaver.until_at == now + DAY

    def test_comes_after_arriving(self, place, request, now):
        leaver = request.getfixturevalue(place)

        with pytest.raises(IntegrityError, match="ends_after_it_begins"), transaction.atomic():
            leaver.leave(by=None, at=now - DAY)


class TestWhatTheDatabaseItselfKeeps:
    """The same rules once more, for whoever goes around the model."""

    def test_no_fifty_first_member(self, team, anna, now):
        fill(team, LARGEST_CELL - 1, at=now)

        with pytest.raises(IntegrityError, match="at most fifty"), transaction.atomic():
            insert("teams_membership", team, builders.person("Bram"), now)

        assert team.memberships.current().count() == LARGEST_CELL

    def test_no_fifty_first_member_by_coming_back_either(self, team, anna, now):
        anna.leave(by=None, at=now + DAY)
        fill(team, LARGEST_CELL, at=now)

        with pytest.raises(IntegrityError, match="at most fifty"), transaction.atomic():
            Membership.objects.filter(pk=anna.pk).update(until_at=None)

    def test_a_place_of_the_past_takes_no_room(self, team, now):
        fill(team, LARGEST_CELL, at=now)
        bram = builders.person("Bram")

        Membership.objects.create(team=team, user=bram, since_at=now, until_at=now + DAY)

        assert team.memberships.count() == LARGEST_CELL + 1

    @pytest.mark.parametrize(
        ("place", "other"), [("anna", "teams_managerlink"), ("mia", "teams_membership")]
    )
    def test_nobody_is_both_member_and_manager(self, team, place, other, request, now):
        taken = request.getfixturevalue(place)

        with pytest.raises(IntegrityError, match="both member and manager"), transaction.atomic():
            insert(other, team, taken.user, now)

    @pytest.mark.parametrize(
        ("place", "table", "constraint"),
        [
            ("anna", "teams_membership", "one_membership_per_team"),
            ("mia", "teams_managerlink", "one_manager_link_per_team"),
        ],
    )
    def test_nobody_has_a_place_twice(self, team, place, table, constraint, request, now):
        taken = request.getfixturevalue(place)

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            insert(table, team, taken.user, now)


def insert(table: str, team: Team, user: User, at) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (team_id, user_id, since_at) VALUES (%s, %s, %s)",  # noqa: S608
            [team.pk, user.pk, at],
        )


def test_places_say_whose_they_are(anna, mia):
    assert str(anna) == f"Anna in Rijnmond ({anna.pk})"
    assert str(mia) == f"Mia follows Rijnmond ({mia.pk})"


def test_teams_are_found_by_who_may_read_them(team, other_team, anna, carla, mia, admin, now):
    dora = other_team.welcome(builders.person("Dora"), by=None, at=now)
    team.link_manager(dora.user, by=None, at=now)

    def names(teams):
        return [found.name for found in teams.by_name()]

    assert names(Team.objects.read_by(anna.user)) == ["Rijnmond"]
    assert names(Team.objects.read_by(carla.user)) == ["Veluwe"]
    assert names(Team.objects.read_by(mia.user)) == ["Rijnmond"]
    assert names(Team.objects.read_by(dora.user)) == ["Rijnmond", "Veluwe"]
    assert names(Team.objects.of_member(dora.user)) == ["Veluwe"]
    assert names(Team.objects.followed_by(dora.user)) == ["Rijnmond"]
    assert names(Team.objects.read_by(admin)) == []
    assert ManagerLink.objects.current().count() == 2
