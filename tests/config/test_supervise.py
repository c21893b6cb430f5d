"""The watch over the parts: noticing deaths, ending in order, leaving nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from config.processes import Process, until
from config.supervise import (
    Part,
    Patience,
    port_is_free,
    responds,
    supervise,
)
from tests.config.guests import PROJECT, gone

CALM = "echo here; exec sleep 60"
STUBBORN = "trap '' TERM; echo here; while :; do sleep 60; done"


class Stage:
    """A home with parts that each say "here" in their log, and what became of them."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def log(self, name: str) -> Path:
        return self.home / "log" / f"{name}.log"

    def part(self, name: str, script: str = CALM) -> Part:
        return Part(name, ["/bin/sh", "-c", script], ready=lambda: self.says_here(name))

    def says_here(self, name: str) -> bool:
        return self.log(name).exists() and "here" in self.log(name).read_text()

    def leaders(self) -> list[Process]:
        record = json.loads((self.home / "supervised.json").read_text())
        return [Process(**process) for process in record["parts"]]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "Anna's home")


def tell(number: signal.Signals = signal.SIGTERM) -> None:
    """Send ourselves, who supervise, a signal."""
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_end_it_ends_every_part(stage: Stage, number: signal.Signals) -> None:
    seen: list[Process] = []

    def announce() -> None:
        seen.extend(stage.leaders())
        tell(number)

    code = supervise([stage.part("web"), stage.part("worker")], home=stage.home, announce=announce)

    assert code == 0
    assert len(seen) == 2
    assert not any(process.alive for process in seen)
    assert not (stage.home / "supervised.json").exists()


def test_parts_end_in_reverse_order(stage: Stage) -> None:
    order = stage.home / "order"
    script = "trap 'echo {} >> \"$ORDER\"; exit' TERM; echo here; while :; do sleep 0.02; done"
    parts = [
        replace(stage.part(name, script.format(name)), environment={"ORDER": str(order)})
        for name in ("web", "live", "worker")
    ]

    supervise(parts, home=stage.home, announce=tell)

    assert order.read_text().split() == ["worker", "live", "web"]


