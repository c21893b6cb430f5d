"""The range a process keeps by itself."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboards.spc import expected_range
from dashboards.xmr import (
    NHS,
    TEAM,
    WHEELER_MEDIAN_RANGE,
    WHEELER_MEDIANS,
    Limits,
    Profile,
    Side,
    judge,
    mean,
    moving_ranges,
    natural_limits,
    trend_line,
)
from tests.dashboards import published
from tests.dashboards.properties import repeatable

SCREENED = replace(NHS, screened=True)

figures = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=40)


class TestMovingRanges:
    def test_are_the_distances_between_neighbours(self) -> None:
        assert moving_ranges([5, 8, 2]) == [None, 3, 6]

    def test_a_missing_figure_takes_both_its_ranges_along(self) -> None:
        assert moving_ranges([5, None, 2, 4]) == [None, None, None, 2]

    def test_of_nothing_there_are_none(self) -> None:
        assert moving_ranges([]) == []


class TestNaturalLimits:
    def test_lie_2_66_mean_ranges_from_the_mean(self) -> None:
        limits = natural_limits([10, 14, 12])

        assert limits is not None
        assert (limits.centre, limits.mean_range, limits.n) == (12, 3, 3)
        assert (limits.lower, limits.upper) == pytest.approx((4.02, 19.98))

    def test_missing_is_not_zero(self) -> None:
        with_gap = natural_limits([10, 14, None, 12, 15])

        assert with_gap is not None
        assert (with_gap.centre, with_gap.mean_range, with_gap.n) == (12.75, 3.5, 4)

    @pytest.mark.parametrize("values", [[], [5], [None, None], [5, None, 5]])
    def test_take_two_neighbours(self, values: list[float | None]) -> None:
        assert natural_limits(values) is None

    def test_the_median_range_is_deaf_to_one_great_jump(self) -> None:
        limits = natural_limits([1, 2, 4, 100, 101, 103], WHEELER_MEDIAN_RANGE)

        assert limits is not None
        assert limits.mean_range == 2
        assert limits.upper - limits.centre == pytest.approx(3.145 * 2)

    def test_the_median_centre_is_the_middle_figure(self) -> None:
        limits = natural_limits([1, 2, 900], WHEELER_MEDIANS)

        assert limits is not None
        assert limits.centre == 2

    def test_screening_drops_a_range_of_3_267_times_the_mean_and_no_smaller_one(self) -> None:
        profile = replace(SCREENED, screen_factor=2.0)
        # Ranges 1, 1, 1, 5: their mean is 2, so 4 would be dropped and 5 is.
        dropped = natural_limits([0, 1, 0, 1, 6], profile)
        # Ranges 1, 1, 4: their mean is 2, and 4 is exactly twice that.
        on_the_bound = natural_limits([0, 1, 0, 4], profile)
        # Ranges 1, 1, 3.9 have a mean of 1.966…; 3.9 is a little less than twice that.
        just_kept = natural_limits([0, 1, 0, 3.9], profile)

        assert dropped is not None
        assert dropped.mean_range == 1
        assert on_the_bound is not None
        assert on_the_bound.mean_range == 1
        assert just_kept is not None
        assert just_kept.mean_range == pytest.approx(5.9 / 3)

    def test_screening_a_constant_series_leaves_nothing(self) -> None:
        assert natural_limits([3, 3, 3], SCREENED) is None

    def test_screening_leaves_the_mean_alone(self) -> None:
        values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
        screened = natural_limits(values, SCREENED)

        assert screened is not None
        assert screened.centre == mean(values)
        assert screened.mean_range == 1

    @repeatable
    @given(figures)
    def test_doubling_every_figure_doubles_the_limits(self, values: list[float]) -> None:
        once, twice = natural_limits(values), natural_limits([2 * value for value in values])

        assert once is not None
        assert twice is not None
        assert twice.centre == pytest.approx(2 * once.centre, abs=1e-9)
        assert twice.upper == pytest.approx(2 * once.upper, abs=1e-9)
        assert twice.lower == pytest.approx(2 * once.lower, abs=1e-9)

    @repeatable
    @given(figures, st.integers(-(10**6), 10**6))
    def test_shifting_every_figure_shifts_the_limits(self, values: list[float], shift: int) -> None:
        here = natural_limits(values)
        there = natural_limits([value + shift for value in values])

        assert here is not None
        assert there is not None
        assert there.mean_range == pytest.approx(here.mean_range, abs=1e-9)
        assert there.upper == pytest.approx(here.upper + shift, abs=1e-6)
        assert there.lower == pytest.approx(here.lower + shift, abs=1e-6)

    @repeatable
    @given(figures, st.integers(-(10**6), 10**6), st.sampled_from([0.5, 3.0, 8.0]))
    def test_scaling_and_shifting_leaves_the_signals_where_they_are(
        self, values: list[float], shift: int, scale: float
    ) -> None:
        moved = [scale * value + shift for value in values]

        assert judge(moved, baseline=natural_limits(moved), profile=TEAM) == judge(
            values, baseline=natural_limits(values), profile=TEAM
        )

    @repeatable
    @given(
        st.floats(-1e9, 1e9, allow_nan=False),
        st.integers(2, 60),
        st.sampled_from([TEAM, NHS, SCREENED, WHEELER_MEDIANS]),
    )
    def test_a_constant_series_never_gives_signals(
        self, value: float, length: int, profile: Profile
    ) -> None:
        values = [value] * length

        assert judge(values, baseline=natural_limits(values, profile), profile=profile) == []

    @published.needed
    @pytest.mark.parametrize("case", range(8))
    def test_agree_with_published_calculations(self, case: int) -> None:
        published_case = published.document("nhspy_limits_calculations")["input"]["cases"][case]
        theirs = published_case["expected"]

        limits = natural_limits(published_case["values"], SCREENED)

        assert limits is not None
        assert limits.centre == pytest.approx(theirs["cl"], abs=1e-9)
        assert limits.lower == pytest.approx(theirs["lpl"], abs=1e-9)
        assert limits.upper == pytest.approx(theirs["upl"], abs=1e-9)
        reach = 2 / 3 * (limits.upper - limits.centre)
        assert limits.centre - reach == pytest.approx(theirs["near_lpl"], abs=1e-9)
        assert limits.centre + reach == pytest.approx(theirs["near_upl"], abs=1e-9)


class TestSides:
    limits = Limits(10, 4, 16, 2, 20)

    @pytest.mark.parametrize(
        ("value", "side"),
        [(16.001, Side.UP), (16, None), (10, None), (4, None), (3.999, Side.DOWN)],
    )
    def test_on_a_limit_is_within(self, value: float, side: Side | None) -> None:
        assert self.limits.outside(value) is side

    @pytest.mark.parametrize(("value", "side"), [(10.001, Side.UP), (10, None), (9.999, Side.DOWN)])
    def test_on_the_line_is_on_neither_side(self, value: float, side: Side | None) -> None:
        assert self.limits.side_of(value) is side

    @pytest.mark.parametrize(
        ("value", "side"), [(13.001, Side.UP), (13, None), (7, None), (6.999, Side.DOWN)]
    )
    def test_past_half_way_is_nearer_to_the_limit(self, value: float, side: Side | None) -> None:
        assert self.limits.past(value, 0.5) is side

    def test_the_last_bit_of_a_mean_puts_no_point_off_the_line(self) -> None:
        limits = natural_limits([0.3, 0.9, 0.6])

        assert limits is not None
        assert limits.centre != 0.6
        assert limits.side_of(0.6) is None

    @repeatable
    @given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
    def test_a_mean_lies_between_its_figures(self, values: list[float]) -> None:
        room = 1e-9 * (1 + max(map(abs, values)))

        assert min(values) - room <= mean(values) <= max(values) + room


class TestExpectedRange:
    def test_is_cut_at_what_the_measure_can_be(self) -> None:
        limits = Limits(0.9, 0.7, 1.1, 0.075, 20)

        assert expected_range(limits, floor=0, ceiling=1) == (0.7, 1)

    def test_a_count_does_not_fall_below_zero(self) -> None:
        assert expected_range(Limits(4, -3, 11, 2.6, 20)) == (0, 11)

    def test_a_difference_may(self) -> None:
        assert expected_range(Limits(4, -3, 11, 2.6, 20), floor=None) == (-3, 11)

    def test_limits_beyond_the_possible_shrink_to_its_edge(self) -> None:
        assert expected_range(Limits(-4, -5, -3, 0.4, 20)) == (0, 0)
        assert expected_range(Limits(5, 4, 6, 0.4, 20), ceiling=1) == (1, 1)


class TestTrendLine:
    def test_runs_through_the_average_of_each_half(self) -> None:
        assert trend_line([1, 3, 5, 7]) == ([1, 3, 5, 7], 2)

    def test_of_an_odd_number_the_middle_figure_belongs_to_neither_half(self) -> None:
        assert trend_line([0, 2, 99, 6, 8]) == ([0, 2, 4, 6, 8], 2)

    @repeatable
    @given(figures, st.integers(-50, 50))
    def test_follows_a_slope_laid_over_the_figures(self, values: list[float], tilt: int) -> None:
        assume(len(values) > 1)
        tilted = [value + tilt * index for index, value in enumerate(values)]

        assert trend_line(tilted)[1] == pytest.approx(trend_line(values)[1] + tilt, abs=1e-6)
