"""Run the parts of Kring side by side, notice when one dies, and leave nothing running.

    supervise([Part("web", [...], ready=responds("http://127.0.0.1:8000/livez")), ...],
              home=home(), announce=lambda: print("Kring is at ..."))

Every part has its own session, so a Ctrl-C in the terminal reaches us only and the parts end in
order; its own log under home/log; and a mark in its environment by which it is known again when
we ourselves were killed.
"""

import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from config.processes import PROC, Process, last_lines, open_log, until

MARK = "KRING_SUPERVISED"
LOOK = 0.2  # seconds between two looks at the parts
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TETHERED = (sys.executable, "-IS", Path(__file__).with_name("tethered.py"))


class SupervisionError(Exception):
    """The parts cannot run; the message is for the person at the terminal."""


def always() -> bool:
    return True


@dataclass(frozen=True)
class Part:
    """One program to keep running: what it is called, how it starts, how to see it is ready."""

    name: str
    command: Sequence[str | Path]
    ready: Callable[[], bool] = always
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, and how often a part may die soon after its start."""

    ready: float = 60.0
    grace: float = 10.0
    quick: float = 10.0
    deaths: int = 3


def supervise(
    parts: Sequence[Part],
    *,
    home: Path,
    announce: Callable[[], object] = always,
    meanwhile: Callable[[], object] = always,
    patience: Patience = Patience(),
) -> int:
    """Start the parts, announce when all are ready, keep them running until told to end.

    To be called from the main thread. SIGINT, SIGTERM and SIGHUP end everything in reverse order;
    a second one ends it at once. `meanwhile` is called about once a second. Returns the exit code:
    0 when told to end, 1 when a part could not be kept running, with the reason on stderr.
    """
    watch = Watch(parts, home=home, patience=patience)
    try:
        with watch.signals():
            watch.run(announce, meanwhile)
    except SupervisionError as trouble:
        _say(str(trouble))
        return 1
    return 0


class Running:
    """A part that was started: its process, since when, and how often it died young."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self.log = log
        self.early_deaths = 0
        self.ready = False

    def start(self, environment: Mapping[str, str]) -> None:
        with open_log(self.log) as log:
            self.child = subprocess.Popen(  # noqa: S603 -- our own parts
                [*TETHERED, str(os.getpid()), *self.part.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**environment, **self.part.environment},
                start_new_session=True,
            )
        self.process = Process.of(self.child.pid)
        self.since = time.monotonic()

    @property
    def dead(self) -> bool:
        return self.child.poll() is not None

    @property
    def age(self) -> float:
        return time.monotonic() - self.since

    def how(self) -> str:
        """How it ended, in words."""
        code = self.child.returncode
        if code < 0:
            return f"was ended by signal {-code} ({signal.strsignal(-code)})"
        return f"ended with exit code {code}"

    def stop(self, grace: Callable[[], float]) -> None:
        """Ask the part to end; when it does not, or leaves children behind, end its group."""
        if not self.dead:
            self.child.terminate()
        asked = time.monotonic()
        until(lambda: self.dead or time.monotonic() - asked > grace(), sys.maxsize, pause=0.02)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