def test_the_terminal_stays_calm(stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    supervise([stage.part("web")], home=stage.home, announce=tell)

    assert capfd.readouterr() == ("", "")
    assert stage.log("web").read_text() == "here\n"


def test_logs_begin_anew_and_the_last_ones_are_kept(stage: Stage) -> None:
    for _ in range(2):
        supervise([stage.part("web")], home=stage.home, announce=tell)

    assert stage.log("web").read_text() == "here\n"
    assert stage.log("web").with_suffix(".log.1").read_text() == "here\n"


def test_a_part_knows_its_own_environment(stage: Stage) -> None:
    part = replace(
        stage.part("web", 'echo "$DATABASE_URL"; ' + CALM), environment={"DATABASE_URL": "here:1"}
    )

    supervise([part], home=stage.home, announce=tell)

    assert stage.log("web").read_text().startswith("here:1\n")


def test_a_killed_part_is_noticed_and_started_again(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    killed: list[Process] = []

    def announce() -> None:
        killed.extend(stage.leaders())
        os.kill(killed[0].pid, signal.SIGKILL)

    def meanwhile() -> None:
        if stage.log("web").read_text() == "here\nhere\n":
            tell()

    code = supervise([stage.part("web")], home=stage.home, announce=announce, meanwhile=meanwhile)

    assert code == 0
    assert capfd.readouterr().err == "web was ended by signal 9 (Killed); it is started again.\n"


def test_what_a_killed_part_leaves_behind_does_not_stay(stage: Stage) -> None:
    orphan = stage.home / "orphan"
    script = f"sleep 60 & echo $! > '{orphan.name}'; echo here; wait"
    part = replace(stage.part("web"), command=["/bin/sh", "-c", f'cd "$AT"; {script}'])
    part = replace(part, environment={"AT": str(stage.home)})
    orphans: list[Process | None] = []

    def announce() -> None:
        orphans.append(Process.of(int(orphan.read_text())))
        os.kill(stage.leaders()[0].pid, signal.SIGKILL)

    def meanwhile() -> None:
        if stage.log("web").read_text().count("here") == 2:
            orphans.append(Process.of(int(orphan.read_text())))
            tell()

    supervise([part], home=stage.home, announce=announce, meanwhile=meanwhile)

    assert len(orphans) == 2
    assert all(process and gone(process) for process in orphans)


def test_a_part_that_keeps_dying_ends_it_all(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    parts = [stage.part("web"), stage.part("worker", "echo no money left; exit 7")]

    code = supervise(parts, home=stage.home)

    assert code == 1
    said = capfd.readouterr().err
    again = "worker ended with exit code 7; it is started again.\n"
    assert said.startswith(2 * again + "worker ended with exit code 7, 3 times in a row soon")
    assert said.endswith("no money left\nno money left\nno money left\n")


def test_a_program_that_is_not_there_is_said(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    code = supervise([Part("web", ["/nowhere/web"])], home=stage.home)

    assert code == 1
    assert "/nowhere/web: No such file or directory" in capfd.readouterr().err


def test_a_long_life_is_no_early_death(stage: Stage) -> None:
    patience = Patience(quick=0.0, deaths=1)

    def meanwhile() -> None:
        if stage.log("web").read_text().count("here") >= 3:
            tell()

    parts = [stage.part("web", "echo here; exit 1")]
    code = supervise(parts, home=stage.home, meanwhile=meanwhile, patience=patience)

    assert code == 0


def test_a_part_that_is_never_ready_is_said_with_its_log(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    part = stage.part("web", "echo thinking; exec sleep 60")

    code = supervise(
        [stage.part("live"), part], home=stage.home, patience=Patience(ready=0.3), announce=tell
    )

    assert code == 1
    assert capfd.readouterr().err.startswith("web was not ready after 0 seconds. Its last words")
    assert stage.log("web").read_text() == "thinking\n"


def test_told_to_end_before_anything_is_ready(stage: Stage) -> None:
    told: list[bool] = []

    def ready() -> bool:
        told.append(True)
        tell()
        return False

    def announce() -> None:
        raise AssertionError("nothing to announce")

    part = replace(stage.part("web"), ready=ready)

    assert supervise([part], home=stage.home, announce=announce) == 0
    assert told


def test_a_stubborn_part_is_ended_after_its_grace(stage: Stage) -> None:
    stubborn: list[Process] = []

    def announce() -> None:
        stubborn.extend(stage.leaders())
        tell()

    code = supervise(
        [stage.part("web", STUBBORN)],
        home=stage.home,
        announce=announce,
        patience=Patience(grace=0.1),
    )

    assert code == 0
    assert gone(stubborn[0])


def test_a_second_ctrl_c_is_in_a_hurry(stage: Stage) -> None:
    def announce() -> None:
        tell(signal.SIGINT)
        tell(signal.SIGINT)

    code = supervise([stage.part("web", STUBBORN)], home=stage.home, announce=announce)

    assert code == 0


def test_trouble_in_what_runs_meanwhile_ends_the_parts_too(stage: Stage) -> None:
    seen: list[Process] = []

    def meanwhile() -> None:
        seen.extend(stage.leaders())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        supervise([stage.part("web")], home=stage.home, meanwhile=meanwhile)

    assert len(seen) == 1
    assert not seen[0].alive


def test_a_part_that_left_its_session_is_ended_as_well(stage: Stage) -> None:
    run_away = "import os, time; os.setsid(); print(os.getpid(), flush=True); time.sleep(60)"
    script = f'"{sys.executable}" -c "{run_away}" & echo here; wait'
    runaways: list[Process | None] = []

    def announce() -> None:
        assert until(lambda: len(stage.log("web").read_text().split()) == 2, 10)
        said = stage.log("web").read_text().split()
        runaways.extend(Process.of(int(word)) for word in said if word.isdecimal())
        tell()

    supervise([stage.part("web", script)], home=stage.home, announce=announce)

    assert len(runaways) == 1
    assert runaways[0]
    assert gone(runaways[0])


class TestWhenTheWatchItselfIsKilled:
    WATCH = """
import sys
from pathlib import Path
from config.supervise import Part, supervise
home, *scripts = sys.argv[1:]
parts = [Part(f"part{i}", ["/bin/sh", "-c", script]) for i, script in enumerate(scripts)]
supervise(parts, home=Path(home), announce=lambda: print("ready", flush=True))
"""

    @pytest.fixture
    def watch(self, stage: Stage) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
        watches: list[subprocess.Popen[str]] = []

        def begin(*scripts: str) -> "subprocess.Popen[str]":
            watch = subprocess.Popen(
                [sys.executable, "-c", self.WATCH, stage.home, *scripts],
                stdout=subprocess.PIPE,
                cwd=PROJECT,
                text=True,
            )
            watches.append(watch)
            assert watch.stdout
            assert watch.stdout.readline() == "ready\n"
            return watch

        yield begin
        for watch in watches:
            watch.terminate()
            watch.communicate()

    def test_the_parts_end_too(
        self, stage: Stage, watch: Callable[..., "subprocess.Popen[str]"]
    ) -> None:
        killed = watch(CALM)
        part = stage.leaders()[0]

        killed.kill()

        assert gone(part)

    def test_the_next_watch_ends_those_that_did_not(
        self, stage: Stage, watch: Callable[..., "subprocess.Popen[str]"]
    ) -> None:
        killed = watch(STUBBORN)
        part = stage.leaders()[0]
        assert until(lambda: stage.log("part0").read_text() == "here\n", 10)
        killed.kill()
        killed.wait()
        assert part.alive

        code = supervise(
            [stage.part("web")], home=stage.home, announce=tell, patience=Patience(grace=0.2)
        )

        assert code == 0
        assert gone(part)

    def test_a_living_one_is_not_disturbed(
        self,
        stage: Stage,
        watch: Callable[..., "subprocess.Popen[str]"],
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        first = watch(CALM)

        code = supervise([stage.part("web")], home=stage.home, announce=tell)

        assert code == 1
        assert f"Kring already runs in {stage.home} (process {first.pid})" in capfd.readouterr().err
        assert stage.leaders()[0].alive

    def test_a_strangers_record_is_no_reason_to_kill(self, stage: Stage) -> None:
        stage.home.mkdir()
        me = Process.current()
        record = {
            "supervisor": asdict(replace(me, started="another day")),
            "mark": "0",
            "parts": [asdict(replace(me, started="another day"))],
        }
        (stage.home / "supervised.json").write_text(json.dumps(record))

        assert supervise([stage.part("web")], home=stage.home, announce=tell) == 0


class TestReadiness:
    def test_a_port_is_free_until_somebody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            assert not port_is_free(port)
        assert port_is_free(port)

    def test_a_page_responds_when_it_is_no_server_error(self) -> None:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(503 if self.path == "/readyz" else 404)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        with HTTPServer(("127.0.0.1", 0), Page) as server:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            address = f"http://127.0.0.1:{server.server_port}"
            assert responds(f"{address}/")()
            assert responds(address)()
            assert not responds(f"{address}/readyz")()
            server.shutdown()
            thread.join()
        assert not responds(address)()
