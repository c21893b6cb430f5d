"""Know a process again, wait for it and stop it: never by name, always by identity.

A process id alone says little, because the system hands it out again. Together with the moment at
which the process began it is unique, so that pair is what is written down and compared.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import IO

PROC = Path("/proc")
CAN_LOOK_INSIDE = PROC.joinpath("self/stat").exists()  # Linux; other systems ask ps
BOOT = PROC / "sys/kernel/random/boot_id"
GONE = ("Z", "X")  # a zombie keeps its entry until its parent looks, and is dead all the same


def until(condition: Callable[[], object], seconds: float, *, pause: float = 0.01) -> bool:
    """Wait until the condition holds; False when it still does not after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


@dataclass(frozen=True)
class Process:
    """One running process: its id and the moment it began, as the system words it."""

    pid: int
    started: str

    @classmethod
    def current(cls) -> "Process":
        """This very process (a forked child is another one)."""
        return cls(os.getpid(), _started(os.getpid()))

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """The process that has this id now, if there is one."""
        started = _started(pid)
        return cls(pid, started) if started else None

    @property
    def alive(self) -> bool:
        return bool(self.started) and _started(self.pid) == self.started

    def send(self, number: Signals) -> None:
        """Send a signal, unless the process is gone and its id perhaps another's."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def stop(self, *steps: "tuple[Signals, float]") -> bool:
        """Send each signal in turn and give it its seconds; True as soon as the process is gone."""
        for number, seconds in steps:
            self.send(number)
            if until(lambda: not self.alive, seconds):
                return True
        return not self.alive


def _started(pid: int) -> str:
    """When the process began: boot and clock ticks on Linux, a date elsewhere; "" when dead."""
    if pid <= 0:
        return ""
    if not CAN_LOOK_INSIDE:
        state, _, started = _ask_ps(pid, "stat=,lstart=").partition(" ")
        return "" if state.startswith(GONE) else started.strip()
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text(errors="replace")
    except OSError:
        return ""
    # The name stands in brackets and may itself hold brackets and spaces, hence from the right.
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in GONE else f"{_boot()}:{rest[18]}"


def _ask_ps(pid: int, columns: str) -> str:
    answer = subprocess.run(  # noqa: S603 -- a fixed command and a number
        ["/bin/ps", "-o", columns, "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C"},
    )
    return answer.stdout.strip()


def _boot() -> str:
    try:
        return BOOT.read_text()[:8]
    except OSError:
        return "boot"


def name_of(pid: int) -> str:
    """The short name of a running program, "" when it cannot be told."""
    if not CAN_LOOK_INSIDE:
        return Path(_ask_ps(pid, "comm=")).name
    try:
        return PROC.joinpath(str(pid), "comm").read_text(errors="replace").strip()
    except OSError:
        return ""


def living_in(folder: Path, name: str) -> Iterator[Process]:
    """Processes with this short name that work in this folder (Linux; elsewhere nothing)."""
    for entry in PROC.glob("[0-9]*"):
        try:
            at_home = entry.joinpath("cwd").samefile(folder)
        except OSError:
            continue  # gone meanwhile, or of another user
        if at_home and name_of(int(entry.name)) == name:
            process = Process.of(int(entry.name))
            if process:
                yield process


def open_log(log: Path) -> IO[bytes]:
    """Open a log file to add to it; nobody else may read what is in it."""
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def last_lines(log: Path, count: int = 5, *, since: int = 0) -> str:
    """The end of a log file, from a byte on."""
    try:
        lines = log.read_bytes()[since:][-4000:].decode(errors="replace").splitlines()
    except OSError:
        return "(there is no log)"
    return "\n".join(line.strip() for line in lines[-count:])
