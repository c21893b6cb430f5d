"""Our statistics against published figures, and the command that answers a vector."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from dashboards.anhoej import Runs
from dashboards.management.commands.analyse_series import Command
from dashboards.vector import VectorError
from dashboards.vectors import ANSWERS, answer, answer_text
from tests.dashboards import published
from tests.dashboards.published import Document, agrees, documents

# Notes to the reader of a vector, not computed.
NOTES = {"book", "method"}

ANSWERABLE = [
    pytest.param(document, id=document["id"])
    for document in documents()
    if (document["profile"], document["chart"]) in ANSWERS and "cases" not in document["input"]
]


def vector(chart: str, profile: str, params: Document | None = None, **given: Any) -> Document:
    return {"chart": chart, "profile": profile, "params": params or {}, "input": given}


@published.needed
class TestThePublishedFigures:
    @pytest.mark.parametrize("document", ANSWERABLE)
    def test_are_ours(self, document: Document) -> None:
        asked = {key: document[key] for key in ("chart", "profile", "params", "input")}
        expected = {key: each for key, each in document["expected"].items() if key not in NOTES}

        ours = answer(asked)

        assert ours.keys() == expected.keys()
        for key, theirs in expected.items():
            assert agrees(ours[key], theirs, document["tolerance"]), (key, ours[key], theirs)

    def test_are_all_there(self) -> None:
        assert len(ANSWERABLE) == 77

    def test_the_bounds_of_runs_and_crossings_are_ours(self) -> None:
        for row in published.document("anhoej_critical_values_10_100")["expected"]["rows"]:
            runs = Runs(row["n"], row["n"], 0, 0)
            ours = (runs.longest_max, runs.crossings_min)
            assert ours == (row["longest_run_max"], row["n_crossings_min"]), row["n"]

    def test_the_expected_figures_are_never_looked_at(self) -> None:
        document = published.document("km_aml_maintained")
        without = {key: each for key, each in document.items() if key != "expected"}

        assert answer(document) == answer(without)


class TestComparing:
    """A comparison that lets everything through would prove nothing."""

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (1.0002, 1.0),
            (None, 1.0),
            (1.0, None),
            ([1.0], [1.0, 1.0]),
            ([1.0, 2.0], [1.0, 3.0]),
            (1.0, [1.0]),
            (True, 1.0),
            ("a", "b"),
        ],
    )
    def test_tells_a_difference(self, ours: object, theirs: object) -> None:
        assert not agrees(ours, theirs, {})

    def test_lets_the_tolerance_through(self) -> None:
        assert agrees([1.00009, None, "a"], [1.0, None, "a"], {})
        assert agrees(0.0004, 0, {"abs": 0.0005})
        assert not agrees(0.0006, 0, {"abs": 0.0005})


class TestCorners:
    def test_a_missing_figure_answers_null(self) -> None:
        ours = answer(vector("xmr", "nhs_making_data_count", values=[1, 2, None, 3]))

        assert ours["outside_limits"] == [False, False, None, False]
        assert ours["cl"] == [2, 2, 2, 2]

    @pytest.mark.parametrize(
        ("chart", "profile"),
        [("xmr", "wheeler"), ("xmr", "3sigma"), ("i", "3sigma")],
    )
    def test_one_figure_has_no_limits(self, chart: str, profile: str) -> None:
        ours = answer(vector(chart, profile, values=[4]))

        assert {key: each for key, each in ours.items() if each} == {}

    def test_no_limits_are_null_point_by_point(self) -> None:
        ours = answer(vector("xmr", "nhs_making_data_count", values=[4, 4, 4]))

        assert (ours["lpl"], ours["upl"]) == ([None] * 3, [None] * 3)
        assert (ours["flagged_indexes"], ours["assurance"]) == ([], None)

    def test_the_median_profiles_are_chosen_by_their_params(self) -> None:
        values = [1, 2, 4, 100, 101, 103]
        median_range = answer(
            vector("xmr", "wheeler", {"moving_range_uses": "median"}, values=values)
        )
        medians = answer(vector("xmr", "wheeler", {"x_central_line_uses": "median"}, values=values))

        assert (median_range["amr"], medians["amr"]) == (2, 2)
        assert (median_range["cl"], medians["cl"]) == (pytest.approx(51.833), 52)

    def test_a_wide_range_is_a_signal_and_a_missing_one_is_not(self) -> None:
        ours = answer(vector("xmr", "wheeler", values=[1, 2, 1, 2, 1, 9, 8, None, 8, 9]))

        assert ours["rule1_mr"] == [5]

    def test_a_line_shows_what_leaves_it(self) -> None:
        ours = answer(
            vector("xmr_trending", "wheeler", values=[0, 1, 2, 3, 4, 5, 36, 7, 8, 9, 10, 11])
        )
        assert ours["rule1_x"] == [6]

    @pytest.mark.parametrize(
        ("params", "upper_range"),
        [({}, 6.536), ({"moving_range_uses": "median"}, 7.73)],
    )
    def test_a_profile_has_its_own_constants(self, params: Document, upper_range: float) -> None:
        assert answer(vector("xmr", "wheeler", params, values=[1, 3]))["url"] == upper_range

    def test_a_curve_answers_by_its_steps(self) -> None:
        ours = answer(vector("kaplan_meier", "survival", time=[1, 2, 3, 3], status=[1, 0, 1, 0]))

        assert (ours["time"], ours["surv"]) == ([1, 2, 3], [0.75, 0.75, 0.375])
        assert (ours["n_event"], ours["n_censor"]) == ([1, 0, 1], [0, 1, 1])
        assert (ours["median"], ours["quantile_25_50_75_85"]) == (3, [1, 3, None, None])

    def test_an_outcome_that_never_came_has_no_share(self) -> None:
        ours = answer(
            vector("cumulative_incidence", "survival", time=[1, 2], event=["won", "open"])
        )

        assert (ours["cif_won"], ours["cif_lost"]) == ([0.5, 0.5], [0, 0])

    @pytest.mark.parametrize("chart", ["i", "p", "pprime", "t"])
    def test_limits_at_two_deviations_are_two_thirds_of_the_way(self, chart: str) -> None:
        ours = answer(
            vector(chart, "nhs_making_data_count", values=[4, 6, 5, 7])
            if chart in "it"
            else vector(
                chart,
                "nhs_making_data_count",
                numerators=[4, 6, 5, 7],
                denominators=[10, 20, 10, 20],
            )
        )

        # Each is a number, or a list of one for each point.
        inner, outer = (
            each if isinstance(each, list) else [each] for each in (ours["ul95"], ours["ul99"])
        )
        assert all(near < far for near, far in zip(inner, outer, strict=True))

    @pytest.mark.parametrize("chart", ["i", "pp", "t"])
    def test_one_point_has_a_centre_and_no_limits(self, chart: str) -> None:
        ours = answer(vector(chart, "anhoej+3sigma", values=[4], denominators=[10]))

        assert ours["cl"] == [pytest.approx(0.4 if chart == "pp" else 4)]
        assert (ours["lcl"], ours["ucl"]) == ([None], [None])
        assert ours["sigma_signal_indexes"] == []

    def test_one_point_has_no_limits_at_two_deviations_either(self) -> None:
        ours = answer(vector("i", "nhs_making_data_count", values=[4]))

        assert (ours["cl"], ours["ll95"], ours["ul99"]) == (4, None, None)

    def test_a_series_on_its_centre_is_neither_random_nor_not(self) -> None:
        ours = answer(vector("run", "anhoej", values=[4, None, 4]))

        told = ours["by_part"]["1"]  # type: ignore[index]
        assert (told["n_useful"], told["longest_run_max"], told["n_crossings_min"]) == (
            0,
            None,
            None,
        )
        assert told["runs_signal"] is False

    def test_what_is_left_out_sets_no_limit_and_is_judged_by_it(self) -> None:
        ours = answer(vector("c", "anhoej+3sigma", {"exclude": [4]}, values=[4, 5, 6, 50, None, 5]))

        assert ours["cl"][0] == 5  # type: ignore[index]
        assert ours["sigma_signal_indexes"] == [3]
        assert ours["by_part"]["1"]["n_obs"] == 5  # type: ignore[index]

    def test_a_rate_of_nothing_is_not_there(self) -> None:
        ours = answer(vector("p", "anhoej+3sigma", values=[4, None], denominators=[10, 20]))

        assert ours["plotted"] == [0.4, None]

    def test_a_constant_named_by_the_vector_is_used(self) -> None:
        ours = answer(vector("xmr", "3sigma", {"limit_factor": 1}, values=[1, 3]))

        assert (ours["lcl"], ours["cl"], ours["ucl"]) == (0, 2, 4)


REFUSED = {
    "an unknown chart": (vector("pie", "wheeler", values=[1]), "No chart “pie”"),
    "an unknown profile": (vector("xmr", "astrology", values=[1]), "profile “astrology”"),
    "no object": ([1, 2], "should be a JSON object"),
    "no input": ({"chart": "xmr", "profile": "wheeler"}, "lacks input"),
    "an input that is no object": (
        {"chart": "xmr", "profile": "wheeler", "input": [1]},
        "should be JSON objects",
    ),
    "no values": (vector("xmr", "wheeler"), "needs a list “values”"),
    "empty values": (vector("xmr", "wheeler", values=[]), "with something in it"),
    "words for values": (vector("xmr", "wheeler", values=["a"]), "should hold numbers"),
    "truths for values": (vector("xmr", "wheeler", values=[True]), "should hold numbers"),
    "an endless value": (vector("xmr", "wheeler", values=[1, float("inf")]), "finite"),
    "a value of 400 digits": (vector("xmr", "3sigma", values=[10**400, 1]), "too large"),
    "figures with too many digits": (vector("xmr", "wheeler", values=[1e40, 2]), "too large"),
    "a gap in a line": (vector("xmr_trending", "wheeler", values=[1, None]), "hold numbers"),
    "a line of one value": (vector("xmr_trending", "wheeler", values=[1]), "two values"),
    "a strange direction": (
        vector("xmr", "nhs_making_data_count", {"improvement_direction": "left"}, values=[1, 2]),
        "known are",
    ),
    "a strange flag": (
        vector("xmr", "wheeler", {"screen_outliers": "yes"}, values=[1, 2]),
        "true or false",
    ),
    "a strange target": (
        vector("xmr", "nhs_making_data_count", {"target": "high"}, values=[1, 2]),
        "should hold numbers",
    ),
    "a strange factor": (
        vector("xmr", "wheeler", {"limit_factor": 0}, values=[1, 2]),
        "above 0",
    ),
    "limits fixed after no point": (
        vector("xmr", "nhs_making_data_count", {"fix_after_n_points": 0}, values=[1, 2]),
        "whole numbers from 1",
    ),
    "half a point": (
        vector("xmr", "nhs_making_data_count", {"fix_after_n_points": 1.5}, values=[1, 2]),
        "whole numbers",
    ),
    "a rebase that is no list": (
        vector("xmr", "nhs_making_data_count", {"rebase_indexes": 3}, values=[1, 2]),
        "should be a list",
    ),
    "a rebase beyond the end": (
        vector("xmr", "nhs_making_data_count", {"rebase_indexes": [2]}, values=[1, 2]),
        "stay below 2",
    ),
    "a rebase that goes back": (
        vector("xmr", "nhs_making_data_count", {"rebase_indexes": [2, 1]}, values=[1, 2, 3]),
        "should ascend",
    ),
    "parts that go back": (
        vector("run", "anhoej", {"part_after": [2, 1]}, values=[1, 2, 3]),
        "should ascend",
    ),
    "a part of nothing": (
        vector("run", "anhoej", {"exclude": 1}, values=[1]),
        "No figure is left",
    ),
    "shares of unequal lists": (
        vector("p", "anhoej+3sigma", values=[1, 2], denominators=[3]),
        "equally long",
    ),
    "shares of nothing": (
        vector("p", "anhoej+3sigma", values=[1], denominators=[0]),
        "above 0",
    ),
    "fewer than none": (
        vector("u", "anhoej+3sigma", values=[-1], denominators=[2]),
        "below 0",
    ),
    "days below none": (vector("t", "anhoej+3sigma", values=[3, -1]), "below 0"),
    "more than all": (
        vector("p", "anhoej+3sigma", values=[4], denominators=[2]),
        "of more than all",
    ),
    "a strange status": (
        vector("kaplan_meier", "survival", time=[1], status=[2]),
        "“status” holds 2",
    ),
    "a strange event": (
        vector("cumulative_incidence", "survival", time=[1], event=["gone"]),
        "“event” holds 'gone'",
    ),
    "lists of unequal length": (
        vector("kaplan_meier", "survival", time=[1, 2], status=[1]),
        "equally long",
    ),
    "a time before the start": (
        vector("cumulative_incidence", "survival", time=[-1], event=["won"]),
        "0 or more",
    ),
    "another interval": (
        vector("kaplan_meier", "survival", {"conf_type": "plain"}, time=[1], status=[1]),
        "known are",
    ),
    "certainty": (
        vector("kaplan_meier", "survival", {"conf": 1}, time=[1], status=[1]),
        "below 1",
    ),
}


class TestRefusals:
    @pytest.mark.parametrize("case", REFUSED)
    def test_say_what_is_wrong(self, case: str) -> None:
        document, sentence = REFUSED[case]

        with pytest.raises(VectorError, match=sentence):
            answer(document)

    @pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\ufeff{}"])
    def test_of_what_is_no_json(self, text: str) -> None:
        with pytest.raises(VectorError, match="not readable JSON"):
            answer_text(text)

    def test_of_figures_that_overflow(self) -> None:
        with pytest.raises(VectorError, match="too large"):
            answer_text(json.dumps(vector("xmr", "3sigma", values=[1e308, -1e308])))

    def test_of_numbers_json_does_not_know(self) -> None:
        text = '{"chart": "xmr", "profile": "wheeler", "input": {"values": [1, NaN]}}'

        with pytest.raises(VectorError, match="finite"):
            answer_text(text)


class TestTheCommand:
    def run(self, file: Path) -> dict[str, Any]:
        out = io.StringIO()
        call_command(Command(), str(file), stdout=out)
        printed: dict[str, Any] = json.loads(out.getvalue())
        return printed

    def refuse(self, file: Path) -> str:
        with pytest.raises(CommandError) as refusal:
            call_command(Command(), str(file))
        assert refusal.value.returncode == 2
        return str(refusal.value)

    def test_prints_one_object(self, tmp_path: Path) -> None:
        file = tmp_path / "one.json"
        file.write_text(json.dumps(vector("xmr", "3sigma", values=[1, 3])), encoding="utf-8")

        assert self.run(file)["moving_ranges"] == [2]

    def test_says_when_the_file_is_not_there(self, tmp_path: Path) -> None:
        assert "cannot be read" in self.refuse(tmp_path / "none.json")

    def test_says_when_the_file_is_no_text(self, tmp_path: Path) -> None:
        file = tmp_path / "odd.json"
        file.write_bytes(b"\xff\xfe\x00")

        assert "cannot be read" in self.refuse(file)

    def test_says_when_the_chart_is_unknown(self, tmp_path: Path) -> None:
        file = tmp_path / "pie.json"
        file.write_text(json.dumps(vector("pie", "wheeler", values=[1])), encoding="utf-8")

        assert self.refuse(file).startswith("No chart “pie”")

    def test_leaves_by_two_when_run_by_hand(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as left:
            Command().run_from_argv(["manage.py", "analyse_series", str(tmp_path / "none.json")])

        assert left.value.code == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "cannot be read" in printed.err

    def test_needs_no_database(self) -> None:
        assert Command.requires_system_checks == []
        assert not Command.requires_migrations_checks
