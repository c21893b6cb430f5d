"""The servers in the box: a real PostgreSQL and a real Valkey under one folder, KRING_HOME.

`ensure()` starts both or attaches to those that run already, and returns their addresses. Whoever
comes signs in with its process; the last to leave switches off the light. So a short command
starts the servers, uses them and stops them, and when `make demo` runs it finds them running.

    KRING_HOME/embedded/address.json   where the servers are, their processes, who is attached
                        secrets.json   the generated passwords (both files: mode 600)
                        lock           held only while somebody comes or goes
                        elsewhere      where the data are, if the servers' account cannot come here
                        postgresql/    the data
                        valkey/        the broker's log of writes
    KRING_HOME/log/*.log

With KRING_EMBEDDED_FAST=1, as in the tests, everything is under KRING_HOME/fast instead, and those
servers do not wait for the disk: they may lose data in a crash, and never hold any that matter.
"""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config.embedded.carriers import EmbeddedError
from config.embedded.house import Addresses, House

__all__ = ["Addresses", "EmbeddedError", "ensure", "home", "leave", "revive"]

PROJECT = Path(__file__).resolve().parents[2]
_houses: dict[Path, House] = {}


def home() -> Path:
    """KRING_HOME, else `var` in the project; its subfolder `fast` for servers without a safety."""
    folder = Path(os.environ.get("KRING_HOME") or PROJECT / "var").absolute()
    return folder / "fast" if _fast() else folder


def ensure() -> Addresses:
    """Start both servers, or attach to them; raises EmbeddedError with a sentence."""
    folder = home()
    house = _houses.get(folder) or House(folder, fast=_fast())
    _leave_at_exit()
    try:
        house.open()
    except PermissionError as trouble:
        raise EmbeddedError(f"This account may not use {trouble.filename}.") from trouble
    except OSError as trouble:
        raise EmbeddedError(f"The embedded servers cannot start: {trouble}.") from trouble
    _houses[folder] = house
    return house.addresses()


def revive() -> list[str]:
    """Restart what has died since, at its old address; returns the names of what was restarted."""
    return [name for house in _houses.values() for name in house.revive()]


def leave() -> None:
    """Sign out of every home; whoever is the last to leave one stops its servers.

    A forked child leaves nothing: it never came in by itself.
    """
    with _undisturbed():
        for house in [house for house in _houses.values() if house.mine]:
            house.leave()
    _houses.clear()


def _fast() -> bool:
    return os.environ.get("KRING_EMBEDDED_FAST") == "1"


def _leave_at_exit() -> None:
    """Also when told to end: SIGTERM and SIGHUP become an ordinary exit, unless already handled."""
    atexit.unregister(_leave_quietly)
    atexit.register(_leave_quietly)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _exit_by)


def _exit_by(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _leave_quietly() -> None:
    try:
        leave()
    except (EmbeddedError, OSError) as trouble:
        sys.stderr.write(f"{trouble}\n")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not leave the servers half stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler or signal.SIG_DFL)
