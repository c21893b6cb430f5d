"""What dividing a team means for its agreements, debates and reviews."""

from datetime import date

import pytest
import time_machine

from agreements.dividing import agreements_stay
from agreements.models import Terms
from debates.dividing import debates_stay
from debates.refusals import DebateError
from reviews.dividing import reviews_stay
from reviews.models import Mode
from reviews.refusals import ReviewError
from tests import builders, debating, reviewing

TERMS = Terms("", "I call back", "the log", date(2026, 12, 1))


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def others(anna, bram, now):
    names = ("Dora", "Emil", "Fem", "Gijs")
    return [builders.member(name, anna.team, at=now) for name in names]


@pytest.fixture
def plan(anna, bram, others, now):
    """Bram, Dora and Emil go."""
    return builders.agreed_division([bram, *others[:2]], by=anna, at=now)


class TestAgreements:
    def test_stay_and_those_who_go_promise_no_more(self, plan, anna, bram, now):
        builders.proposed(anna, bram, TERMS, at=now)
        assert agreements_stay(plan).sentence == "1 that runs stays here, with its history."

        builders.proposed(bram, anna, TERMS, at=now)

        told = agreements_stay(plan)
        assert told.sentence.startswith("2 that run stay here")
        assert "In 1 of them somebody promises who goes" in told.sentence
        assert not told.hinders


class TestDebates:
    def test_one_that_asks_for_points_excuses_who_goes(self, plan, anna, bram, now):
        debate = debating.opened(by=anna, at=now)
        assert debates_stay(plan).sentence.startswith("1 that is open stays here")

        plan.carry_out(by=anna, at=now)

        assert debate.seats.get(person=bram.user).excused_why

    def test_one_that_asks_for_consent_ends_first(self, plan, anna, now):
        debate = debating.quick(by=anna, at=now)
        assert debate.question in debates_stay(plan).hinders

        with pytest.raises(DebateError, match="asks all of us for consent"):
            plan.carry_out(by=anna, at=now)


class TestReviews:
    def test_a_round_in_which_all_write_ends_first(self, plan, anna, now):
        assert not reviews_stay(plan).hinders
        reviewing.opened(by=anna, at=now, mode=Mode.OPEN)
        assert "until" in reviews_stay(plan).hinders

        with pytest.raises(ReviewError, match="A round of review is going on"):
            plan.carry_out(by=anna, at=now)

    def test_none_that_was_proposed_is_in_the_way(self, plan, anna, now):
        reviewing.proposed(by=anna, at=now)

        assert plan.carry_out(by=anna, at=now)
