"""The point-by-point labels of NHS charts, where the vectors leave a corner."""

from dataclasses import replace
from typing import ClassVar

import pytest

from dashboards.making_data_count import Direction, Dot, assurance, icons, plot_the_dots
from dashboards.xmr import NHS, Limits, natural_limits
from tests.dashboards import published

UP, DOWN, NEUTRAL = Direction.INCREASE, Direction.DECREASE, Direction.NEUTRAL


class TestMissingFigures:
    values: ClassVar = [1, 2, 1, None, 2, 1, 9]

    def dots(self) -> list[Dot]:
        return plot_the_dots(self.values, direction=UP)

    def test_leave_their_own_point_unknown(self) -> None:
        dot = self.dots()[3]

        assert (dot.outside, dot.relative, dot.close) == (None, None, None)
        assert (dot.label, dot.kind) == (None, None)
        assert dot.limits == natural_limits(self.values)

    def test_give_no_icon_where_they_are_the_latest(self) -> None:
        last = plot_the_dots([1, 2, 1, None], direction=UP)[-1]

        assert icons(last, None, UP) == []

    def test_all_of_them_leave_everything_unknown(self) -> None:
        dot = plot_the_dots([None, None], direction=UP)[0]

        assert (dot.centre, dot.limits, dot.relative, dot.kind) == (None, None, None, None)

    def test_break_runs_and_trends(self) -> None:
        wide, rising = [1, 20, 1, 20], [11, 12, 13, 14, 15, 16, 17, 18]
        whole = plot_the_dots([*wide, *rising], direction=UP, fix_after=4)
        broken = plot_the_dots([*wide, *rising[:4], None, *rising[4:]], direction=UP, fix_after=4)

        assert {dot.label for dot in whole[4:]} == {"7 Point Trend (Increasing)"}
        assert {dot.label for dot in broken} == {"Common Cause", None}


class TestNoLimits:
    def test_one_point_has_a_mean_and_no_limits(self) -> None:
        (dot,) = plot_the_dots([5], direction=UP)

        assert (dot.centre, dot.limits, dot.outside, dot.close) == (5, None, None, None)
        assert (dot.relative, dot.label) == (0, "Common Cause")


class TestSegments:
    def test_limits_start_afresh_and_runs_do_not_cross(self) -> None:
        dots = plot_the_dots([1, 2, 3, 4, 5, 6, 7, 8], direction=UP, rebase=[4])

        assert [dot.group for dot in dots] == [0, 0, 0, 0, 1, 1, 1, 1]
        assert [dot.centre for dot in dots] == [2.5] * 4 + [6.5] * 4
        assert {dot.label for dot in dots} == {"Common Cause"}

    @pytest.mark.parametrize(("length", "short"), [(12, True), (13, False)])
    def test_of_twelve_points_warn(self, length: int, short: bool) -> None:
        dots = plot_the_dots([1, 2] * 6 + [1] * (length - 12), direction=UP)

        assert {dot.short_group for dot in dots} == {short}

    def test_fixed_limits_rest_on_the_first_points(self) -> None:
        dots = plot_the_dots([1, 3, 1, 100], direction=UP, fix_after=3)

        assert dots[0].limits == natural_limits([1, 3, 1])
        assert dots[-1].label == "Above UCL"


class TestKinds:
    @pytest.mark.parametrize(
        ("value", "direction", "kind"),
        [
            (99, UP, "special_cause_improvement"),
            (99, DOWN, "special_cause_concern"),
            (99, NEUTRAL, "special_cause_neutral_high"),
            (-99, UP, "special_cause_concern"),
            (-99, DOWN, "special_cause_improvement"),
            (-99, NEUTRAL, "special_cause_neutral_low"),
            (2, NEUTRAL, "common_cause"),
        ],
    )
    def test_say_what_a_signal_means(self, value: float, direction: Direction, kind: str) -> None:
        last = plot_the_dots([1, 3, 1, value], direction=direction, fix_after=3)[-1]

        assert last.kind == kind


