"""A team becomes two: a plan that all agree on, carried out in one go."""

import html
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from teams import dividing as parts
from teams import duties, story
from teams.deciding import look_at_a_division
from teams.dividing import Part
from teams.happenings import Happening
from teams.models import (
    Division,
    DivisionError,
    DivisionSeat,
    Job,
    LogEntry,
    ManagerLink,
    Membership,
    StaleDivision,
    Team,
    TeamError,
)
from teams.models.division import SILENCE
from teams.refusals import Refusal
from teams.signals import dividing
from teams.worktime import WorkHours
from tests import builders


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def goes(bram, now):
    """Those who go: Bram, Dora and Emil."""
    names = ("Dora", "Emil")
    return [bram, *(builders.member(name, bram.team, at=now) for name in names)]


@pytest.fixture
def stays(anna, now):
    """Those who stay: Anna, Fem and Gijs."""
    names = ("Fem", "Gijs")
    return [anna, *(builders.member(name, anna.team, at=now) for name in names)]


@pytest.fixture
def plan(goes, stays, anna, now):
    return builders.division(goes, by=anna, at=now)


@pytest.fixture
def agreed(goes, stays, anna, now):
    return builders.agreed_division(goes, by=anna, at=now)


@pytest.fixture
def part():
    """Somebody else who has a part in it."""
    told = {"title": "The boats", "sentence": "Three boats go."}

    def source(_division):
        return Part(**told) if told else None

    parts.register(source)
    yield told
    parts._sources.remove(source)


@pytest.fixture
def heard():
    """What the signal carried, and who was of which team then."""
    calls = []

    def listen(*, old, new, **words):
        calls.append({"old": old, "new": new, **words, "both": set(old.people() & new.people())})

    dividing.connect(listen, weak=False)
    yield calls
    dividing.disconnect(listen)


@pytest.fixture
def refusing():
    """Somebody who refuses."""

    def refuse(**_words):
        raise Refusal("A boat is at sea.")

    dividing.connect(refuse)
    yield refuse
    dividing.disconnect(refuse)


def lay_before_all(plan, by, at):
    plan.propose(seen=plan.edition, by=by, at=at)
    return plan


def look(plan, at):
    look_at_a_division(at=at, division_id=plan.pk, team_id=plan.team_id)
    plan.refresh_from_db()


def text(response):
    return " ".join(html.unescape(strip_tags(response.content.decode())).split())


def names(people):
    return [person.name for person in people]


