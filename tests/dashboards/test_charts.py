"""What a chart shows, and the numbers behind it."""

import pytest
from django.utils import translation

from dashboards.charts import (
    Chart,
    ChartPoint,
    Marker,
    Phase,
    PhaseKind,
    Row,
    Sign,
    chart_table,
    phase_of,
    plain,
    points_of,
)
from dashboards.spc import Assessment, Finding, Limits, LockedBaseline, Rule, Side, assess

LIMITS = Limits(10, 4, 16, 2, 20)


def seen(*findings: Finding, figures: int = 4) -> Assessment:
    locked = assess([10.0] * figures, baseline=LockedBaseline(LIMITS))
    return Assessment(
        locked.status, None, LIMITS, judged=True, findings=findings, latest=figures - 1
    )


def outside(index: int, side: Side) -> Finding:
    return Finding(index, index, Rule.OUTSIDE, side, completed=index, points=(index,))


class TestPoints:
    @pytest.mark.parametrize(
        ("up_is_good", "signs"),
        [
            (True, [None, Sign.GOOD, None, Sign.WARN]),
            (False, [None, Sign.WARN, None, Sign.GOOD]),
            (None, [None, Sign.NEUTRAL, None, Sign.NEUTRAL]),
        ],
    )
    def test_carry_the_sign_of_their_signal(
        self, up_is_good: bool | None, signs: list[Sign | None]
    ) -> None:
        assessment = seen(outside(1, Side.UP), outside(3, Side.DOWN))

        points = points_of(["a", "b", "c", "d"], [10, 20, 10, 1], assessment, up_is_good=up_is_good)

        assert [point.sign for point in points] == signs

    def test_carry_their_cases(self) -> None:
        points = points_of(["a", "b"], [1, None], seen(), up_is_good=True, cases=[12, None])

        assert points == [ChartPoint("a", 1, 12), ChartPoint("b", None)]

    @pytest.mark.parametrize("figure", [float("nan"), float("inf")])
    def test_are_finite(self, figure: float) -> None:
        with pytest.raises(ValueError, match="finite number or None"):
            ChartPoint("wk 1", figure)


class TestPhases:
    def test_run_from_where_the_limits_begin_to_the_latest_period(self) -> None:
        assessment = assess([10.0] * 9, baseline=LockedBaseline(LIMITS, start=3))

        assert phase_of(assessment) == Phase(LIMITS, 3, 8)
        assert phase_of(assessment, PhaseKind.GOOD, until=9) == Phase(LIMITS, 3, 9, PhaseKind.GOOD)

    def test_are_dashed_while_provisional(self) -> None:
        phase = phase_of(assess([7, 14, 6, 9, 6, 12, 11]), PhaseKind.GOOD)

        assert phase is not None
        assert phase.kind is PhaseKind.TRIAL

    def test_do_without_limits(self) -> None:
        assert phase_of(assess([1, 2, 3])) is None

    @pytest.mark.parametrize(("start", "end"), [(-1, 1), (1, 0), (0, 3)])
    def test_stay_within_the_chart(self, start: int, end: int) -> None:
        with pytest.raises(ValueError, match="begins and ends in a period"):
            Chart("c", "", "", [ChartPoint("a", 1)] * 3, phases=[Phase(LIMITS, start, end)])

    def test_the_last_one_is_in_force(self) -> None:
        old, new = Phase(LIMITS, 0, 0, PhaseKind.GHOST), Phase(LIMITS, 1, 1)
        chart = Chart("c", "", "", [ChartPoint("a", 1)] * 2, phases=[old, new])

        assert chart.in_force is new
        assert Chart("c", "", "", []).in_force is None

    def test_are_cut_to_what_the_measure_can_be(self) -> None:
        chart = Chart("c", "", "", [ChartPoint("a", 1)], ceiling=15)

        assert chart.shown_range(Phase(Limits(6, -3, 16, 3, 20), 0, 0)) == (0, 15)


class TestMarkers:
    @pytest.mark.parametrize("index", [-1, 1])
    def test_stand_in_a_period(self, index: int) -> None:
        with pytest.raises(ValueError, match="stands in a period"):
            Chart("c", "", "", [ChartPoint("a", 1)], markers=[Marker(index, "x")])


class TestTheLatest:
    def test_is_whole_and_has_a_figure(self) -> None:
        points = [
            ChartPoint("a", 1),
            ChartPoint("b", 2),
            ChartPoint("c", None),
            ChartPoint("d", 4, running=True),
        ]

        assert Chart("c", "", "", points).latest == 1
        assert Chart("c", "", "", points).last == 3

    def test_may_not_be_there(self) -> None:
        assert Chart("c", "", "", [ChartPoint("a", None)]).latest is None
        assert (Chart("c", "", "", []).latest, Chart("c", "", "", []).last) == (None, 0)


class TestTheTable:
    def test_has_a_row_per_period(self) -> None:
        points = [
            ChartPoint("wk 1", 0.5, 1200),
            ChartPoint("wk 2", None, sign=None),
            ChartPoint("wk 3", 0.9, 4, sign=Sign.GOOD),
            ChartPoint("wk 4", 0.1, 5, sign=Sign.WARN),
            ChartPoint("wk 5", 0.2, 6, sign=Sign.NEUTRAL),
            ChartPoint("wk 6", 0.3, 1, running=True),
        ]
        markers = [Marker(2, "New policy"), Marker(2, "New form"), Marker(5, "Moved house")]
        chart = Chart(
            "c", "", "", points, markers=markers, show=lambda value: f"{100 * value:.0f}%"
        )

        with translation.override("en"):
            assert chart_table(chart) == (
                Row("wk 1", "50%", "1,200", "", ()),
                Row("wk 2", "–", "", "", ()),
                Row("wk 3", "90%", "4", "signal: better", tuple(markers[:2])),
                Row("wk 4", "10%", "5", "signal: worse", ()),
                Row("wk 5", "20%", "6", "signal", ()),
                Row("wk 6", "30%", "1", "still running", tuple(markers[2:])),
            )


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "english", "dutch"),
        [
            (0, "0", "0"),
            (5.0, "5", "5"),
            (-7.64, "-7.6", "-7,6"),
            (0.934, "0.93", "0,93"),
            (99.94, "99.9", "99,9"),
            (100.4, "100", "100"),
            (1.0, "1", "1"),
        ],
    )
    def test_take_the_readers_comma(self, value: float, english: str, dutch: str) -> None:
        with translation.override("en"):
            assert plain(value) == english
        with translation.override("nl"):
            assert plain(value) == dutch
