"""Each rule, to either side of its threshold."""

from dataclasses import replace

import pytest

from dashboards.xmr import (
    MANAGER,
    NHS,
    TEAM,
    WHEELER,
    Evidence,
    Figures,
    Finding,
    Limits,
    NearLimit,
    Outside,
    OutsideTwice,
    Profile,
    Rule,
    Run,
    Side,
    Trend,
    TwoOfThree,
    judge,
)
from tests.dashboards import published

# Centre 0, limits at -6 and 6: half way is 3, close to the limit begins beyond 4.
LIMITS = Limits(0, -6, 6, 6 / 2.66, 20)


def found(rule: Evidence, values: Figures, *, gaps_end: bool = False) -> list[Finding]:
    return judge(values, baseline=LIMITS, profile=Profile("one", (rule,), gaps_end=gaps_end))


def points(rule: Evidence, values: Figures, *, gaps_end: bool = False) -> list[int]:
    return [index for finding in found(rule, values, gaps_end=gaps_end) for index in finding.points]


class TestOutside:
    def test_a_point_on_a_limit_is_no_signal_and_one_beyond_it_is(self) -> None:
        assert points(Outside(), [6, 6.01, -6, -6.01]) == [1, 3]

    def test_neighbours_beyond_one_limit_are_one_finding(self) -> None:
        assert found(Outside(), [0, 7, 8, 0, 9]) == [
            Finding(1, 2, Rule.OUTSIDE, Side.UP, completed=1, points=(1, 2)),
            Finding(4, 4, Rule.OUTSIDE, Side.UP, completed=4, points=(4,)),
        ]

    def test_from_one_limit_to_the_other_are_two_findings(self) -> None:
        assert [finding.side for finding in found(Outside(), [7, -7])] == [Side.UP, Side.DOWN]


class TestOutsideTwice:
    def test_a_lone_one_is_no_signal(self) -> None:
        assert found(OutsideTwice(), [0, 7, 0, 4, 0]) == []

    def test_with_a_neighbour_close_to_the_same_limit_it_is(self) -> None:
        assert found(OutsideTwice(), [0, 7, 4.01, 0]) == [
            Finding(1, 2, Rule.OUTSIDE, Side.UP, completed=2, points=(1, 2))
        ]
        assert found(OutsideTwice(), [0, -4.01, -7]) == [
            Finding(1, 2, Rule.OUTSIDE, Side.DOWN, completed=2, points=(1, 2))
        ]

    def test_two_close_ones_without_one_beyond_are_not(self) -> None:
        assert found(OutsideTwice(), [5, 5, 6]) == []

    def test_neither_is_one_at_each_limit(self) -> None:
        assert found(OutsideTwice(), [7, -7]) == []

    def test_holds_from_the_second_of_them_on(self) -> None:
        (finding,) = found(OutsideTwice(), [5, 5, 5, 7, 5])

        assert (finding.onset, finding.completed, finding.end) == (0, 3, 4)


class TestRun:
    eight = Run(8, line_ends=True)

    def test_seven_on_one_side_are_no_run_of_eight(self) -> None:
        assert found(self.eight, [1.0] * 7) == []

    def test_eight_on_one_side_are(self) -> None:
        assert found(self.eight, [-1, *[1.0] * 8, -1]) == [
            Finding(1, 8, Rule.RUN, Side.UP, completed=8, points=tuple(range(1, 9)))
        ]

    def test_a_longer_run_stays_one_finding_and_was_seen_at_its_eighth(self) -> None:
        (finding,) = found(self.eight, [-1.0] * 11)

        assert (finding.onset, finding.completed, finding.end) == (0, 7, 10)
        assert finding.side is Side.DOWN

    def test_a_point_on_the_line_ends_a_run(self) -> None:
        assert found(self.eight, [1, 1, 1, 1, 0, 1, 1, 1, 1]) == []

    def test_or_is_passed_over(self) -> None:
        assert points(Run(8, line_ends=False), [1, 1, 1, 1, 0, 1, 1, 1, 1]) == [
            *range(4),
            *range(5, 9),
        ]

    def test_a_missing_figure_is_passed_over(self) -> None:
        assert len(points(self.eight, [1, 1, 1, 1, None, 1, 1, 1, 1])) == 8

    def test_or_ends_a_run(self) -> None:
        assert points(self.eight, [1, 1, 1, 1, None, 1, 1, 1, 1], gaps_end=True) == []