class TestThePlan:
    def test_says_who_goes_and_everybody_else_stays(self, plan, anna):
        assert names(plan.who_goes()) == ["Bram", "Dora", "Emil"]
        assert names(plan.who_stays()) == ["Anna", "Fem", "Gijs"]
        assert not anna.team.is_dividing

    def test_there_is_one_at_a_time(self, plan, bram, now):
        with pytest.raises(StaleDivision, match="a plan already"):
            Division.objects.plan(by=bram, at=now)

        plan.drop("Not this year", by=bram, at=now)

        assert Division.objects.plan(by=bram, at=now).is_planned

    def test_anybody_of_us_changes_it_and_nobody_overwrites_another(self, plan, goes, bram, now):
        seen = plan.edition
        plan.choose_who_goes([each.user for each in goes[:2]], seen=seen, by=bram, at=now)

        with pytest.raises(StaleDivision, match="changed the plan a moment ago"):
            plan.describe("Linge", "The ports", "Why", seen=seen, by=bram, at=now)

        assert names(plan.who_goes()) == ["Bram", "Dora"]

    def test_a_stranger_plans_nothing(self, plan, carla, mia, now):
        for somebody in (carla, mia):
            with pytest.raises(DivisionError, match="Only the team"):
                plan.choose_who_goes([], seen=plan.edition, by=somebody, at=now)

    def test_only_people_of_the_team_go(self, plan, anna, carla, now):
        with pytest.raises(StaleDivision, match="has left the team"):
            plan.choose_who_goes([carla.user], seen=plan.edition, by=anna, at=now)

        assert plan.who_goes().count() == 3

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("", "Goal", "Why"), "with letters"),
            (("Rijnmond", "Goal", "Why"), "already a team"),
            (("Linge", " ", "Why"), "what the new team is for"),
            (("Linge", "Goal", "\n"), "why we divide"),
        ],
    )
    def test_its_words_are_complete_and_its_name_is_free(self, plan, anna, now, words, sentence):
        with pytest.raises(TeamError, match=sentence):
            plan.describe(*words, seen=plan.edition, by=anna, at=now)

    @pytest.mark.parametrize(("how_many", "sentence"), [(2, "3 people go"), (4, "3 people stay")])
    def test_each_side_is_a_team(self, plan, goes, stays, anna, now, how_many, sentence):
        people = [each.user for each in [*goes, *stays][:how_many]]
        plan.choose_who_goes(people, seen=plan.edition, by=anna, at=now)

        with pytest.raises(DivisionError, match=sentence):
            lay_before_all(plan, anna, now)

        assert plan.lacks([])

    def test_it_is_not_proposed_without_its_words(self, goes, stays, anna, now):
        plan = Division.objects.plan(by=anna, at=now)
        plan.choose_who_goes([each.user for each in goes], seen=plan.edition, by=anna, at=now)

        with pytest.raises(DivisionError, match="how the new team is called"):
            lay_before_all(plan, anna, now)

    def test_it_is_not_proposed_while_a_part_lacks_something(self, plan, part, anna, now):
        part["lacks"] = "Say which boats go."

        with pytest.raises(DivisionError, match="which boats"):
            lay_before_all(plan, anna, now)

        part.clear()
        assert lay_before_all(plan, anna, now).is_proposed

    def test_what_lies_before_the_team_changes_no_more(self, plan, goes, anna, now):
        lay_before_all(plan, anna, now)

        for verb in (
            lambda: plan.choose_who_goes([], seen=plan.edition, by=anna, at=now),
            lambda: plan.describe("A", "B", "C", seen=plan.edition, by=anna, at=now),
            lambda: lay_before_all(plan, anna, now),
        ):
            with pytest.raises(StaleDivision, match="lies before the team already"):
                verb()

    def test_the_database_keeps_it_so(self, plan, stays, anna, now):
        lay_before_all(plan, anna, now)
        seats = DivisionSeat.objects.filter(division=plan)

        for write in (
            lambda: Division.objects.filter(pk=plan.pk).update(name="Another"),
            lambda: Division.objects.filter(pk=plan.pk).delete(),
            seats.delete,
            lambda: seats.update(membership=anna),
            lambda: seats.create(team=plan.team, division=plan, membership=anna),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                write()

    def test_nobody_of_another_team_has_a_seat(self, plan, carla):
        with pytest.raises(IntegrityError), transaction.atomic():
            DivisionSeat.objects.create(team=plan.team, division=plan, membership=carla)


class TestWhatAllSay:
    def test_it_is_agreed_by_the_last_yes(self, plan, goes, stays, anna, now):
        lay_before_all(plan, anna, now)
        assert anna.team.is_dividing
        for each in [*goes, *stays[1:]]:
            assert plan.is_proposed
            plan.consent(by=each, at=now)

        assert plan.holds
        assert anna.team.is_dividing

    def test_an_objection_takes_it_off_the_table(self, plan, anna, bram, now):
        lay_before_all(plan, anna, now)

        plan.object("I do not want to go", by=bram, at=now)

        assert (plan.state, plan.ended_why) == ("dropped", "I do not want to go")
        assert not anna.team.is_dividing

    def test_half_are_enough_with_the_yes_of_each_who_goes(self, plan, goes, anna, now):
        lay_before_all(plan, anna, now)
        assert Job.objects.filter(kind=SILENCE, key=str(plan.pk)).exists()
        for each in goes:
            plan.consent(by=each, at=now)

        look(plan, now + timedelta(days=8))

        assert plan.holds

    def test_nobody_is_sent_away_by_the_others(self, plan, goes, stays, anna, now):
        lay_before_all(plan, anna, now)
        for each in [*goes[:2], *stays[1:]]:
            plan.consent(by=each, at=now)

        look(plan, now + timedelta(days=8))

        assert plan.state == "lapsed"

    def test_what_is_agreed_can_still_be_dropped(self, agreed, bram, anna, now):
        agreed.drop("The customer left", by=bram, at=now)

        with pytest.raises(StaleDivision, match="once all of us have agreed"):
            agreed.carry_out(by=anna, at=now)


class TestDividing:
    def test_who_goes_is_of_the_new_team_and_who_stays_of_the_old(self, agreed, anna, now):
        new = agreed.carry_out(by=anna, at=now)

        assert names(new.people()) == ["Bram", "Dora", "Emil"]
        assert names(anna.team.people()) == ["Anna", "Fem", "Gijs"]
        assert (agreed.new_team, agreed.divided_at) == (new, now)
        assert (new.name, new.goal, new.divided_from) == ("Merwede", "The ports", anna.team)
        assert not anna.team.is_dividing

    def test_the_new_team_keeps_the_hours_the_country_and_the_managers(
        self, agreed, anna, mia, now
    ):
        old = anna.team
        hours = WorkHours(old.zone, "BE", (((480, 720),), *[()] * 6))
        old.calendars.agree(hours, seen=old.work_calendar.number, by=anna, at=now)

        new = agreed.carry_out(by=anna, at=now)

        assert (new.timezone, new.country) == (old.timezone, "BE")
        assert new.work_calendar.hours == hours
        assert ManagerLink.objects.current().filter(team=new, user=mia.user).exists()

    def test_whoever_came_after_the_plan_stays(self, agreed, anna, now):
        late = builders.member("Huub", anna.team, at=now)

        new = agreed.carry_out(by=anna, at=now)

        assert late.user in anna.team.people()
        assert late.user not in new.people()

    def test_whoever_left_meanwhile_falls_off_the_plan(self, goes, stays, anna, now):
        more = builders.member("Ilse", anna.team, at=now)
        plan = builders.agreed_division([*goes, more], by=anna, at=now)
        goes[2].leave(by=None, at=now)
        # Who comes back was never asked.
        back = anna.team.welcome(goes[2].user, by=None, at=now)

        new = plan.carry_out(by=anna, at=now)

        assert names(new.people()) == ["Bram", "Dora", "Ilse"]
        assert back.user in anna.team.people()

    @pytest.mark.parametrize("says", ["go", "stay"])
    def test_a_side_that_grew_too_small_is_no_team(self, agreed, goes, stays, anna, now, says):
        {"go": goes, "stay": stays}[says][1].leave(by=None, at=now)

        with pytest.raises(DivisionError, match=f"3 people {says}"):
            agreed.carry_out(by=anna, at=now)

        assert agreed.hinders([])
        assert not Team.objects.filter(name="Merwede").exists()

    def test_it_is_done_once(self, agreed, anna, now):
        agreed.carry_out(by=anna, at=now)

        with pytest.raises(StaleDivision, match="divided a moment ago"):
            agreed.carry_out(by=anna, at=now)

    def test_who_left_divides_nothing(self, agreed, goes, anna, now):
        builders.member("Ilse", anna.team, at=now)
        anna.leave(by=None, at=now)

        with pytest.raises(StaleDivision, match="Only the team"):
            agreed.carry_out(by=anna, at=now)

    def test_a_stranger_divides_nothing(self, agreed, carla, mia, now):
        for somebody in (carla, mia):
            with pytest.raises(DivisionError, match="Only the team"):
                agreed.carry_out(by=somebody, at=now)

    def test_each_app_hears_of_it_while_who_goes_is_of_both(self, agreed, goes, anna, now, heard):
        new = agreed.carry_out(by=anna, at=now)

        (call,) = heard
        assert (call["old"], call["new"], call["division"]) == (anna.team, new, agreed)
        assert (call["by"], call["at"]) == (anna, now)
        assert call["both"] == {each.user for each in goes}

    def test_one_that_refuses_leaves_nothing_half(self, agreed, anna, now, refusing):
        before = (list(LogEntry.objects.values_list("pk")), list(Membership.objects.values()))

        with pytest.raises(Refusal, match="at sea"):
            agreed.carry_out(by=anna, at=now)
        dividing.disconnect(refusing)

        assert before == (
            list(LogEntry.objects.values_list("pk")),
            list(Membership.objects.values()),
        )
        assert not Team.objects.filter(name="Merwede").exists()
        agreed.refresh_from_db()
        assert agreed.carry_out(by=anna, at=now).people().count() == 3

    def test_a_name_that_is_taken_meanwhile_is_told(self, agreed, anna, now):
        builders.team("Merwede", at=now)

        with pytest.raises(TeamError, match="already a team called"):
            agreed.carry_out(by=anna, at=now)

    def test_both_teams_read_of_it_in_their_logbook(self, agreed, anna, now):
        new = agreed.carry_out(by=anna, at=now)

        told = LogEntry.objects.filter(kind=Happening.DIVISION_CARRIED_OUT).get()
        begun = LogEntry.objects.filter(kind=Happening.BEGUN_BY_DIVISION).get()
        assert (told.team, begun.team) == (anna.team, new)
        assert story.line(told) == "The team divided: Merwede is a team of its own now."
        assert story.line(begun) == "The team began: until then it was a part of Rijnmond."


class TestThePage:
    """The guided way, over HTTP."""

    @pytest.fixture
    def page(self, anna):
        return reverse("division", args=[anna.team.slug])

    @pytest.fixture
    def bram_client(self, bram):
        client = Client()
        client.force_login(bram.user)
        return client

    def test_leads_from_the_plan_to_two_teams(self, client, anna, goes, stays, page):
        client.force_login(anna.user)
        assert "Begin a plan" in text(client.get(page))
        client.post(page)
        plan = anna.team.divisions.get()

        def send(deed, who=client, **words):
            plan.refresh_from_db()
            seen = {"seen": plan.edition}
            return who.post(f"{page}{plan.pk}/{deed}/", {**seen, **words}, follow=True)

        assert "3 people go" in text(client.get(page))
        send("people", people=[each.user_id for each in goes])
        send("words", name="Merwede", goal="The ports", why="We are many")
        assert "Lay it before all of us" in text(client.get(page))
        send("proposal")
        for each in [*goes, *stays[1:]]:
            theirs = Client()
            theirs.force_login(each.user)
            assert "I consent" in text(theirs.get(page))
            send("consent", who=theirs)
        shown = text(client.get(page))
        assert "Bram, Dora, Emil leave this team and are team Merwede, at once." in shown

        told = send("parting")

        assert told.redirect_chain[-1][0] == reverse("home", args=[anna.team.slug])
        assert "The team divided: Merwede is a team of its own now." in text(told)
        assert "Divided" in text(client.get(page))

    def test_who_goes_along_is_led_into_the_new_team(self, bram_client, agreed, page):
        told = bram_client.post(
            f"{page}{agreed.pk}/parting/", {"seen": agreed.edition}, follow=True
        )

        assert told.redirect_chain[-1][0] == reverse("home", args=["merwede"])
        assert "until then it was a part of Rijnmond" in text(told)

    def test_tells_who_comes_second(self, bram_client, plan, anna, page, now):
        words = {"name": "Linge", "goal": "Locks", "why": "So", "seen": plan.edition}
        plan.describe("Eem", "Ports", "So", seen=plan.edition, by=anna, at=now)

        told = bram_client.post(f"{page}{plan.pk}/words/", words)

        assert told.status_code == 409
        assert "changed the plan a moment ago" in text(told)
        assert "Linge" in told.content.decode()

    def test_keeps_what_was_typed_where_it_cannot_be(self, bram_client, plan, page):
        words = {"name": "Rijnmond", "goal": "Locks", "why": "So", "seen": plan.edition}

        told = bram_client.post(f"{page}{plan.pk}/words/", words)

        assert told.status_code == 422
        assert "already a team called Rijnmond" in text(told)
        assert "Locks" in told.content.decode()

    def test_tells_what_is_in_the_way(self, bram_client, agreed, part, page):
        part["hinders"] = "A boat is at sea."

        shown = text(bram_client.get(page))

        assert "A boat is at sea." in shown
        assert "Divide now" not in shown

    def test_shows_the_refusal_of_an_app(self, bram_client, agreed, page, refusing):
        told = bram_client.post(f"{page}{agreed.pk}/parting/", {"seen": agreed.edition})

        assert told.status_code == 422
        assert "A boat is at sea." in text(told)
        assert not Team.objects.filter(slug="merwede").exists()

    def test_a_second_plan_shows_the_first(self, bram_client, plan, page):
        told = bram_client.post(page, follow=True)

        assert "There is a plan already" in text(told)

    @pytest.mark.parametrize("deed", ["consent", "nonsense"])
    def test_what_cannot_be_done_is_told(self, bram_client, plan, page, deed):
        told = bram_client.post(f"{page}{plan.pk}/{deed}/", {"seen": plan.edition})

        assert told.status_code == (404 if deed == "nonsense" else 409)

    def test_what_is_missing_is_told(self, bram_client, plan, page):
        assert bram_client.post(f"{page}{plan.pk}/end/").status_code == 422

    def test_is_the_teams_alone(self, client, agreed, mia, carla, page):
        for somebody in (mia, carla):
            client.force_login(somebody.user)
            assert client.get(page).status_code == 404

    def test_a_manager_reads_that_we_divide_once_all_have_agreed(
        self, client, plan, mia, anna, now
    ):
        client.force_login(mia.user)
        people = reverse("people", args=[anna.team.slug])
        lay_before_all(plan, anna, now)
        home = reverse("home", args=[anna.team.slug])
        assert "Dividing" not in text(client.get(people))
        assert "divide" not in text(client.get(home))
        for each in anna.team.memberships.current().exclude(pk=anna.pk):
            plan.consent(by=each, at=now)

        assert "Dividing" in text(client.get(people))
        assert "Dividing" in text(client.get(home))
        assert "The team agreed to divide" in text(client.get(home))

    def test_a_manager_hears_that_it_is_dropped_who_heard_that_it_was_agreed(
        self, client, agreed, mia, anna, now
    ):
        client.force_login(mia.user)
        home = reverse("home", args=[anna.team.slug])
        agreed.drop("The customer left", by=anna, at=now)
        assert text(client.get(home)).count("taken off the table") == 1

        Division.objects.plan(by=anna, at=now).drop("No", by=anna, at=now)

        assert text(client.get(home)).count("taken off the table") == 1

    def test_asks_as_often_for_many_as_for_few(
        self, bram_client, plan, page, anna, now, django_assert_max_num_queries
    ):
        bram_client.get(page)
        with CaptureQueriesContext(connection) as few:
            bram_client.get(page)
        for number in range(5):
            builders.member(f"P{number}", anna.team, at=now)

        with django_assert_max_num_queries(len(few)):
            bram_client.get(page)

    def test_whoever_has_to_answer_finds_it_today(self, plan, anna, bram, now):
        lay_before_all(plan, anna, now)

        (duty,) = duties.of(bram.user, bram.team, day=now.date())
        assert (duty.what, duty.about) == ("Answer the plan to divide our team", "Merwede")
        assert not duties.of(anna.user, anna.team, day=now.date())


class TestForPrograms:
    def test_the_same_verbs(self, client, anna, goes, stays):
        client.force_login(anna.user)
        root = f"/api/v1/teams/{anna.team.slug}/division/"
        made = client.post(root, content_type="application/json")
        assert made.status_code == 201
        plan = f"{root}{made.json()['id']}/"

        def send(deed, who=client, **words):
            told = who.post(f"{plan}{deed}/", words, content_type="application/json")
            assert told.status_code == 200, told.content
            return told.json()

        told = send("people", people=[each.user_id for each in goes], seen=1)
        assert [each["name"] for each in told["goes"]] == ["Bram", "Dora", "Emil"]
        told = send("words", name="Merwede", goal="Ports", why="So", seen=told["edition"])
        send("proposal", seen=told["edition"])
        assert client.get(root).json()["is_dividing"]
        for each in [*goes, *stays[1:]]:
            theirs = Client()
            theirs.force_login(each.user)
            told = send("consent", who=theirs)
        assert told["state"] == "active"
        assert send("parting")["state"] == "divided"
        assert [each["name"] for each in client.get(root).json()["over"]] == ["Merwede"]

    def test_a_plan_is_objected_to_and_dropped(self, client, plan, anna, bram, now):
        lay_before_all(plan, anna, now)
        client.force_login(bram.user)
        root = f"/api/v1/teams/{anna.team.slug}/division/{plan.pk}/"

        told = client.post(f"{root}objection/", {"why": "No"}, content_type="application/json")
        again = client.post(f"{root}end/", {"why": "No"}, content_type="application/json")

        assert (told.json()["state"], again.status_code) == ("dropped", 409)

    def test_a_manager_reads_that_we_divide_and_no_more(self, client, agreed, mia, anna):
        client.force_login(mia.user)

        told = client.get(f"/api/v1/teams/{anna.team.slug}/division/")

        assert told.json() == {"is_dividing": True, "plan": None, "over": []}