class Watch:
    """The watch over all parts of one home."""

    def __init__(self, parts: Sequence[Part], *, home: Path, patience: Patience) -> None:
        self.logs = home / "log"
        self.record = home / "supervised.json"
        self.patience = patience
        self.parts = [Running(part, self.logs / f"{part.name}.log") for part in parts]
        self.started: list[Running] = []
        self.mark = secrets.token_hex(16)
        self.ending = False
        self.hurry = False
        self._ear, self._mouth = os.pipe()

    def run(self, announce: Callable[[], object], meanwhile: Callable[[], object]) -> None:
        self._sweep()
        try:
            self._start_all()
            if self._await_ready():
                announce()
                self._look_after(meanwhile)
        finally:
            self._stop_all()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Hear the signals that end us, for as long as there is something to end."""
        before = {number: signal.signal(number, self._heard) for number in ENDINGS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)
            os.close(self._ear)
            os.close(self._mouth)

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        self.hurry = self.ending
        self.ending = True
        os.write(self._mouth, b"!")  # wakes _told_to_end; an Event could lock itself up here

    def _told_to_end(self, within: float) -> bool:
        select.select([self._ear], [], [], within)
        return self.ending

    def _start_all(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._write()
        for running in self.parts:
            if running.log.exists():
                running.log.replace(running.log.with_suffix(".log.1"))
            self._start(running)

    def _start(self, running: Running) -> None:
        running.start({**os.environ, "PYTHONUNBUFFERED": "1", MARK: self.mark})
        if running not in self.started:
            self.started.append(running)
        self._write()

    def _await_ready(self) -> bool:
        """Wait until all parts are ready; False when told to end before that."""
        deadline = time.monotonic() + self.patience.ready
        while not all(running.ready for running in self.parts):
            self._restart_the_dead()
            for running in self.parts:
                running.ready = running.ready or running.part.ready()
            if time.monotonic() > deadline:
                raise SupervisionError(self._not_ready())
            if self._told_to_end(within=LOOK / 4):
                return False
        return True

    def _not_ready(self) -> str:
        late = next(running for running in self.parts if not running.ready)
        return (
            f"{late.part.name} was not ready after {self.patience.ready:.0f} seconds. Its last "
            f"words ({late.log}):\n{last_lines(late.log)}"
        )

    def _look_after(self, meanwhile: Callable[[], object]) -> None:
        next_call = 0.0
        while not self._told_to_end(within=LOOK):
            self._restart_the_dead()
            if time.monotonic() >= next_call:
                meanwhile()
                next_call = time.monotonic() + 1

    def _restart_the_dead(self) -> None:
        for running in self.parts:
            if running.dead and not self.ending:
                self._count_death(running)
                _say(f"{running.part.name} {running.how()}; it is started again.")
                self._end_group(running)
                self._start(running)

    def _count_death(self, running: Running) -> None:
        early = running.age < self.patience.quick
        running.early_deaths = running.early_deaths + 1 if early else 0
        if running.early_deaths >= self.patience.deaths:
            raise SupervisionError(
                f"{running.part.name} {running.how()}, {running.early_deaths} times in a row soon "
                f"after its start, so everything is stopped. Its last words ({running.log}):\n"
                f"{last_lines(running.log)}"
            )

    def _end_group(self, running: Running) -> None:
        """What a dead part leaves behind would sit on its port."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(running.child.pid, signal.SIGKILL)

    def _stop_all(self) -> None:
        for running in reversed(self.started):
            running.stop(lambda: 0.0 if self.hurry else self.patience.grace)
        _end(list(_marked(self.mark)), self.patience.grace)
        self.record.unlink(missing_ok=True)

    def _write(self) -> None:
        leaders = [running.process for running in self.started if running.process]
        self.record.write_text(
            json.dumps(
                {
                    "supervisor": asdict(Process.current()),
                    "mark": self.mark,
                    "parts": [asdict(process) for process in leaders],
                }
            )
        )

    def _sweep(self) -> None:
        """End what a watch before us left running, because it was killed itself."""
        try:
            record: dict[str, Any] = json.loads(self.record.read_text())
            supervisor = Process(**record["supervisor"])
            parts = [Process(**process) for process in record["parts"]]
        except (OSError, ValueError, LookupError, TypeError):
            return
        if supervisor.alive:
            raise SupervisionError(
                f"Kring already runs in {self.record.parent} (process {supervisor.pid}). "
                "Stop that one first, or choose another folder: KRING_HOME=…"
            )
        left = {process for process in parts if process.alive} | set(_marked(record["mark"]))
        _end(sorted(left, key=lambda process: process.pid), self.patience.grace)


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server can listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def responds(url: str) -> Callable[[], bool]:
    """A readiness check: the address answers, with anything but a server error."""
    parts = urlsplit(url)

    def ask() -> bool:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        try:
            connection.request("GET", parts.path or "/")
            return connection.getresponse().status < 500  # noqa: PLR2004 -- as HTTP counts
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    return ask


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def _marked(mark: str) -> Iterator[Process]:
    """Processes that carry the mark, in whatever session they are now (Linux only)."""
    wanted = f"{MARK}={mark}".encode()
    for entry in PROC.glob("[0-9]*"):
        try:
            carries = wanted in entry.joinpath("environ").read_bytes().split(b"\0")
        except OSError:
            continue  # gone meanwhile, or of another user
        process = Process.of(int(entry.name)) if carries else None
        if process:
            yield process


def _end(processes: list[Process], grace: float) -> None:
    for process in processes:
        process.send(signal.SIGTERM)
    until(lambda: not any(process.alive for process in processes), grace)
    for process in processes:
        process.stop((signal.SIGKILL, 5))