class TestTrend:
    seven = Trend(7)

    def test_six_rising_figures_are_no_trend_of_seven(self) -> None:
        assert found(self.seven, [1, 2, 3, 4, 5, 6]) == []

    def test_seven_are(self) -> None:
        assert found(self.seven, [9, 1, 2, 3, 4, 5, 6, 7, 3]) == [
            Finding(1, 7, Rule.TREND, Side.UP, completed=7, points=tuple(range(1, 8)))
        ]

    def test_seven_falling_figures_are(self) -> None:
        (finding,) = found(self.seven, [7, 6, 5, 4, 3, 2, 1])

        assert finding.side is Side.DOWN

    def test_two_equal_figures_break_it(self) -> None:
        assert found(self.seven, [1, 2, 3, 4, 4, 5, 6, 7]) == []

    def test_a_missing_figure_breaks_it(self) -> None:
        assert found(self.seven, [1, 2, 3, None, 4, 5, 6, 7], gaps_end=True) == []


class TestNearLimit:
    three_of_four = NearLimit(3, 4)

    def test_two_of_four_are_no_signal(self) -> None:
        assert points(self.three_of_four, [4, 0, 0, 4, 0]) == []

    def test_three_of_four_are_and_the_whole_window_is_picked_out(self) -> None:
        assert found(self.three_of_four, [0, 0, 4, 0, 4, 4, 0, 0]) == [
            Finding(2, 5, Rule.NEAR, Side.UP, completed=5, points=(2, 3, 4, 5))
        ]

    def test_three_of_five_are_no_signal(self) -> None:
        assert points(self.three_of_four, [4, 0, 4, 0, 4]) == []

    def test_half_way_is_not_yet_near(self) -> None:
        assert points(self.three_of_four, [3, 3, 3, 3]) == []
        assert points(self.three_of_four, [3.01, 3.01, 3, 3.01]) == [0, 1, 2, 3]

    def test_both_sides_do_not_add_up(self) -> None:
        assert points(self.three_of_four, [4, -4, 4, -4]) == []

    def test_beyond_the_limit_is_near_it(self) -> None:
        assert points(self.three_of_four, [-7, -7, 0, -4]) == [0, 1, 2, 3]

    def test_three_figures_make_no_window(self) -> None:
        assert points(self.three_of_four, [4, 4, 4]) == []

    @pytest.mark.parametrize(
        ("values", "spans"),
        [
            # Windows 0-3 and 4-7 stand beside each other; 0-3 and 3-6 share a figure.
            ([4, 4, 4, 0, 0, 4, 4, 4], [(0, 3), (4, 7)]),
            ([4, 4, 0, 4, 0, 4, 4], [(0, 6)]),
        ],
    )
    def test_overlapping_windows_are_one_finding(
        self, values: list[float | None], spans: list[tuple[int, int]]
    ) -> None:
        findings = found(self.three_of_four, values)

        assert [(each.onset, each.end) for each in findings] == spans


class TestTwoOfThree:
    rule = TwoOfThree()

    def test_one_close_figure_is_no_signal(self) -> None:
        assert points(self.rule, [5, 1, 1]) == []

    def test_two_of_three_are_and_only_these_are_picked_out(self) -> None:
        assert found(self.rule, [-1, 5, 1, 5, -1]) == [
            Finding(1, 3, Rule.NEAR, Side.UP, completed=3, points=(1, 3))
        ]

    def test_two_thirds_of_the_way_is_not_yet_close(self) -> None:
        assert points(self.rule, [4, 4, 4]) == []
        assert points(self.rule, [4.01, 4, 4.01]) == [0, 2]

    def test_the_third_must_be_on_the_same_side(self) -> None:
        assert points(self.rule, [5, -1, 5]) == []

    def test_beyond_the_limit_is_not_close_to_it(self) -> None:
        assert points(self.rule, [7, 5, 1]) == []

    def test_two_of_four_are_no_signal(self) -> None:
        assert points(self.rule, [5, 1, 1, 5]) == []

    def test_below_the_line_as_well(self) -> None:
        assert points(self.rule, [-5, -5, -1]) == [0, 1]


