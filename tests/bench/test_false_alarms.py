"""How often the manager's profile cries wolf: a small run of it, always the same."""

import sys

import pytest

from bench import false_alarms
from bench.false_alarms import (
    MOST_ALERTS,
    SEEN,
    STABLE,
    UNEVEN,
    Process,
    detected,
    report,
    stable,
)
from dashboards.spc import Reason

KPIS = 150


CALM = [*STABLE, *(process for process in UNEVEN if process.is_share)]


@pytest.mark.parametrize("process", CALM, ids=lambda process: process.name)
def test_where_nothing_changes_it_stays_calm(process: Process) -> None:
    found = stable(process, KPIS, seed=1)

    assert found.per_kpi <= MOST_ALERTS
    assert found.judged or found.main_reason


def test_a_change_is_seen_in_time() -> None:
    for before, after, within, aim in SEEN:
        assert detected(before, after, within, KPIS, seed=1) >= aim


def test_shares_of_uneven_cases_are_calmer_each_by_its_own() -> None:
    one_range, by_cases = (stable(process, KPIS, seed=1) for process in UNEVEN[2:4])

    assert by_cases.per_kpi < one_range.per_kpi


def test_of_shares_of_five_nothing_is_said() -> None:
    found = stable(next(one for one in STABLE if one.name == "share of 5"), 10, seed=1)

    assert (found.silent, found.judged, found.per_judged) == ({Reason.SMALL_SHARES: 10}, 0, 0.0)


def test_it_tells_each_process_and_each_shift() -> None:
    told = report(3, seed=1)

    assert all(f"| {process.name} |" in told for process in (*STABLE, *UNEVEN))
    assert all(f"| {after.name} |" in told for _, after, _, _ in SEEN)


def test_it_is_a_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(sys, "argv", ["false_alarms", "--kpis", "1"])

    false_alarms.main()

    assert capsys.readouterr().out == f"{report(1, seed=1)}\n"
