"""A newcomer starts a team: goal, process and first member at once, or nothing at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from crm.models import Deal, Pipeline, PipelineError
from crm.starting import TeamDraft, may_start
from crm.team_form import StartTeam
from teams.models import Goal, Team, TeamError
from tests import builders
from tests.evidence import everything
from tests.racing import at_once

PAGE = "/start-a-team/"


@pytest.fixture
def dora(db):
    return builders.person("Dora")


@pytest.fixture
def doras(dora):
    return builders.browser(dora)


@pytest.fixture
def company(settings):
    settings.DEMO = False


def filled(**changes):
    fresh = StartTeam(at=timezone.now())
    begun = {name: str(fresh[name].value() or "") for name in fresh.fields}
    soon = timezone.now().date() + timedelta(days=60)
    return begun | {
        "name": "Team Noord",
        "goal": "Twelve bakeries online by spring",
        "goal_target": "12",
        "goal_until_on": soon.isoformat(),
        **changes,
    }


def draft(now, **changes):
    goal = Goal(
        "Twelve bakeries", "deals-won", Decimal(12), now.date(), (now + timedelta(9)).date()
    )
    made = {"name": "Noord", "goal": goal, "timezone": "UTC", "country": "NL", "currency": "EUR"}
    return TeamDraft(**{**made, "stages": builders.STAGES, **changes})


class TestTheTeam:
    @pytest.fixture
    def begun(self, doras):
        self.answer = doras.post(
            PAGE, filled(timezone="America/New_York", country="US", currency="USD")
        )
        return Team.objects.get(slug="team-noord")

    def test_its_starter_lands_on_the_board_as_the_first_member(self, begun, dora):
        assert self.answer.url == "/teams/team-noord/board/"
        assert [place.user for place in begun.memberships.current()] == [dora]

    def test_it_has_a_goal_with_a_number_and_a_date(self, begun):
        assert begun.goal == "Twelve bakeries online by spring"
        assert (begun.goal_kpi, begun.goal_target) == ("deals-won", 12)
        today = timezone.now().astimezone(begun.zone).date()
        assert begun.goal_from_on == today < begun.goal_until_on

    def test_it_has_its_own_time_holidays_and_money(self, begun):
        assert begun.timezone == "America/New_York"
        assert date(2026, 11, 26) not in begun.workdays  # Thanksgiving
        assert begun.pipelines.get().currency == "USD"

    def test_it_has_five_stages_as_they_were_filled_in(self, begun):
        stages = begun.pipelines.get().stages.in_order()

        assert [(stage.name, stage.category) for stage in stages] == [
            ("First contact", "intake"),
            ("Needs clear", "open"),
            ("Proposal", "open"),
            ("Delivered", "won"),
            ("Lost", "lost"),
        ]
        assert stages[0].exit_policy == "Answered within one working day"

    def test_the_empty_board_says_what_to_do(self, begun, doras):
        text = doras.get(self.answer.url).content.decode()

        assert "write it down with “New deal” under First contact" in " ".join(text.split())
        assert "Team Noord has begun" in text

    def test_the_lesson_is_over_with_the_first_deal(self, begun, doras):
        intake = begun.pipelines.get().first_stage()
        doras.post("/teams/team-noord/deals/", {"stage": intake.pk, "title": "A new oven"})

        assert Deal.objects.get().team == begun
        assert "No deal is open" not in doras.get(self.answer.url).content.decode()

    def test_the_logbook_tells_how_it_began(self, begun, dora, doras):
        lines = begun.logbook.order_by("pk")

        assert [line.kind for line in lines] == [
            "teams.team.started",
            "teams.member.welcomed",
            "teams.goal.set",
            "crm.pipeline.started",
        ]
        assert {line.actor for line in lines} == {dora}
        assert "The team set its goal." in doras.get("/teams/team-noord/").content.decode()


def test_the_stages_are_proposed_in_the_language_of_the_starter(doras):
    with translation.override("nl"):
        text = str(StartTeam(at=timezone.now())["stage_1"].value())

    assert text == "Eerste contact"


def test_a_team_may_begin_with_four_stages(doras):
    doras.post(PAGE, filled(stage_3="", policy_3=""))

    assert Pipeline.objects.get().stages.count() == 4


class TestWhatIsTypedWrong:
    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("name", "", "This field is required."),
            ("name", "???", "Give the team a name with letters in it."),
            ("name", "n" * 81, "at most 80 characters"),
            ("goal", " ", "This field is required."),
            ("goal_kpi", "win-rate", "Select a valid choice"),
            ("goal_target", "", "This field is required."),
            ("goal_target", "0", "Choose a number above nought."),
            ("goal_target", "-3", "greater than or equal to 0"),
            ("goal_target", "many", "Write the amount in digits"),
            ("goal_until_on", "", "This field is required."),
            ("goal_until_on", "2020-01-01", "The goal needs a day in the future."),
            ("goal_until_on", "0001-01-01", "Choose a day between 1990 and 2100."),
            ("timezone", "Mars/Olympus", "Select a valid choice"),
            ("currency", "XXX", "Select a valid choice"),
            ("stage_1", "", "This field is required."),
            ("stage_2", "FIRST contact", "cannot have the same name"),
            ("stage_4", "", "This field is required."),
            ("stage_5", "Proposal", "cannot have the same name"),
            ("policy_1", "p" * 161, "at most 160 characters"),
        ],
    )
    def test_is_told_beside_the_field_and_nothing_is_written(self, doras, field, typed, said):
        before = everything()

        page = doras.post(PAGE, filled(**{field: typed, "policy_2": "What we typed before"}))

        assert page.status_code == 422
        assert said in str(page.context["form"][field].errors)
        assert "What we typed before" in page.content.decode()
        assert everything() == before

    def test_a_name_that_is_taken_is_told_beside_the_name(self, doras, now):
        builders.team("Team Noord", at=now)
        before = everything()

        page = doras.post(PAGE, filled())

        assert page.status_code == 422
        assert "already a team called Team Noord" in str(page.context["form"]["name"].errors)
        assert everything() == before


class TestWhoMay:
    def test_in_the_demo_anybody(self, anna, mia):
        assert may_start(anna.user)
        assert may_start(mia.user)

    def test_in_a_company_who_has_no_place_yet(self, company, dora, anna, mia, carla, now):
        carla.leave(by=None, at=now)

        assert may_start(dora)
        assert may_start(carla.user)
        assert not may_start(anna.user)
        assert not may_start(mia.user)

    def test_nobody_who_may_not_sign_in(self, dora):
        dora.is_active = False

        assert not may_start(dora)

    def test_who_may_not_is_told_what_to_do(self, company, annas):
        before = everything()

        assert "You have a place in a team already" in annas.get(PAGE).content.decode()
        page = annas.post(PAGE, filled())

        assert page.status_code == 422
        assert everything() == before

    def test_the_way_there_is_shown_to_who_may(self, company, doras, dora, team, now):
        assert PAGE in doras.get("/").content.decode()

        team.welcome(dora, by=None, at=now)
        assert PAGE not in doras.get("/teams/rijnmond/").content.decode()

    def test_in_the_demo_the_way_stands_in_the_menu(self, annas):
        assert PAGE in annas.get("/teams/rijnmond/").content.decode()


class TestTheVerb:
    def test_starts_nothing_when_the_process_is_none(self, dora, now):
        before = everything()

        with pytest.raises(PipelineError):
            draft(now, stages=builders.STAGES[:1]).start(by=dora, at=now)

        assert everything() == before

    @pytest.mark.parametrize(
        "goal",
        [
            Goal(" ", "deals-won", Decimal(1), timezone.now().date(), timezone.now().date()),
            Goal("Bread", "deals-won", Decimal(0), timezone.now().date(), timezone.now().date()),
            Goal("Bread", "deals-won", Decimal(1), timezone.now().date(), timezone.now().date()),
        ],
    )
    def test_starts_nothing_without_a_goal_that_has_an_end(self, dora, now, goal):
        before = everything()

        with pytest.raises(TeamError):
            draft(now, goal=goal).start(by=dora, at=now)

        assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_start_one_team(company, dora, now):
    drafts = [draft(now, name="Noord"), draft(now, name="Zuid")]

    found = at_once([lambda each=each: each.start(by=dora, at=now) for each in drafts])

    assert sorted(type(each) for each in found if isinstance(each, TeamError)) == [TeamError]
    assert Team.objects.count() == 1
