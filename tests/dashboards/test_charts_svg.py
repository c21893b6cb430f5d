"""How a chart is drawn."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts import Chart, ChartPoint, Marker, Phase, PhaseKind, Sign
from dashboards.spc import Limits
from dashboards.svg import BOTTOM, GUTTER, HEIGHT, LINE, NARROWEST, TOP, fixed, fluid
from tests.dashboards.properties import repeatable

LIMITS = Limits(10, 4, 16, 2, 20)
FIGURES = [9, 11, 10, 12, 8, 10]


def show(value: float) -> str:
    return f"{value:g}"


def chart(
    figures: Sequence[float | None] = FIGURES,
    *,
    phases: Sequence[Phase] = (),
    markers: Sequence[Marker] = (),
    target: float | None = None,
) -> Chart:
    return Chart(
        "won",
        "Deals won",
        "Six weeks.",
        [ChartPoint(f"wk {week}", figure) for week, figure in enumerate(figures, start=1)],
        phases=phases,
        markers=markers,
        target=target,
        show=show,
    )


def parsed(svg: str) -> ET.Element:
    """The drawing as XML, namespaces left out; two elements get one parent."""
    return ET.fromstring(f"<page>{svg.replace('http://www.w3.org/2000/svg', '')}</page>")  # noqa: S314


def drawn(svg: str, *classes: str) -> list[ET.Element]:
    """The elements that carry all of these classes."""
    wanted = set(classes)
    return [each for each in parsed(svg).iter() if wanted <= set(each.get("class", "").split())]


def texts(svg: str, *classes: str) -> list[str]:
    return [each.text or "" for each in drawn(svg, *classes)]


class TestForScreenReaders:
    @pytest.mark.parametrize("draw", [fluid, fixed])
    def test_the_picture_has_a_name_and_a_description(self, draw: type[str]) -> None:
        picture = parsed(str(draw(chart())))[0]

        assert picture.get("role") == "img"
        assert picture.get("aria-labelledby") == "won-t won-d"
        assert [(each.tag, each.get("id"), each.text) for each in picture[:2]] == [
            ("title", "won-t", "Deals won"),
            ("desc", "won-d", "Six weeks."),
        ]

    def test_without_a_description_it_promises_none(self) -> None:
        picture = parsed(fluid(replace(chart(), description="")))[0]

        assert picture.get("aria-labelledby") == "won-t"
        assert picture.find("desc") is None

    def test_the_gutter_repeats_and_is_silent(self) -> None:
        assert parsed(fluid(chart()))[1].get("aria-hidden") == "true"


class TestTwoOutputs:
    def test_fluid_stretches_by_percentages(self) -> None:
        plot, gutter = parsed(fluid(chart()))

        assert (plot.get("width"), plot.get("height")) == ("100%", str(HEIGHT))
        assert plot.get("viewBox") is None
        assert gutter.get("width") == str(GUTTER)
        assert [each.get("cx") for each in plot.iter("circle")] == [
            "1.80%",
            "21.08%",
            "40.36%",
            "59.64%",
            "78.92%",
            "98.20%",
        ]

    def test_fixed_is_one_element_of_one_size(self) -> None:
        (picture,) = parsed(fixed(chart(), width=400))

        assert picture.get("viewBox") == f"0 0 400 {HEIGHT}"
        centres = [float(each.get("cx", "")) for each in picture.iter("circle")]
        assert (centres[0], centres[-1]) == (10, 400 - GUTTER - 10)
        assert all(
            float(each.get("x", "")) == 358 for each in drawn(fixed(chart(), width=400), "g-hi")
        )

    def test_fixed_brings_its_own_stylesheet(self) -> None:
        assert "<style>.pt{fill:red}</style>" in fixed(chart(), stylesheet=".pt{fill:red}")
        assert "<style" not in fluid(chart())

    def test_fixed_can_stand_alone(self) -> None:
        assert ET.fromstring(fixed(chart())).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314

    @pytest.mark.parametrize("draw", [fluid, fixed])
    def test_neither_has_a_style_attribute(self, draw: type[str]) -> None:
        full = chart(phases=[Phase(LIMITS, 0, 5)], markers=[Marker(2, "New policy")], target=12)

        assert all(each.get("style") is None for each in parsed(str(draw(full))).iter())


class TestFigures:
    def test_stand_where_their_value_is(self) -> None:
        tops = [float(each.get("cy", "")) for each in drawn(fluid(chart([1, 3, 2])), "pt")]

        assert tops[1] < tops[2] < tops[0]
        assert tops[2] == pytest.approx((tops[0] + tops[1]) / 2, abs=0.1)
        assert TOP <= min(tops) <= max(tops) <= HEIGHT - BOTTOM

    def test_say_what_they_are(self) -> None:
        assert [each[0].text for each in drawn(fluid(chart([1, 3])), "pt")] == [
            "wk 1: 1",
            "wk 2: 3",
        ]

    def test_are_joined_by_lines(self) -> None:
        lines = drawn(fluid(chart([1, 3, 2])), "ln")

        assert [(each.get("x1"), each.get("x2")) for each in lines] == [
            ("1.80%", "50.00%"),
            ("50.00%", "98.20%"),
        ]

    def test_leave_a_gap_where_one_is_missing(self) -> None:
        svg = fluid(chart([1, 3, None, 2, 4, None]))

        assert len(drawn(svg, "pt")) == 4
        assert len(drawn(svg, "ln")) == 2

    def test_the_latest_is_ringed(self) -> None:
        (last,) = drawn(fluid(chart([1, 3, None])), "last")

        assert last[0].text == "wk 2: 3"

    def test_of_a_running_period_are_hollow_and_never_ringed(self) -> None:
        half = chart([1, 3])
        running = replace(half, points=[*half.points, ChartPoint("wk 3", 1, running=True)])
        svg = fluid(running)

        assert [each[0].text for each in drawn(svg, "pt", "running")] == ["wk 3: 1"]
        assert [each[0].text for each in drawn(svg, "pt", "last")] == ["wk 2: 3"]
        assert len(drawn(svg, "ln", "running")) == 1


class TestSignals:
    def signalled(self, sign: Sign) -> Chart:
        return replace(chart(), points=[ChartPoint("a", 1), ChartPoint("b", 2, sign=sign)])

    @pytest.mark.parametrize("draw", [fluid, fixed])
    @pytest.mark.parametrize(
        ("sign", "shape"),
        [(Sign.GOOD, "circle"), (Sign.WARN, "path"), (Sign.NEUTRAL, "path")],
    )
    def test_differ_by_shape(self, draw: type[str], sign: Sign, shape: str) -> None:
        (signal,) = drawn(str(draw(self.signalled(sign))), "pt", sign)

        assert signal.tag == shape
        assert signal[0].text == "b: 2"

    def test_a_diamond_is_no_square(self) -> None:
        paths = {
            drawn(fluid(self.signalled(sign)), "pt", sign)[0].get("d")
            for sign in (Sign.WARN, Sign.NEUTRAL)
        }

        assert len(paths) == 2

    def test_paths_stand_at_their_percentage(self) -> None:
        svg = fluid(self.signalled(Sign.WARN))
        (stand,) = [each for each in parsed(svg)[0].iter("svg") if each.get("overflow")]

        assert (stand.get("x"), stand.get("y")) == ("98.20%", "30.4")

    def test_or_at_their_pixel(self) -> None:
        (signal,) = drawn(fixed(self.signalled(Sign.WARN), width=400), "pt", "warn")

        assert signal.get("transform") == "translate(344.00 30.4)"

    def test_are_larger_than_other_points(self) -> None:
        radii = [each.get("r") for each in drawn(fluid(self.signalled(Sign.GOOD)), "pt")]

        assert radii == ["3", "4"]


class TestTheNormalRange:
    def test_is_a_band_with_its_limits_and_mean(self) -> None:
        svg = fluid(chart(phases=[Phase(LIMITS, 0, 5)]))
        (band,), (upper, lower), (mean,) = (
            drawn(svg, "band"),
            drawn(svg, "lim"),
            drawn(svg, "mean"),
        )
        top, bottom = float(upper.get("y1", "")), float(lower.get("y1", ""))

        assert (band.get("x"), band.get("width")) == ("1.80%", "96.40%")
        assert float(band.get("y", "")) == top < float(mean.get("y1", "")) < bottom
        assert float(band.get("height", "")) == pytest.approx(bottom - top)
        assert mean.get("class") == "mean"

    def test_is_dashed_while_provisional(self) -> None:
        svg = fluid(chart(phases=[Phase(LIMITS, 0, 5, PhaseKind.TRIAL)]))

        assert len(drawn(svg, "lim", "lim--trial")) == 2
        assert drawn(fluid(chart(phases=[Phase(LIMITS, 0, 5)])), "lim--trial") == []

    def test_stays_as_a_ghost_beside_the_new_one(self) -> None:
        new = Limits(9, 7, 11, 1, 20)
        phases = [Phase(LIMITS, 0, 2, PhaseKind.GHOST), Phase(new, 3, 5, PhaseKind.GOOD)]
        svg = fluid(chart(phases=phases))
        old_band, new_band = drawn(svg, "band")

        assert old_band.get("class") == "band ghost"
        assert new_band.get("class") == "band good"
        # They meet half way between the third and the fourth period.
        assert (old_band.get("x"), old_band.get("width")) == ("1.80%", "48.20%")
        assert (new_band.get("x"), new_band.get("width")) == ("50.00%", "48.20%")
        assert texts(svg, "g-mean") == ["9"]

    def test_is_cut_to_what_the_measure_can_be(self) -> None:
        wide = Limits(4, -3, 11, 2.6, 20)

        assert texts(fluid(chart(phases=[Phase(wide, 0, 5)])), "g-lo") == ["0"]

    def test_of_one_period_is_as_wide_as_the_chart(self) -> None:
        (band,) = drawn(fluid(chart([5], phases=[Phase(LIMITS, 0, 0)])), "band")

        assert (band.get("x"), band.get("width")) == ("1.80%", "96.40%")


class TestTheGoal:
    def test_is_a_line_and_a_number(self) -> None:
        svg = fluid(chart(target=12))
        (goal,) = drawn(svg, "target")

        assert (goal.get("x1"), goal.get("x2")) == ("1.80%", "98.20%")
        assert texts(svg, "g-tgt") == ["12"]

    @pytest.mark.parametrize(
        ("target", "arrow", "lines"),
        # Figures run from 8 to 12: a goal more than 6 away is not drawn.
        [(18.01, "↑ 18.01", 0), (18, "18", 1), (2, "2", 1), (1.99, "↓ 1.99", 0)],
    )
    def test_far_off_is_pointed_at(self, target: float, arrow: str, lines: int) -> None:
        svg = fluid(chart(target=target))

        assert texts(svg, "g-tgt") == [arrow]
        assert len(drawn(svg, "target")) == lines

    def test_far_off_leaves_the_figures_their_height(self) -> None:
        def heights(drawing: str) -> list[str | None]:
            return [each.get("cy") for each in drawn(drawing, "pt")]

        assert heights(fluid(chart(target=1000))) == heights(fluid(chart()))


class TestMarkers:
    def test_are_a_line_and_a_text(self) -> None:
        svg = fluid(chart(markers=[Marker(1, "New policy")]))
        (line,), (text,) = drawn(svg, "mark"), drawn(svg, "mark-t")

        assert line.get("x1") == line.get("x2") == text.get("x") == "21.08%"
        assert line[0].text == text.text == "New policy"

    @pytest.mark.parametrize(("index", "anchor", "dx"), [(0, "start", "5"), (5, "end", "-5")])
    def test_speak_towards_the_roomier_side(self, index: int, anchor: str, dx: str) -> None:
        (text,) = drawn(fluid(chart(markers=[Marker(index, "New")])), "mark-t")

        assert (text.get("text-anchor"), text.get("dx")) == (anchor, dx)

    def test_long_texts_take_two_lines_and_an_ellipsis(self) -> None:
        long = "We stopped asking for three signatures on every single offer we send out"
        svg = fluid(chart(markers=[Marker(3, long)]))

        lines = texts(svg, "mark-t")
        assert len(lines) == 2
        assert lines[1].endswith("…")
        assert all(len(line) * 6 < NARROWEST for line in lines)
        assert drawn(svg, "mark")[0][0].text == long

    def test_stand_above_each_other_where_they_would_collide(self) -> None:
        svg = fluid(chart(markers=[Marker(0, "New policy"), Marker(1, "New form")]))

        assert [each.get("y") for each in drawn(svg, "mark-t")] == [str(LINE), str(2 * LINE)]

    def test_stand_side_by_side_where_they_fit(self) -> None:
        svg = fluid(chart(markers=[Marker(0, "One"), Marker(5, "Two")]))

        assert [each.get("y") for each in drawn(svg, "mark-t")] == [str(LINE), str(LINE)]

    def test_push_the_plot_down_only_when_they_need_room(self) -> None:
        def highest(*markers: Marker) -> float:
            drawing = fluid(chart(markers=markers))
            return min(float(each.get("cy", "")) for each in drawn(drawing, "pt"))

        assert highest(Marker(0, "One")) == highest()
        assert highest(Marker(0, "One"), Marker(0, "Two")) > highest()

    def test_that_find_no_room_keep_their_line(self) -> None:
        svg = fluid(chart(markers=[Marker(2, f"Change {number}") for number in range(6)]))

        assert len(drawn(svg, "mark")) == 6
        assert texts(svg, "mark-t") == ["Change 0", "Change 1", "Change 2", "Change 3"]

    def test_without_words_are_a_line_only(self) -> None:
        svg = fluid(chart(markers=[Marker(2, " ")]))

        assert (len(drawn(svg, "mark")), drawn(svg, "mark-t")) == (1, [])


class TestNamesOfPeriods:
    def test_begin_at_the_latest(self) -> None:
        svg = fluid(chart([1.0] * 9))

        assert texts(svg, "ax") == ["wk 9", "wk 7", "wk 5", "wk 3", "wk 1"]

    def test_of_few_periods_are_all_there_and_keep_to_the_edges(self) -> None:
        axis = drawn(fluid(chart([1, 2, 3])), "ax")

        assert [each.text for each in axis] == ["wk 3", "wk 2", "wk 1"]
        assert [each.get("text-anchor") for each in axis] == ["end", "middle", "start"]

    @pytest.mark.parametrize("periods", [2, 3, 5, 12, 26, 52, 200])
    @pytest.mark.parametrize("name", ["wk 1", "March 2026", "2026-W47, the last of it"])
    def test_never_touch_on_a_small_phone(self, periods: int, name: str) -> None:
        crowd = replace(chart(), points=[ChartPoint(name, 1.0)] * periods)
        centres = [
            float((each.get("x") or "").rstrip("%")) / 100 * NARROWEST
            for each in drawn(fluid(crowd), "ax")
        ]
        wide = 6 * len(name)

        for right, left in pairwise(centres):
            # The latest one ends at its point, an earliest one may begin at its own.
            spare = 0.5 * wide if right == centres[0] else 0
            begins = 0.5 * wide if left < 0.02 * NARROWEST else 0
            assert right - spare - 0.5 * wide >= left + begins + 0.5 * wide


class TestTheGutter:
    def rows(self, drawing: str) -> list[tuple[str, float]]:
        return [
            (each.text or "", float(each.get("y", ""))) for each in parsed(drawing)[1].iter("text")
        ]

    def test_names_the_range_and_the_goal(self) -> None:
        rows = self.rows(fluid(chart(phases=[Phase(LIMITS, 0, 5)], target=13)))

        assert [text for text, _ in rows] == ["16", "13", "10", "4"]

    def test_without_a_range_names_the_highest_and_the_lowest(self) -> None:
        assert [text for text, _ in self.rows(fluid(chart()))] == ["12", "8"]
        assert [text for text, _ in self.rows(fluid(chart([5, 5])))] == ["5"]

    @repeatable
    @given(
        st.floats(0, 20, allow_subnormal=False),
        st.floats(0, 20, allow_subnormal=False),
        st.floats(0, 5, allow_subnormal=False),
    )
    def test_keeps_its_numbers_apart_and_inside(
        self, target: float, centre: float, reach: float
    ) -> None:
        limits = Limits(centre, centre - reach, centre + reach, 1, 20)
        rows = self.rows(fluid(chart(phases=[Phase(limits, 0, 5)], target=target)))
        heights = [height for _, height in rows]

        assert len(rows) == 4
        assert all(below - above >= LINE - 0.2 for above, below in pairwise(heights))
        assert heights[0] >= 4
        assert heights[-1] <= HEIGHT - 4

    def test_is_as_wide_as_its_longest_number(self) -> None:
        money = replace(chart(), show=lambda value: f"€ {1000 * value:,.0f} per week")

        assert parsed(fluid(money))[1].get("width") == str(10 + 7 * len("€ 12,000 per week"))

    def test_makes_room_for_a_far_goal(self) -> None:
        far = replace(chart(target=10**9), show=lambda value: f"{value:.0f}")

        assert parsed(fluid(far))[1].get("width") == str(10 + 7 * len("↑ 1000000000"))


class TestCorners:
    def test_one_period_stands_in_the_middle(self) -> None:
        svg = fluid(chart([5]))

        assert [each.get("cx") for each in drawn(svg, "pt")] == ["50.00%"]
        assert [each.get("text-anchor") for each in drawn(svg, "ax")] == ["middle"]

    @pytest.mark.parametrize("figures", [[], [None], [None, None, None]])
    @pytest.mark.parametrize("target", [None, 4])
    def test_nothing_to_draw_is_an_empty_frame(
        self, figures: list[None], target: float | None
    ) -> None:
        svg = fluid(chart(figures, target=target))

        assert drawn(svg, "pt") == []
        assert len(drawn(svg, "target")) == (0 if target is None else 1)

    def test_an_empty_frame_needs_no_numbers(self) -> None:
        assert list(parsed(fluid(chart([])))[1]) == []

    @pytest.mark.parametrize("value", [0.0, 5.0, 1e17, -3.0, 1e-12])
    def test_a_constant_series_is_a_level_line(self, value: float) -> None:
        tops = {each.get("cy") for each in drawn(fluid(chart([value] * 5)), "pt")}

        assert tops == {"83.0"}

    def test_huge_figures_keep_their_places(self) -> None:
        small = [each.get("cy") for each in drawn(fluid(chart([1, 3, 2])), "pt")]
        huge = [each.get("cy") for each in drawn(fluid(chart([1e15, 3e15, 2e15])), "pt")]

        assert small == huge

    @pytest.mark.parametrize("draw", [fluid, fixed])
    def test_texts_are_escaped(self, draw: type[str]) -> None:
        nasty = "<script>alert('&\"')</script>\x00\x1b"
        svg = str(
            draw(
                Chart(
                    'won"><b',
                    nasty,
                    nasty,
                    [ChartPoint(nasty, 1, sign=Sign.WARN)],
                    markers=[Marker(0, nasty)],
                    target=1,
                    show=lambda _: nasty,
                )
            )
        )

        assert "<script" not in svg
        assert "<b" not in svg.replace("<band", "")
        assert parsed(svg)[0][0].text == "<script>alert('&\"')</script>"

    @repeatable
    @given(
        st.lists(st.one_of(st.none(), st.floats(-1e12, 1e12)), max_size=30),
        st.one_of(st.none(), st.floats(-1e12, 1e12)),
        st.text(max_size=60),
    )
    def test_whatever_it_holds_a_chart_is_sound(
        self, figures: list[float | None], target: float | None, label: str
    ) -> None:
        markers = [Marker(len(figures) // 2, label)] if figures else []
        phases = [Phase(LIMITS, 0, len(figures) - 1)] if figures else []
        whole = chart(figures, phases=phases, markers=markers, target=target)

        for svg in (fluid(whole), fixed(whole)):
            for each in parsed(svg).iter():
                for name in ("y", "y1", "y2", "cy"):
                    assert 0 <= float(each.get(name, "1")) <= HEIGHT
            assert re.search(r"\b(nan|inf)\b", re.sub("<(title|text|desc).*?</", "", svg)) is None
