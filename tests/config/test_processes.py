"""Knowing a process again, on Linux and on systems that have only `ps`."""

import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from config import processes
from config.processes import Process, last_lines, living_in, name_of


@pytest.fixture(params=["the kernel", "ps"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "ps":
        if not Path("/bin/ps").exists():
            pytest.skip("there is no ps here")
        monkeypatch.setattr(processes, "CAN_LOOK_INSIDE", False)


@pytest.mark.usefixtures("source")
class TestIdentity:
    def test_an_id_alone_is_not_a_process(self) -> None:
        me = Process.current()

        assert me.alive
        assert Process.of(me.pid) == me
        assert not replace(me, started="another day").alive

    def test_no_process_has_this_id(self) -> None:
        assert Process.of(0) is None
        assert Process.of(2**22 + 1) is None  # more than Linux gives out
        assert name_of(2**22 + 1) == ""

    def test_a_child_that_ended_is_dead_before_anybody_looks(self) -> None:
        with subprocess.Popen(["/bin/sleep", "60"]) as child:
            process = Process.of(child.pid)
            assert process
            assert name_of(child.pid) == "sleep"
            assert process.stop((signal.SIGTERM, 10))
            assert child.returncode is None
            assert Process.of(child.pid) is None

    def test_a_stranger_is_sent_nothing(self) -> None:
        stranger = replace(Process.current(), started="another day")

        assert stranger.stop((signal.SIGKILL, 0.0))


def test_a_process_that_does_not_end_is_reported() -> None:
    assert not Process.current().stop((signal.SIGCONT, 0.0))


def test_without_a_boot_id_the_ticks_must_do(monkeypatch: pytest.MonkeyPatch) -> None:
    if not processes.CAN_LOOK_INSIDE:
        pytest.skip("only Linux counts ticks")
    named = Process.current()
    monkeypatch.setattr(processes, "BOOT", Path("/nowhere"))

    assert Process.current().started == "boot:" + named.started.partition(":")[2]


def test_a_folder_knows_who_works_in_it(tmp_path: Path) -> None:
    if not processes.CAN_LOOK_INSIDE:
        pytest.skip("only Linux tells")
    with subprocess.Popen(["/bin/sleep", "60"], cwd=tmp_path) as child:
        inside = [process.pid for process in living_in(tmp_path, "sleep")]
        child.kill()

    assert inside == [child.pid]
    assert list(living_in(tmp_path, "sleep")) == []
    assert os.getpid() not in inside


def test_the_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert last_lines(log) == "(there is no log)"

    log.write_text("one\ntwo\nthree\n")

    assert last_lines(log, 2) == "two\nthree"
    assert last_lines(log, since=4) == "two\nthree"
