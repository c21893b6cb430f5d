"""The benchmark in small: it runs, and what it fills is a world that could have been."""

import json
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from bench.debating import debates_of
from bench.results import Floor, Loaded, Page, Results, Work
from bench.world import STAGES, Line, Place, rows_of

SMALL = ["--teams=2", "--deals=20", "--requests=3", "--repeats=2", "--import-rows=40", "--json=-"]
PLACE = Place(
    1,
    team=8,
    pipeline=9,
    revision=7,
    stages=[11, 12, 13, 14, 15, 16],
    people=[1, 2, 3],
    sources=[4, 5],
    reasons=[6, 7],
    guests=list(range(100, 147)),
)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def cells(lines: list[Line]) -> list[list[str]]:
    return [text.removesuffix("\n").split("\t") for _at, text in lines]


def run(*more: str) -> dict[str, Any]:
    # It inherits the home of the tests: their servers serve it too, with a database of its own.
    done = subprocess.run(
        [sys.executable, "-m", "bench", *SMALL, *more],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout)
    return results


def test_a_small_run_measures_everything_and_prints_json() -> None:
    results = run()
    assert {floor["name"] for floor in results["floors"]} == {"COPY", "scan", "view", "wall"}
    filled = {row["what"]: row["rows"] for row in results["fill"]}
    assert (filled["deals"], filled["points"], filled["weights"]) == (40, 500, 10_000)
    assert {
        "board",
        "list of 50",
        "search in the list",
        "deal",
        "reading room",
        "debate: 125 points",
        "debate: consent",
        "move (POST)",
        "create (POST)",
    } <= {page["what"] for page in results["pages"]}
    assert all(page["times"] == 3 and page["queries"] > 0 for page in results["pages"])
    assert {
        "close a week: deals-won",
        "close a month: all KPIs",
        "measure a team after one late fact",
    } <= {work["what"] for work in results["work"]}
    assert [each["rows"] for each in results["imports"]] == [40]


def test_search_is_measured_alone_where_it_is_asked_for() -> None:
    results = run("--search")

    assert {page["what"].partition(":")[0] for page in results["pages"]} == {"search"}
    assert all(page["times"] == 3 and page["queries"] > 0 for page in results["pages"])
    assert not results["work"]


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


def test_a_team_debates_as_one_of_fifty() -> None:
    talk = debates_of(PLACE, NOW)

    assert talk == debates_of(PLACE, NOW)
    assert [cell[9] for cell in cells(talk.debates)] == ["challenging", "consenting"]
    people = {(debate, person) for _id, _team, debate, person, *_ in cells(talk.seats)}
    weighed = {(point, seat) for _team, _debate, point, seat, _value in cells(talk.weights)}
    assert (len(people), len(talk.points), len(weighed)) == (100, 250, 5_000)
    assert all(len(versions) == 16 for versions in cells(talk.versions))


def test_the_stages_make_a_process() -> None:
    assert [stage.category.outcome for stage in STAGES] == ["open"] * 4 + ["won", "lost"]


def test_the_short_tables_can_stand_in_a_readme() -> None:
    page = Page("board", 60, 31.04, 40.0, 2.1, 35, 184.0, 10, 7.0, 20.0)
    results = Results(
        {"machine": "2 cores"},
        floors=[Floor("view", 14.8, "ms", "fifty rows")],
        fill=[Loaded("visits", 13_851, 1.8, 7_933, 20.1)],
        pages=[page],
        work=[Work("close a week", 3, 20.4, 28.2, 3.6, None)],
    )

    lines = results.as_markdown().splitlines()

    assert lines[0] == "- machine: 2 cores"
    (board,) = (line for line in lines if line.startswith("| board"))
    cells = [cell.strip() for cell in board.strip("|").split("|")]
    assert cells == ["board", "31.0", "40.0", "2.1", "35", "184.0", "10", "7.0"]
    assert all(line.startswith(("- ", "|")) or not line for line in lines)
