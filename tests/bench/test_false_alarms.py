"""How often the manager's profile cries wolf: a small run of it, always the same."""

import sys

import pytest

from bench import false_alarms
from bench.false_alarms import MOST_ALERTS, SEEN, STABLE, Process, detected, report, stable
from dashboards.spc import Reason

KPIS = 150


@pytest.mark.parametrize("process", STABLE, ids=lambda process: process.name)
def test_where_nothing_changes_it_stays_calm(process: Process) -> None:
    found = stable(process, KPIS, seed=1)

    assert found.per_kpi <= MOST_ALERTS
    assert found.judged or found.main_reason


def test_a_change_is_seen_in_time() -> None:
    for shift, (within, aim) in SEEN.items():
        assert detected(shift, within, KPIS, seed=1) >= aim


def test_of_shares_of_five_nothing_is_said() -> None:
    found = stable(next(one for one in STABLE if one.name == "share of 5"), 10, seed=1)

    assert (found.silent, found.judged, found.per_judged) == ({Reason.SMALL_SHARES: 10}, 0, 0.0)


def test_it_tells_each_process_and_each_shift() -> None:
    told = report(3, seed=1)

    assert all(f"| {process.name} |" in told for process in STABLE)
    assert all(f"| {shift} standard deviations |" in told for shift in SEEN)


def test_it_is_a_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(sys, "argv", ["false_alarms", "--kpis", "1"])

    false_alarms.main()

    assert capsys.readouterr().out == f"{report(1, seed=1)}\n"
