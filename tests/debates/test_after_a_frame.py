"""Another frame is announced: a debate is asked for on the figure of the team's goal."""

import pytest
import time_machine
from django.urls import reverse

from debates.models import Debate, State
from teams.models import Frame
from tests import builders, debating


@pytest.fixture
def aimed(team):
    """The team with a goal that is a number of deals won."""
    team.goal, team.goal_kpi = "Forty of them", "deals-won"
    team.save()
    return team


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


def page_of(client, team):
    return client.get(reverse("charter", args=[team.slug])).content.decode()


def test_a_debate_is_asked_for_on_the_figure_of_the_goal(aimed, annas, mia, now):
    builders.framed(mia, at=now)

    debate = Debate.objects.get()
    assert (debate.kpi, debate.state, debate.asked_by) == (
        "deals-won", State.REQUESTED, mia.user,
    )  # fmt: skip
    assert builders.FRAME.law not in debate.question
    assert reverse("debates:debate", args=[aimed.slug, debate.pk]) in page_of(annas, aimed)


def test_one_that_is_open_will_do(aimed, anna, annas, bram, mia, now):
    debate = debating.opened(by=anna, at=now, slug="deals-won")

    builders.framed(mia, at=now)

    assert Debate.objects.get() == debate
    assert reverse("debates:debate", args=[aimed.slug, debate.pk]) in page_of(annas, aimed)


@pytest.mark.parametrize("slug", ["", "no-figure-any-more", "time-in-stage"])
def test_without_a_figure_none_is_asked_for_and_the_page_says_so(team, annas, mia, now, slug):
    team.goal_kpi = slug
    team.save()

    builders.framed(mia, at=now)

    assert Frame.objects.exists()
    assert not Debate.objects.exists()
    assert "No debate was asked for with it" in page_of(annas, team)


def beside_a_quick_decision(anna, now):
    """What the form says two weeks later, when the frame holds."""
    with time_machine.travel(now.replace(month=12, day=14), tick=False):
        page = builders.browser(anna.user).get(reverse("debates:quick", args=[anna.team.slug]))
    assert page.status_code == 200
    return page.content.decode()


def test_the_limit_of_the_frame_stands_beside_a_quick_decision(team, annas, anna, mia, now):
    builders.framed(mia, at=now)

    today = annas.get(reverse("debates:quick", args=[team.slug])).content.decode()
    assert "money for one decision" not in today
    assert "money for one decision: €500 at most." in beside_a_quick_decision(anna, now)


def test_a_frame_that_says_nothing_of_money_says_nothing_there(anna, mia, now):
    builders.framed(mia, at=now, limit=None)

    assert "money for one decision" not in beside_a_quick_decision(anna, now)
