"""How long things take when some are still open."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.survival import (
    Incidence,
    OutcomeTally,
    Tally,
    cumulative_incidence,
    kaplan_meier,
    quantile_time,
    share_by,
    tally,
    tally_outcomes,
)
from tests.dashboards.properties import repeatable

cases = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60)
outcomes = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["won", "lost", None])),
    min_size=1,
    max_size=60,
)


class TestTheCurve:
    def test_steps_down_by_the_share_that_finishes(self) -> None:
        curve = kaplan_meier([Tally(2, 1), Tally(5, 1, 1), Tally(9, 0, 1)])

        assert [step.survival for step in curve.steps] == [0.75, 0.5, 0.5]
        assert [step.at_risk for step in curve.steps] == [4, 3, 1]
        assert (curve.cases, curve.censored) == (4, 2)

    def test_open_cases_count_at_the_time_they_were_last_seen(self) -> None:
        # Who is followed to the very day others finish was at risk on that day.
        assert kaplan_meier([Tally(5, 1, 1)]).steps[0].survival == 0.5

    def test_of_nothing_is_empty(self) -> None:
        curve = kaplan_meier([])

        assert (curve.steps, curve.cases, curve.censored, curve.median) == ((), 0, 0, None)

    def test_a_tally_of_nothing_makes_no_step(self) -> None:
        assert [step.time for step in kaplan_meier([Tally(1, 0, 0), Tally(2, 1)]).steps] == [2]

    def test_tallies_of_one_time_are_added_up(self) -> None:
        apart = kaplan_meier([Tally(3, 1), Tally(1, 0, 1), Tally(3, 2, 1)])

        assert apart == kaplan_meier([Tally(1, 0, 1), Tally(3, 3, 1)])

    def test_before_the_first_event_everything_is_open_for_certain(self) -> None:
        step = kaplan_meier([Tally(1, 0, 1), Tally(2, 1)]).steps[0]

        assert (step.survival, step.std_err, step.lower, step.upper) == (1, 0, 1, 1)

    def test_when_nothing_is_left_there_is_no_interval(self) -> None:
        step = kaplan_meier([Tally(1, 1)]).steps[0]

        assert (step.survival, step.std_err, step.lower, step.upper) == (0, None, None, None)

    def test_more_confidence_takes_a_wider_interval(self) -> None:
        tallies = [Tally(1, 3), Tally(2, 0, 7)]
        narrow = kaplan_meier(tallies, confidence=0.8).steps[0]
        wide = kaplan_meier(tallies, confidence=0.99).steps[0]

        assert narrow.lower is not None
        assert narrow.upper is not None
        assert wide.lower is not None
        assert wide.upper is not None
        assert wide.lower < narrow.lower < narrow.survival < narrow.upper < wide.upper

    @pytest.mark.parametrize(
        "impossible",
        [Tally(-1, 1), Tally(math.nan, 1), Tally(math.inf, 1), Tally(1, -1), Tally(1, 0, -1)],
    )
    def test_refuses_what_cannot_be(self, impossible: Tally) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            kaplan_meier([impossible])

    @repeatable
    @given(cases)
    def test_never_rises_and_stays_within_its_interval(
        self, given_cases: list[tuple[int, bool]]
    ) -> None:
        times, finished = zip(*given_cases, strict=True)
        curve = kaplan_meier(tally(times, finished))
        shares = [1.0, *(step.survival for step in curve.steps)]

        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)
        assert sum(step.events + step.censored for step in curve.steps) == len(given_cases)
        for step in curve.steps:
            if step.lower is not None and step.upper is not None:
                assert 0 <= step.lower <= step.survival <= step.upper <= 1

    @repeatable
    @given(cases)
    def test_weighted_counts_equal_the_list_they_stand_for(
        self, given_cases: list[tuple[int, bool]]
    ) -> None:
        times, finished = zip(*given_cases, strict=True)
        one_by_one = [Tally(time, int(done), int(not done)) for time, done in given_cases]

        assert kaplan_meier(one_by_one) == kaplan_meier(tally(times, finished))

    @repeatable
    @given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
    def test_without_open_cases_it_is_the_share_still_to_finish(self, times: list[int]) -> None:
        for step in kaplan_meier(tally(times, [True] * len(times))).steps:
            later = sum(time > step.time for time in times)
            assert step.survival == pytest.approx(later / len(times))


class TestTheMedian:
    def test_is_the_first_time_by_which_half_has_finished(self) -> None:
        assert kaplan_meier([Tally(3, 1), Tally(7, 1), Tally(9, 1)]).median == 7

    def test_counts_exactly_half_as_half(self) -> None:
        assert kaplan_meier([Tally(3, 1), Tally(7, 1)]).median == 3
        # 23/24 · 22/23 · … · 12/13 misses one half by the last bit.
        assert kaplan_meier([Tally(day, 1) for day in range(1, 25)]).median == 12

    def test_is_not_reached_while_more_than_half_is_open(self) -> None:
        curve = kaplan_meier([Tally(3, 2), Tally(9, 0, 3)])

        assert curve.median is None
        assert curve.median_interval == (3, None)

    def test_leaving_out_what_is_open_would_shorten_it(self) -> None:
        times, finished = [10, 20, 30, 40, 50, 60], [True, False, True, False, True, True]
        closed_only = [time for time, done in zip(times, finished, strict=True) if done]

        assert kaplan_meier(tally(times, finished)).median == 50
        assert kaplan_meier(tally(closed_only, [True] * 4)).median == 30

    @repeatable
    @given(cases)
    def test_alone_is_that_of_the_curve(self, cases: list[tuple[int, bool]]) -> None:
        curve = kaplan_meier(tally(*zip(*cases, strict=True)))
        ended = [time for time, done in cases if done]
        lasting = [time for time, done in cases if not done]

        assert quantile_time(ended, lasting, 0.5) == curve.median
        assert quantile_time(ended, lasting, 0.85) == curve.quantile(0.85)

    def test_alone_counts_exactly_half_as_half(self) -> None:
        assert quantile_time(range(1, 25), [], 0.5) == 12

    def test_alone_of_nothing_is_not_reached(self) -> None:
        assert quantile_time([], [], 0.5) is None

    @pytest.mark.parametrize(("ended", "lasting"), [([-1], []), ([], [-1]), ([3, -1], [2])])
    def test_alone_refuses_a_time_before_nought(
        self, ended: list[float], lasting: list[float]
    ) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            quantile_time(ended, lasting, 0.5)

    def test_other_shares_can_be_asked_for(self) -> None:
        curve = kaplan_meier([Tally(day, 1) for day in range(1, 21)])

        assert [curve.quantile(share) for share in (0.25, 0.85, 1)] == [5, 17, 20]


class TestIncidence:
    def test_lost_is_not_open(self) -> None:
        incidence = cumulative_incidence(
            [OutcomeTally(1, {"lost": 1}), OutcomeTally(2, {"won": 1}), OutcomeTally(3, {}, 2)]
        )
        lost_as_open = kaplan_meier([Tally(1, 0, 1), Tally(2, 1), Tally(3, 0, 2)])

        assert incidence.at(3, "won") == 0.25
        assert 1 - lost_as_open.steps[-1].survival == pytest.approx(1 / 3)

    def test_holds_from_its_step_on(self) -> None:
        incidence = cumulative_incidence([OutcomeTally(4, {"won": 1}, 1)])

        assert [incidence.at(day, "won") for day in (3.9, 4, 90)] == [0, 0.5, 0.5]
        assert incidence.at(90, "never heard of") == 0
        assert incidence.followed_until == 4

    def test_of_nothing_is_empty(self) -> None:
        nothing = cumulative_incidence([])

        assert nothing == Incidence(())
        assert (nothing.cases, nothing.followed_until, nothing.at(9, "won")) == (0, None, 0)

    def test_a_tally_of_nothing_makes_no_step(self) -> None:
        steps = cumulative_incidence([OutcomeTally(1, {}), OutcomeTally(2, {"won": 1})]).steps

        assert [step.time for step in steps] == [2]

    @pytest.mark.parametrize(
        "impossible", [OutcomeTally(-1, {}), OutcomeTally(1, {"won": -1}), OutcomeTally(1, {}, -1)]
    )
    def test_refuses_what_cannot_be(self, impossible: OutcomeTally) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            cumulative_incidence([impossible])

    @repeatable
    @given(outcomes)
    def test_shares_add_up_to_one_and_never_fall(
        self, given_cases: list[tuple[int, str | None]]
    ) -> None:
        times, came_to = zip(*given_cases, strict=True)
        incidence = cumulative_incidence(tally_outcomes(times, came_to))
        before = {"won": 0.0, "lost": 0.0}

        assert incidence.cases == len(given_cases)
        for step in incidence.steps:
            assert step.open + sum(step.incidence.values()) == pytest.approx(1)
            for outcome, share in step.incidence.items():
                assert share >= before[outcome]
                before[outcome] = share

    @repeatable
    @given(outcomes)
    def test_weighted_counts_equal_the_list_they_stand_for(
        self, given_cases: list[tuple[int, str | None]]
    ) -> None:
        times, came_to = zip(*given_cases, strict=True)
        one_by_one = [
            OutcomeTally(time, {outcome: 1} if outcome else {}, int(outcome is None))
            for time, outcome in given_cases
        ]
        ours = cumulative_incidence(one_by_one).steps
        theirs = cumulative_incidence(tally_outcomes(times, came_to)).steps

        assert [(step.time, step.at_risk) for step in ours] == [
            (step.time, step.at_risk) for step in theirs
        ]
        for mine, other in zip(ours, theirs, strict=True):
            assert mine.open == pytest.approx(other.open)
            assert mine.incidence == pytest.approx(other.incidence)

    @repeatable
    @given(cases)
    def test_of_one_outcome_it_is_what_the_curve_leaves(
        self, given_cases: list[tuple[int, bool]]
    ) -> None:
        times, finished = zip(*given_cases, strict=True)
        incidence = cumulative_incidence(
            tally_outcomes(times, ["won" if done else None for done in finished])
        )

        for step in kaplan_meier(tally(times, finished)).steps:
            assert incidence.at(step.time, "won") == pytest.approx(1 - step.survival)

    @repeatable
    @given(outcomes, st.integers(0, 32))
    def test_one_share_alone_is_that_of_the_estimate(
        self, given_cases: list[tuple[int, str | None]], horizon: int
    ) -> None:
        # Of what is followed beyond the horizon, all that counts is that it was.
        seen = [(horizon + 1, None) if time > horizon else (time, end) for time, end in given_cases]
        incidence = cumulative_incidence(tally_outcomes(*zip(*seen, strict=True)))
        won, lost, lasting = (
            [time for time, end in given_cases if end == which] for which in ("won", "lost", None)
        )
        share = share_by(horizon, won, lost, lasting)

        assert (share is not None) == incidence.knows(horizon)
        assert share is None or share == pytest.approx(incidence.at(horizon, "won"))

    def test_one_share_alone_of_nothing_is_not_known(self) -> None:
        assert share_by(90, [], [], []) is None

    def test_one_share_alone_is_known_when_all_have_ended_before(self) -> None:
        assert share_by(90, [10], [20], []) == 0.5
        assert share_by(90, [10], [20], [30]) is None
