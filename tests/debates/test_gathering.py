"""Gathering: everybody writes, nobody reads, and all is revealed at once."""

from datetime import timedelta

import pytest

from debates.models import Brought, DebateError, Seat, StaleDebate, State
from debates.models.gathering import MOST_POINTS
from debates.models.point import Point
from tests import builders, debating

CALL, PRICE = Brought("We call back too late"), Brought("Too dear", words="Much too dear")
LAST_DAY, OVER = timedelta(days=3), timedelta(days=4)


def test_it_is_revealed_once_all_are_in(debate, anna, bram, mia, now):
    debate.bring(CALL, by=anna, at=now)
    debate.bring(PRICE, by=mia, at=now)
    assert debate.state == State.GATHERING

    debate.bring(CALL, by=bram, at=now)

    assert debate.state == State.CHALLENGING
    assert sorted(debate.points.values_list("place", flat=True)) == [1, 2, 3]


def test_two_of_three_are_too_few_and_get_two_days_more(debate, anna, bram, mia, now):
    debate.bring(CALL, by=anna, at=now)
    debate.bring(CALL, by=mia, at=now)
    debate.run_out(at=now + OVER)
    assert (debate.state, debate.is_extended) == (State.GATHERING, True)

    debate.bring(CALL, by=bram, at=now + OVER)
    assert debate.state == State.CHALLENGING


def test_one_of_five_may_be_missing_when_the_days_are_over(team, anna, bram, mia, dirk, now):
    eva = builders.member("Eva", team, at=now)
    debate = debating.opened(by=anna, at=now)
    for place in (anna, bram, dirk, mia):
        debate.bring(CALL, by=place, at=now)
    assert debate.state == State.GATHERING

    debate.run_out(at=now + LAST_DAY)
    assert debate.state == State.GATHERING
    debate.run_out(at=now + OVER)

    assert debate.state == State.CHALLENGING
    with pytest.raises(StaleDebate, match="another point by now"):
        debate.bring(CALL, by=eva, at=now + OVER)


def test_without_management_nothing_is_revealed(debate, anna, bram, mia, now):
    debate.bring(CALL, by=anna, at=now)
    debate.bring(CALL, by=bram, at=now)
    debate.excuse(debate.seat_of(bram), "Ill", by=bram, at=now)

    debate.run_out(at=now + OVER)
    assert debate.is_extended
    debate.run_out(at=now + timedelta(days=9))

    assert (debate.state, debate.end) == (State.LAPSED, "not_gathered")


def test_a_team_that_nobody_follows_debates_without(anna, bram, now):
    debate = debating.opened(by=anna, at=now)

    debate.bring(CALL, by=anna, at=now)
    debate.bring(CALL, by=bram, at=now)

    assert debate.state == State.CHALLENGING


def test_it_is_extended_once_and_then_lapses(debate, anna, now):
    debate.bring(CALL, by=anna, at=now)

    debate.run_out(at=now + OVER)
    ends_on = debate.ends_on
    assert (debate.state, debate.is_extended) == (State.GATHERING, True)
    debate.run_out(at=now + timedelta(days=8))

    assert (debate.state, debate.end) == (State.LAPSED, "not_gathered")
    assert debate.ends_on == ends_on
    assert debate.points.get().place is None
    assert debate.is_hidden  # what was never revealed is told by nobody


class TestAPoint:
    def test_is_ones_own_until_then(self, debate, anna, bram, now):
        point = debate.bring(CALL, by=anna, at=now)

        debate.change(point, PRICE, by=anna, at=now)
        assert Point.objects.get().words == "Much too dear"
        for verb in (
            lambda: debate.change(point, CALL, by=bram, at=now),
            lambda: debate.take_back(point, by=bram, at=now),
        ):
            with pytest.raises(StaleDebate, match="not there any more"):
                verb()
        debate.take_back(point, by=anna, at=now)
        assert not Point.objects.exists()

    def test_says_something(self, debate, anna, now):
        with pytest.raises(DebateError, match="Say what your point is"):
            debate.bring(Brought(" "), by=anna, at=now)

    def test_has_nine_others_beside_it_at_most(self, debate, anna, now):
        for _each in range(MOST_POINTS):
            debate.bring(CALL, by=anna, at=now)

        with pytest.raises(DebateError, match="Ten points"):
            debate.bring(CALL, by=anna, at=now)