class TestIcons:
    @pytest.mark.parametrize(
        ("kind", "direction", "icon"),
        [
            ("common_cause", UP, "common_cause.svg"),
            ("special_cause_improvement", UP, "improvement_high.svg"),
            ("special_cause_improvement", DOWN, "improvement_low.svg"),
            ("special_cause_concern", UP, "concern_low.svg"),
            ("special_cause_concern", DOWN, "concern_high.svg"),
            ("special_cause_neutral_high", NEUTRAL, "neutral_high.svg"),
            ("special_cause_neutral_low", NEUTRAL, "neutral_low.svg"),
        ],
    )
    def test_name_the_way_the_measure_went(
        self, kind: str, direction: Direction, icon: str
    ) -> None:
        dot = Dot(0, 1, None, None, 0, None, "", kind, short_group=False)

        assert icons(dot, None, direction) == [icon]

    @pytest.mark.parametrize(
        ("verdict", "icon"),
        [
            ("consistent_pass", "pass.svg"),
            ("consistent_fail", "fail.svg"),
            ("inconsistent", "inconsistent.svg"),
        ],
    )
    def test_of_the_target_stand_second(self, verdict: str, icon: str) -> None:
        dot = Dot(0, 1, None, None, 0, None, "", "common_cause", short_group=False)

        assert icons(dot, verdict, UP) == ["common_cause.svg", icon]


class TestAssurance:
    limits = Limits(3, 1, 5, 1, 20)

    @pytest.mark.parametrize("target", [1, 5])
    def test_a_target_on_a_limit_is_met_now_and_then(self, target: float) -> None:
        assert assurance(self.limits, target, UP) == "inconsistent"

    @pytest.mark.parametrize(
        ("target", "direction", "verdict"),
        [
            (5.1, UP, "consistent_fail"),
            (0.9, UP, "consistent_pass"),
            (5.1, DOWN, "consistent_pass"),
            (0.9, DOWN, "consistent_fail"),
        ],
    )
    def test_a_target_beyond_a_limit_is_always_or_never_met(
        self, target: float, direction: Direction, verdict: str
    ) -> None:
        assert assurance(self.limits, target, direction) == verdict

    def test_needs_a_target_limits_and_a_direction(self) -> None:
        assert assurance(self.limits, None, UP) is None
        assert assurance(None, 4, UP) is None
        assert assurance(self.limits, 9, NEUTRAL) is None

    @published.needed
    def test_agrees_with_the_published_cases(self) -> None:
        cases = published.document("nhsr_assurance_cases")["input"]["cases"]
        assert cases
        for case in cases:
            limits = Limits(0, case["lpl"], case["upl"], 1, 20)
            for direction in Direction:
                assert assurance(limits, case["target"], direction) == case[direction]


@published.needed
class TestPublishedCharts:
    """Whole charts of nhspy-plotthedots, screening on; its flags are 0 and 1."""

    @pytest.mark.parametrize("case", range(4))
    def test_agree(self, case: int) -> None:
        document = published.document("nhspy_x_calc")["input"]["cases"][case]
        expected = document["expected"]

        dots = plot_the_dots(
            document["values"],
            direction=UP,
            fix_after=document["fix_after_n_points"],
            profile=replace(NHS, screened=True),
        )

        last = dots[-1]
        assert last.limits is not None
        assert last.centre == pytest.approx(expected["cl"], abs=1e-9)
        assert last.limits.lower == pytest.approx(expected["lpl"], abs=1e-9)
        assert last.limits.upper == pytest.approx(expected["upl"], abs=1e-9)
        assert [int(bool(dot.outside)) for dot in dots] == expected["outside"]
        assert [dot.relative for dot in dots] == expected["relative"]
        assert [int(bool(dot.close)) for dot in dots] == expected["close"]
        special = [int(dot.label != "Common Cause") for dot in dots]
        assert special == [abs(each) for each in expected["special"]]
