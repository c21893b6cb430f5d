"""People come, leave, move, are invited and divide, at once and in any order: what always holds."""

from datetime import timedelta
from random import Random

import pytest
from django.db import DatabaseError, connection
from django.db.models import Count, F

from teams.models import Division, Invitation, ManagerLink, Membership, Team, TeamError
from teams.models.team import LARGEST_CELL
from teams.refusals import Refusal
from teams.signals import dividing
from tests import builders, racing

SEEDS = range(4)
STEPS = 100


@pytest.fixture
def agreed(transactional_db, now):
    team = builders.team("Rijnmond", at=now)
    members = [builders.member(f"P{number}", team, at=now) for number in range(7)]
    return builders.agreed_division(members[:3], by=members[3], at=now)


def fresh(plan):
    return Division.objects.select_related("team").get(pk=plan.pk)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_divide_and_one_does(self, agreed, now):
        members = list(agreed.team.memberships.select_related("team", "user")[3:5])

        told = racing.at_once(
            [lambda by=by: fresh(agreed).carry_out(by=by, at=now) for by in members]
        )

        assert sorted(type(each).__name__ for each in told) == ["StaleDivision", "Team"]
        assert Team.objects.filter(divided_from=agreed.team).count() == 1

    @pytest.mark.parametrize("who", [0, 5])
    def test_one_leaves_while_another_divides(self, transactional_db, now, who):
        teams = iter(range(100))

        def scene():
            team = builders.team(f"Team {next(teams)}", at=now)
            members = [builders.member(f"P{n} {team}", team, at=now) for n in range(8)]
            plan = builders.agreed_division(
                members[:4], by=members[4], at=now, name=f"New {team.name}"
            )
            leaver = Membership.objects.select_related("team", "user").get(pk=members[who].pk)
            return (
                lambda: fresh(plan).carry_out(by=members[4], at=now),
                lambda: leaver.leave(by=None, at=now),
            )

        for new, left in racing.meetings(scene):
            old = new.divided_from
            came_too_late = isinstance(left, TeamError)
            assert not set(new.people()) & set(old.people())
            assert new.people().count() + old.people().count() == (8 if came_too_late else 7)
            holds_always()

    def test_a_connection_that_is_killed_leaves_nothing_half(self, agreed, now):
        def die(**_words):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        by = agreed.team.memberships.select_related("team", "user")[3]
        dividing.connect(die)
        (told,) = racing.at_once([lambda: fresh(agreed).carry_out(by=by, at=now)])
        dividing.disconnect(die)

        assert isinstance(told, DatabaseError)
        assert not Team.objects.filter(name="Merwede").exists()
        assert agreed.team.people().count() == 7
        assert fresh(agreed).carry_out(by=by, at=now).people().count() == 3

    def test_two_change_places(self, transactional_db, now):
        numbers = iter(range(100))

        def scene():
            number = next(numbers)
            one, other = (builders.team(f"{side} {number}", at=now) for side in ("One", "Other"))
            here, there = (builders.member(f"P {team}", team, at=now) for team in (one, other))
            return (
                lambda: here.move_to(other, by=None, at=now),
                lambda: there.move_to(one, by=None, at=now),
            )

        for told in racing.meetings(scene):
            assert [type(each) for each in told] == [Membership, Membership]


def holds_always():
    """What the database and the rules keep, whatever was done."""
    current = Membership.objects.current()
    for team in Team.objects.all():
        assert current.filter(team=team).count() <= LARGEST_CELL
        if team.dissolved_at:
            assert not current.filter(team=team).exists()
    twice = current.values("team", "user").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
    both = ManagerLink.objects.current().filter(
        team__memberships__user=F("user"), team__memberships__until_at=None
    )
    assert not both.exists()
    assert not Membership.objects.filter(until_at__lt=F("since_at")).exists()


class Walk:
    """A company in which somebody does something at random, an hour later each time."""

    def __init__(self, seed, now):
        self.random, self.at = Random(seed), now  # noqa: S311 -- a walk that can be walked again
        self.count = 0
        for _ in range(2):
            self.team(8)
        self.managers = [builders.person(f"M{number}") for number in range(3)]
        self.divided = 0

    def name(self):
        self.count += 1
        return f"N{self.count}"

    def team(self, people):
        team = builders.team(f"Team {self.name()}", at=self.at)
        for _ in range(people):
            builders.member(self.name(), team, at=self.at)

    def any_team(self):
        return self.random.choice(list(Team.objects.living().order_by("pk")))

    def anybody(self, team=None):
        here = Membership.objects.current().select_related("team", "user").order_by("pk")
        found = list(here.filter(team=team) if team else here)
        return self.random.choice(found)

    def step(self):
        self.at += timedelta(hours=1)
        verbs = [self.join, self.leave, self.move, self.follow, self.invite, self.divide]
        try:
            self.random.choices(verbs, [4, 2, 3, 1, 2, 3])[0]()
        except Refusal:
            return

    def join(self):
        self.any_team().welcome(builders.person(self.name()), by=None, at=self.at)

    def leave(self):
        self.anybody().step_out(dissolves=True, at=self.at)

    def move(self):
        self.anybody().move_to(self.any_team(), by=None, at=self.at)

    def follow(self):
        team = self.any_team()
        who = self.random.choice([*self.managers, self.anybody().user])
        team.link_manager(who, by=None, at=self.at)

    def invite(self):
        name, by = self.name(), self.anybody()
        Invitation.objects.invite(f"{name}@kring.test", name, by=by, at=self.at)

    def divide(self):
        team = self.any_team()
        members = list(team.memberships.current().select_related("team", "user").order_by("pk"))
        if unfinished := team.divisions.under_way().first():
            unfinished.drop("Another one", by=members[0], at=self.at)
        goes = self.random.sample(members, self.random.randint(0, len(members)))
        plan = builders.agreed_division(goes, by=members[0], at=self.at, name=self.name())
        if self.random.random() < 0.3:
            self.random.choice(members[1:] or members).leave(by=None, at=self.at)
        before = set(team.people())
        new = plan.carry_out(by=members[0], at=self.at)
        self.divided += 1
        # Nobody is lost, nobody is in both, and both are teams.
        assert set(team.people()) | set(new.people()) == before
        assert not set(team.people()) & set(new.people())
        assert min(team.people().count(), new.people().count()) >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_at_random_keeps_what_always_holds(db, now, seed):
    walk = Walk(seed, now)
    for _ in range(STEPS):
        walk.step()
        holds_always()

    assert walk.divided