class TestNothingToAdd:
    def test_is_a_part_too(self, debate, anna, bram, mia, now):
        for place in (anna, bram):
            debate.bring(CALL, by=place, at=now)

        debate.add_nothing(by=mia, at=now)

        assert debate.state == State.CHALLENGING

    def test_gives_way_to_a_point(self, debate, anna, now):
        debate.add_nothing(by=anna, at=now)
        debate.bring(CALL, by=anna, at=now)

        assert not debate.seat_of(anna).nothing_to_add
        with pytest.raises(DebateError, match="brought a point already"):
            debate.add_nothing(by=anna, at=now)

    def test_is_said_in_one_debate_of_three(self, debate, anna, bram, mia, now):
        debate.add_nothing(by=anna, at=now)
        others = [
            debating.opened(by=anna, at=now, slug=slug)
            for slug in ("deals-lost", "win-rate", "cycle-time")
        ]

        for later in reversed(others[:2]):
            with pytest.raises(DebateError, match="a short while ago"):
                later.add_nothing(by=anna, at=now)
        others[2].add_nothing(by=anna, at=now)
        assert Seat.objects.filter(person=anna.user, nothing_to_add=True).count() == 2


def test_the_team_is_needed_as_much_as_its_management(debate, anna, bram, mia, now):
    for place in (anna, bram):
        debate.excuse(debate.seat_of(place), "Away", by=place, at=now)
    debate.bring(CALL, by=mia, at=now)

    debate.run_out(at=now + timedelta(days=9))

    assert (debate.state, debate.end) == (State.LAPSED, "not_gathered")


class TestWhoIsExcused:
    def test_is_asked_nothing(self, debate, anna, bram, mia, now):
        debate.bring(CALL, by=anna, at=now)
        debate.bring(CALL, by=mia, at=now)

        debate.excuse(debate.seat_of(bram), " On  holiday ", by=anna, at=now)

        assert debate.state == State.CHALLENGING
        assert debate.seat_of(bram).excused_why == "On holiday"

    def test_has_a_reason_and_a_team_mate_who_says_so(self, debate, anna, bram, mia, now):
        for seat, by, why in (
            (debate.seat_of(bram), anna, " "),
            (debate.seat_of(mia), anna, "She never comes"),
            (debate.seat_of(anna), mia, "Rather not"),
        ):
            with pytest.raises(DebateError):
                debate.excuse(seat, why, by=by, at=now)
        debate.excuse(debate.seat_of(mia), "At the fair", by=mia, at=now)
        assert debate.seat_of(mia).is_excused

    def test_is_so_no_longer_who_speaks(self, debate, anna, bram, now):
        debate.excuse(debate.seat_of(bram), "On holiday", by=anna, at=now)

        debate.bring(CALL, by=bram, at=now)

        assert not debate.seat_of(bram).is_excused

    def test_is_who_leaves_the_team(self, debate, anna, bram, mia, now):
        debate.bring(CALL, by=anna, at=now)
        debate.bring(CALL, by=mia, at=now)

        bram.leave(by=None, at=now)

        debate.refresh_from_db()
        assert debate.state == State.CHALLENGING
        assert debate.seat_of(bram).is_excused

    def test_is_a_manager_who_reads_along_no_longer(self, debate, anna, bram, mia, now):
        for place in (anna, bram):
            debate.bring(CALL, by=place, at=now)

        mia.leave(by=None, at=now)

        debate.refresh_from_db()
        assert debate.state == State.CHALLENGING