class TestProfiles:
    def test_without_a_baseline_nothing_is_found(self) -> None:
        assert judge([1, 99, 1], baseline=None, profile=TEAM) == []

    def test_the_manager_hears_nothing_of_weak_hints(self) -> None:
        hints = [4, 0, 4, 4.0]

        assert judge(hints, baseline=LIMITS, profile=MANAGER) == []
        assert [each.rule for each in judge(hints, baseline=LIMITS, profile=TEAM)] == [Rule.NEAR]

    def test_whatever_the_manager_hears_the_team_sees_too(self) -> None:
        values = [7, *[1.0] * 8, *[-1.0] * 9, -7]

        manager = judge(values, baseline=LIMITS, profile=MANAGER)
        team = judge(values, baseline=LIMITS, profile=TEAM)

        assert [each.rule for each in manager] == [
            Rule.OUTSIDE,
            Rule.RUN,
            Rule.RUN,
            Rule.OUTSIDE,
        ]
        assert set(manager) <= set(team)

    def test_the_team_judges_as_wheeler_does(self) -> None:
        assert replace(TEAM, name="wheeler") == WHEELER

    def test_findings_come_by_onset_the_clearest_first(self) -> None:
        found_here = judge([7, 5, 5, 5, 5, 5, 5, 5.0], baseline=LIMITS, profile=TEAM)

        assert [each.rule for each in found_here] == [Rule.OUTSIDE, Rule.RUN, Rule.NEAR]


class TestFindings:
    run = Finding(3, 10, Rule.RUN, Side.UP, completed=10, points=tuple(range(3, 11)))

    def point(self, index: int, side: Side = Side.UP) -> Finding:
        return Finding(index, index, Rule.OUTSIDE, side, completed=index, points=(index,))

    @pytest.mark.parametrize(("index", "same"), [(2, False), (3, True), (10, True), (11, False)])
    def test_that_overlap_on_one_side_are_one_matter(self, index: int, same: bool) -> None:
        assert self.run.touches(self.point(index)) is same
        assert self.point(index).touches(self.run) is same

    def test_on_the_other_side_they_are_not(self) -> None:
        assert not self.run.touches(self.point(5, Side.DOWN))

    def test_can_be_counted_in_a_longer_series(self) -> None:
        assert self.point(2).later_by(5) == self.point(7)


@published.needed
class TestPublishedCases:
    """The package tests of NHSRplotthedots, rule by rule."""

    def cases(self, rule: str) -> list[published.Document]:
        cases: list[published.Document] = published.document("nhsr_rule_unit_cases")["input"][
            "cases"
        ][rule]
        assert cases
        return cases

    def test_runs_of_seven(self) -> None:
        for case in self.cases("seven_point_one_side_mean"):
            runs = found(Run(7, line_ends=True), case["relative"])
            ends = {i for run in runs for i in run.points if i >= run.completed}
            assert [int(i in ends) for i in range(len(case["relative"]))] == case["end_of_run"]

    def test_trends_of_seven(self) -> None:
        sign = {Side.UP: 1, Side.DOWN: -1}
        for case in self.cases("seven_point_trend"):
            trends = found(Trend(7), case["values"])
            ends = {i: sign[t.side] for t in trends for i in t.points if i >= t.completed}
            assert [ends.get(i, 0) for i in range(len(case["values"]))] == case["end_of_trend"]

    def test_two_in_three(self) -> None:
        for case in self.cases("two_in_three"):
            pairs = zip(case["relative"], case["close"], strict=True)
            values = [relative * (5.0 if close else 1.0) for relative, close in pairs]
            picked = points(TwoOfThree(), list(values))
            assert [int(i in picked) for i in range(len(values))] == case["flagged"]

    def test_all_seven_are_part_of_the_signal(self) -> None:
        for case in self.cases("part_of_seven"):
            member = case["member"]
            picked = points(Run(7, line_ends=True), [1.0 if each else -1.0 for each in member])
            assert [int(i in picked) for i in range(len(member))] == member

    def test_rules_of_the_mode_are_those_four(self) -> None:
        assert NHS.rules == (Outside(), Trend(7), TwoOfThree(), Run(7, line_ends=True))
