"""Roles: over things and over nobody, given by all of the team, and for a while."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from teams import duties, story
from teams.deciding import look_at_a_nomination
from teams.models import Job, LogEntry, Nomination, Role, RoleError, StaleRole
from teams.models.role import OVER, SILENCE
from teams.roles import seen
from tests import builders, racing


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def role(anna, now):
    return builders.role(by=anna, at=now)


@pytest.fixture
def held(role, anna, bram, now):
    """The role as Bram holds it for half a year."""
    nomination = builders.nominated(role, bram, by=anna, at=now)
    nomination.consent(by=bram, at=now)
    return nomination


def held_on(role, day):
    """As what it is held on this day, if it is."""
    return seen(role.team, role.pk, day, sees_people=True).held


def look(nomination, at):
    look_at_a_nomination(at=at, nomination_id=nomination.pk, team_id=nomination.team_id)
    nomination.refresh_from_db()


class TestARole:
    def test_it_is_free_until_the_team_gives_it(self, role, now):
        assert held_on(role, now.date()) is None

    @pytest.mark.parametrize("part", range(3))
    def test_it_says_what_it_looks_after(self, anna, now, part):
        words = ["Keeps the board", "So that we see", "The stages"]
        words[part] = " \n"

        with pytest.raises(RoleError, match="what it looks after"):
            Role.objects.begin(*words, by=anna, at=now)

    def test_two_of_one_name_are_none(self, role, bram, now):
        with pytest.raises(StaleRole, match="this name already"):
            builders.role("KEEPS the board", by=bram, at=now)

    def test_it_is_closed_with_a_reason_while_nobody_holds_it(self, role, anna, bram, now):
        nomination = builders.nominated(role, bram, by=anna, at=now)
        with pytest.raises(StaleRole, match="somebody is proposed for it"):
            role.close("No board any more", by=anna, at=now)
        nomination.drop("Another one", by=anna, at=now)
        with pytest.raises(RoleError, match="Say why"):
            role.close(" ", by=anna, at=now)

        role.close("No board any more", by=anna, at=now)

        assert not Role.objects.of(anna.team).exists()
        for verb in (
            lambda: role.close("Again", by=anna, at=now),
            lambda: builders.nominated(role, bram, by=anna, at=now),
        ):
            with pytest.raises(StaleRole, match="closed a moment ago"):
                verb()
        assert builders.role(by=bram, at=now).pk != role.pk

    def test_a_held_one_is_not_closed(self, role, held, anna, now):
        with pytest.raises(StaleRole, match="It is held"):
            role.close("No board any more", by=anna, at=now)

    def test_only_the_team_closes_it(self, role, carla, mia, now):
        for somebody in (carla, mia):
            with pytest.raises(RoleError, match="Only the team"):
                role.close("We say so", by=somebody, at=now)


class TestWhoHoldsIt:
    def test_whoever_is_proposed_takes_it_and_all_agree(self, role, anna, bram, now):
        dora = builders.member("Dora", anna.team, at=now)
        nomination = builders.nominated(role, bram, by=anna, at=now)
        nomination.consent(by=dora, at=now)
        assert held_on(role, now.date()) is None

        nomination.consent(by=bram, at=now)

        assert held_on(role, now.date()) == nomination
        # Six months from the 23rd of November on.
        assert nomination.held_until == date(2027, 5, 22)
        assert nomination.proposed_by == anna.user

    def test_whoever_proposes_themselves_has_said_yes(self, role, anna, bram, now):
        nomination = builders.nominated(role, anna, by=anna, at=now)

        nomination.consent(by=bram, at=now)

        assert held_on(role, now.date()).person == anna.user

    def test_nobody_holds_what_they_did_not_take(self, role, anna, bram, now):
        dora = builders.member("Dora", anna.team, at=now)
        theirs = builders.nominated(role, bram, by=anna, at=now)
        theirs.consent(by=dora, at=now)
        assert Job.objects.filter(kind=SILENCE, key=str(theirs.pk)).exists()

        look(theirs, now + timedelta(days=8))

        assert (theirs.state, theirs.held_until) == ("lapsed", None)

    def test_half_of_us_are_enough_with_the_yes_of_who_is_proposed(self, role, anna, bram, now):
        for name in ("Dora", "Emil"):
            builders.member(name, anna.team, at=now)
        nomination = builders.nominated(role, bram, by=anna, at=now)
        nomination.consent(by=bram, at=now)

        look(nomination, now + timedelta(days=8))

        assert nomination.holds
        assert nomination.agreed_on == (now + timedelta(days=8)).date()

    def test_whoever_is_proposed_may_refuse(self, role, anna, bram, now):
        nomination = builders.nominated(role, bram, by=anna, at=now)

        nomination.object("I have no time", by=bram, at=now)

        nomination.refresh_from_db()
        assert (nomination.state, nomination.ended_why) == ("dropped", "I have no time")
        assert builders.nominated(role, anna, by=bram, at=now).is_proposed

    def test_one_is_proposed_at_a_time(self, role, anna, bram, now):
        builders.nominated(role, bram, by=anna, at=now)

        with pytest.raises(StaleRole, match="proposed already"):
            builders.nominated(role, anna, by=bram, at=now)

    def test_only_somebody_of_the_team(self, role, anna, carla, mia, now):
        for somebody in (carla, mia):
            with pytest.raises(RoleError, match="Only somebody of the team"):
                builders.nominated(role, somebody, by=anna, at=now)
            with pytest.raises(RoleError, match="Only the team decides"):
                builders.nominated(role, anna, by=somebody, at=now)
        assert not Nomination.objects.exists()

    @pytest.mark.parametrize("months", [0, 13])
    def test_for_a_year_at_most(self, role, anna, now, months):
        with pytest.raises(RoleError, match="one to twelve months"):
            builders.nominated(role, anna, by=anna, at=now, months=months)

    def test_it_says_why(self, role, anna, now):
        with pytest.raises(RoleError, match="Say why"):
            role.nominate(anna.user, 3, "", by=anna, at=now)

    def test_it_ends_on_its_day_also_where_no_job_looked(self, role, held):
        last = held.held_until
        assert Job.objects.filter(kind=OVER, key=str(held.pk)).exists()
        assert not held.ends_soon(last - timedelta(days=31))
        assert held.ends_soon(last - timedelta(days=30))
        assert held_on(role, last) == held
        assert held_on(role, last + timedelta(days=1)) is None

    def test_the_job_frees_it_once(self, role, held, now):
        late = now + timedelta(days=200)
        look(held, now + timedelta(days=100))
        assert held.holds

        look(held, late)
        look(held, late)

        assert (held.state, held.over_on) == ("over", late.date())
        assert LogEntry.objects.filter(kind="teams.role.vacated").count() == 1

    def test_whoever_holds_it_lays_it_down_and_nobody_else(self, role, held, anna, bram, now):
        with pytest.raises(RoleError, match="nobody else"):
            role.lay_down(by=anna, at=now)

        role.lay_down(by=bram, at=now)

        assert held_on(role, now.date()) is None
        with pytest.raises(StaleRole, match="Nobody holds it"):
            role.lay_down(by=bram, at=now)
        with pytest.raises(StaleRole, match="over already"):
            held.lay_down(by=bram, at=now)

    def test_whoever_follows_takes_its_place(self, role, held, anna, bram, now):
        later = now + timedelta(days=30)
        following = builders.nominated(role, anna, by=bram, at=later)
        assert held_on(role, later.date()) == held

        following.consent(by=anna, at=later)

        held.refresh_from_db()
        assert (held.state, held.over_on) == ("over", later.date())
        assert held_on(role, later.date()) == following
        assert list(role.nominations.earlier()) == [held]

    def test_whoever_leaves_holds_nothing(self, role, held, anna, bram, now):
        other = builders.role("Answers the phone", by=anna, at=now)
        asked = builders.nominated(other, bram, by=anna, at=now)

        bram.leave(by=None, at=now)

        for nomination in (held, asked):
            nomination.refresh_from_db()
        assert (held.state, asked.state) == ("over", "lapsed")
        assert other.nominations.proposed().count() == 0

    def test_the_logbook_tells_it_without_names(self, role, held, bram, now):
        role.lay_down(by=bram, at=now)
        role.close("No board any more", by=bram, at=now)

        lines = LogEntry.objects.filter(kind__startswith="teams.role").order_by("pk")
        assert [line.kind.rsplit(".", 1)[1] for line in lines] == [
            "begun",
            "nominated",
            "given",
            "vacated",
            "closed",
        ]
        assert "Bram" not in str([line.details for line in lines])
        assert all(story.line(line) != "Something changed." for line in lines)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_of_two_who_propose_one_does(self, role, anna, bram, now):
        def scene():
            Nomination.objects.filter(state="proposed").update(state="lapsed")
            return (
                lambda: builders.nominated(Role.objects.get(), bram, by=anna, at=now),
                lambda: builders.nominated(Role.objects.get(), anna, by=bram, at=now),
            )

        for told in racing.meetings(scene):
            assert [isinstance(each, StaleRole) for each in told].count(True) == 1, told
            assert Nomination.objects.proposed().count() == 1

    def test_whoever_closes_while_somebody_is_proposed(self, anna, bram, now):
        def scene():
            role = builders.role(f"Role {Role.objects.count()}", by=anna, at=now)
            again = Role.objects.select_related("team").get(pk=role.pk)
            return (
                lambda: role.close("Nobody needs it", by=anna, at=now),
                lambda: builders.nominated(again, bram, by=bram, at=now),
            )

        for told in racing.meetings(scene):
            assert [isinstance(each, StaleRole) for each in told].count(True) == 1, told
        assert not Nomination.objects.filter(role__closed_at__isnull=False).exists()


class TestWrittenForGood:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE teams_role SET accountabilities = 'Everything'",
            "DELETE FROM teams_role",
            "UPDATE teams_nomination SET months = 12",
            "UPDATE teams_nomination SET held_until = '2028-05-22'",
            "UPDATE teams_nomination SET state = 'dropped'",
            "DELETE FROM teams_nomination",
            "DELETE FROM teams_nominationvoice",
        ],
    )
    def test_no_statement_changes_it(self, held, change):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    def test_what_is_over_stays_over(self, role, held, bram, now):
        role.lay_down(by=bram, at=now)

        with pytest.raises(DatabaseError), transaction.atomic():
            Nomination.objects.filter(pk=held.pk).update(state="active", over_on=None)


class TestThePages:
    @pytest.fixture
    def book(self, team):
        return reverse("roles", args=[team.slug])

    WORDS = {"name": "Keeps the board", "purpose": "So that we see", "accountabilities": "Stages"}

    def test_without_any_it_says_so(self, annas, mias, book):
        assert "There are no roles yet" in annas.get(book).content.decode()
        assert "Write down another role" not in mias.get(book).content.decode()

    def test_from_a_role_to_who_holds_it(self, annas, brams, mias, bram, book):
        answer = annas.post(book, self.WORDS)
        page = answer.url
        sent = {"person": bram.user_id, "months": "6", "why": "They see what is stuck"}
        assert annas.post(f"{page}nomination/", sent).status_code == 302

        shown = " ".join(brams.get(page).content.decode().split())
        assert "You are proposed" in shown
        assert "By Anna, for 6 months." in shown
        assert "Bram is proposed" in annas.get(page).content.decode()
        # Who is proposed is the team's own, and so is who holds it.
        assert "proposed" not in mias.get(page).content.decode()
        asked = Nomination.objects.get()
        assert brams.post(f"{page}nominations/{asked.pk}/consent/").status_code == 302

        assert "until 22 May 2027" in " ".join(annas.get(page).content.decode().split())
        for address in (book, page):
            shown = " ".join(mias.get(address).content.decode().split())
            assert "until 22 May 2027" in shown
            assert "Bram" not in shown
        assert brams.post(f"{page}resignation/").status_code == 302
        assert "Who held it before" in annas.get(page).content.decode()

    def test_what_is_missing_is_said_beside_it(self, annas, role, book, bram):
        answer = annas.post(book, {**self.WORDS, "accountabilities": ""})
        assert answer.status_code == 422
        assert "So that we see" in answer.content.decode()
        answer = annas.post(book, self.WORDS)
        assert answer.status_code == 409
        assert "this name already" in answer.content.decode()
        page = f"{book}{role.pk}/"
        for sent in ({"person": "999"}, {"person": bram.user_id, "months": "13"}):
            answer = annas.post(f"{page}nomination/", {"months": "6", "why": "Yes", **sent})
            assert answer.status_code == 422
            assert "Yes" in answer.content.decode()
        assert not Nomination.objects.exists()

    def test_whoever_is_slower_is_told(self, annas, brams, held, role, book):
        page = f"{book}{role.pk}/"
        answer = brams.post(f"{page}nominations/{held.pk}/objection/", {"why": "No"})
        assert answer.status_code == 409
        assert "decided a moment ago" in answer.content.decode()
        answer = annas.post(f"{page}closing/", {"why": "No"})
        assert answer.status_code == 409
        answer = annas.post(f"{page}resignation/")
        assert answer.status_code == 422
        assert "nobody else" in answer.content.decode()
        assert brams.post(f"{page}nominations/{held.pk}/objection/", {}).status_code == 422
        assert annas.post(f"{page}whatever/").status_code == 404
        assert annas.post(f"{page}nominations/{held.pk}/whatever/").status_code == 404

    def test_a_manager_writes_nothing(self, mias, held, role, book):
        page = f"{book}{role.pk}/"
        for address in (book, f"{page}nomination/", f"{page}nominations/{held.pk}/end/"):
            assert mias.post(address, self.WORDS).status_code == 404

    def test_a_closed_one_says_why(self, annas, role, anna, book, now):
        role.close("No board any more", by=anna, at=now)

        shown = annas.get(f"{book}{role.pk}/").content.decode()
        assert "No board any more" in shown
        assert "What you can do" not in shown
        assert "Keeps the board" not in annas.get(book).content.decode()

    def test_home_reminds_whoever_has_to_answer_and_whose_role_ends(
        self, anna, bram, role, now, book
    ):
        dora = builders.member("Dora", anna.team, at=now)
        asked = builders.nominated(role, bram, by=anna, at=now)
        page = f"{book}{role.pk}/"

        def told(member, day):
            return [(duty.what, duty.url) for duty in duties.of(member.user, anna.team, day=day)]

        assert told(anna, now.date()) == []
        assert told(bram, now.date()) == [("Say whether you take a role", page)]
        assert told(dora, now.date()) == [("Answer who is proposed", page)]
        asked.consent(by=bram, at=now)
        asked.consent(by=dora, at=now)
        assert told(bram, now.date()) == []
        soon = asked.held_until - timedelta(days=30)
        assert told(bram, soon) == [("Your role ends: propose who is next", page)]
        builders.nominated(role, dora, by=bram, at=now)
        assert told(bram, soon) == []

    @pytest.mark.parametrize("path", ["/teams/rijnmond/roles/", "/api/v1/teams/rijnmond/roles/"])
    def test_the_list_asks_as_much_for_many_as_for_one(self, annas, anna, held, now, path):
        counts = []
        for number in range(4):
            other = builders.role(f"Role {number}", by=anna, at=now)
            builders.nominated(other, anna, by=anna, at=now)
            with connection.execute_wrapper(counting := Counting()):
                assert f"Role {number}" in annas.get(path).content.decode()
            counts.append(counting.seen)
        assert len(set(counts)) == 1, counts


class Counting:
    """How many statements were asked."""

    def __init__(self):
        self.seen = 0

    def __call__(self, execute, sql, *how):
        self.seen += 1
        return execute(sql, *how)


def test_no_column_of_a_person_points_to_another():
    """A role is held by one and proposed by whoever spoke first; nobody is below anybody."""
    from teams.models import User  # noqa: PLC0415

    assert [field for field in User._meta.fields if field.related_model is User] == []
