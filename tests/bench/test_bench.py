"""The benchmark in small: it runs, and what it fills is a world that could have been."""

import json
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime

from django.conf import settings

from bench.world import STAGES, Line, Place, rows_of

SMALL = ["--teams=2", "--deals=20", "--requests=3", "--repeats=2", "--import-rows=40", "--json=-"]
PLACE = Place(1, team=8, pipeline=9, revision=7, stages=[11, 12, 13, 14, 15, 16], people=[1, 2, 3])
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def cells(lines: list[Line]) -> list[list[str]]:
    return [text.removesuffix("\n").split("\t") for _at, text in lines]


def test_a_small_run_measures_everything_and_prints_json() -> None:
    # It inherits the home of the tests: their servers serve it too, with a database of its own.
    done = subprocess.run(
        [sys.executable, "-m", "bench", *SMALL],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert {floor["name"] for floor in results["floors"]} == {"COPY", "scan", "view"}
    assert {row["what"]: row["rows"] for row in results["fill"]}["deals"] == 40
    assert {"board", "list of 50", "deal", "reading room", "move (POST)", "create (POST)"} <= {
        page["what"] for page in results["pages"]
    }
    assert all(page["times"] == 3 and page["queries"] > 0 for page in results["pages"])
    assert "close a week: deals-won" in {work["what"] for work in results["work"]}
    assert [each["rows"] for each in results["imports"]] == [40]


def test_the_same_team_comes_out_twice() -> None:
    assert rows_of(PLACE, 40, NOW) == rows_of(PLACE, 40, NOW)


def test_visits_follow_each_other_and_end_where_the_deal_stands() -> None:
    rows = rows_of(PLACE, 200, NOW)
    visits = defaultdict(list)
    for _id, deal, _team, number, stage, _category, _revision, entered, left, *_ in cells(
        rows.visits
    ):
        visits[deal].append((int(number), stage, entered, left))
    deals = {cell[0]: cell for cell in cells(rows.deals)}
    assert deals.keys() == visits.keys()
    for pk, stays in visits.items():
        numbers, stages, begins, ends = zip(*stays, strict=True)
        assert numbers == tuple(range(1, len(stays) + 1))
        assert 2 <= len(stays) <= 5
        assert ends == (*begins[1:], r"\N")
        assert stages[-1] == deals[pk][3]
        assert begins[0] == deals[pk][13]
        assert list(begins) == sorted(begins)
        assert begins[-1] <= NOW.isoformat()


def test_a_board_shows_as_many_cards_in_a_large_world_as_in_a_small_one() -> None:
    outcomes = [
        [cell[12] for cell in cells(rows_of(PLACE, deals, NOW).deals)] for deals in (200, 1000)
    ]
    assert [each.count("open") for each in outcomes] == [60, 60]
    assert len(outcomes[1]) == 1000
    assert min(each.count("won") for each in outcomes) > 40


def test_the_stages_make_a_process() -> None:
    assert [stage.category.outcome for stage in STAGES] == ["open"] * 4 + ["won", "lost"]
