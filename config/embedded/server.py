"""One embedded server: started on its own, known again by its record, stopped in good order."""

import fcntl
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, ClassVar

from config.embedded.carriers import QUIET, Account, EmbeddedError, becoming, hand_over
from config.processes import Process, last_lines, living_in, open_log, until

START = 120.0  # seconds; recovery after a crash may have a gigabyte of log to replay
ANSWER = 10.0
LOG_LIMIT = 5_000_000  # bytes; a longer log is put aside at the next start

REASONS = {
    "No space left on device": "the disk is full; free some space and start again",
    "ermission denied": "its account may not use its folder or its programs",
    "could not create shared memory": "the system gives it no shared memory",
    "Exec format error": "its program is made for another kind of machine",
}


@dataclass(frozen=True)
class Room:
    """Where the servers of one home live, as whom, and the secrets they share with us."""

    folder: Path
    logs: Path
    account: Account | None
    fast: bool
    secrets: dict[str, str]


class Server(ABC):
    """One embedded server. `at` is its address: the folder of a socket, or a port."""

    name: ClassVar[str]
    program: ClassVar[str]
    stopping: ClassVar[tuple[tuple[signal.Signals, float], ...]]

    def __init__(self, room: Room) -> None:
        self.room = room
        self.at = ""
        self.process: Process | None = None
        self.data = room.folder / self.name.lower()
        self.log = room.logs / f"{self.name.lower()}.log"
        self.lock = room.folder / f"{self.name.lower()}.running"
        self.log_begins = 0
        self.child: subprocess.Popen[bytes] | None = None

    def recall(self, *, at: str = "", process: dict[str, Any] | None = None) -> None:
        """Take over what the record says about this server."""
        mine = self.child.pid if self.child and self.child.poll() is None else 0
        self.at = at or self.at
        self.process = Process(**process) if process else Process.of(mine)

    def memory(self) -> dict[str, Any]:
        """What the record has to say about this server."""
        return {"at": self.at, "process": asdict(self.process) if self.process else None}

    @abstractmethod
    def answers(self) -> bool:
        """One real exchange with the server."""

    @abstractmethod
    def start(self) -> None:
        """Start the server and wait until it answers; raises EmbeddedError with the reason."""

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.alive

    def works(self) -> bool:
        """The recorded process lives and, given a moment, really answers."""
        answer = self.alive and until(lambda: self.answers() or not self.alive, ANSWER)
        return answer and self.alive

    def stop(self) -> None:
        """Ask politely, then less so; raises EmbeddedError when the process stays."""
        if self.process and not self.process.stop(*self.stopping):
            raise EmbeddedError(f"{self} (process {self.process.pid}) does not end.")
        if self.child:
            self.child.wait(timeout=ANSWER)
        self.process = self.child = None

    def tidy(self) -> None:  # noqa: B027 -- most servers have nothing to throw away
        """Throw away what only a running server needs."""

    def let_go(self) -> None:
        """Leave the running server to others; this process will not wait for its end."""
        if self.child:
            self.child.returncode = 0  # else Python complains that we forgot the child
        self.child = None

    def clear(self) -> None:
        """End whatever still runs in the data folder: after a crash, or with the record lost."""
        self.stop()
        for survivor in living_in(self.data, self.program):
            survivor.stop((signal.SIGQUIT, 5), (signal.SIGKILL, 5))
        if not until(self._nobody_inside, ANSWER):
            raise EmbeddedError(
                f"{self} is in use in {self.data} by a process that cannot be seen from here, "
                "in another container perhaps; end that one first."
            )

    def launch(self, *command: str | Path) -> None:
        """Start the program on its own: own session, own account, clean environment.

        The open lock goes with it and with its children. So as long as any of them lives, the
        kernel itself says that the data are in use, whatever became of us or of the records.
        """
        with self.lock.open("a") as lock, self._open_log() as log:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            hand_over(self.lock, self.log)
            self.log_begins = log.tell()
            try:
                self.child = subprocess.Popen(  # noqa: S603 -- programs from our own wheels
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=QUIET,
                    umask=0o077,
                    pass_fds=[lock.fileno()],
                    start_new_session=True,
                    **becoming(self.room.account),
                )
            except OSError as trouble:
                raise self.failure(str(trouble)) from trouble
        self.process = Process.of(self.child.pid)

    def await_start(self) -> None:
        """Wait until the launched program is ready; raises EmbeddedError when it ends or hangs."""
        child = self.child
        assert child is not None
        if not until(lambda: child.poll() is not None or self.ready(), START):
            self.stop()
            raise EmbeddedError(f"{self} was not ready after {START:.0f} seconds.")
        if child.poll() is not None:
            self.process = self.child = None
            raise self.failure(last_lines(self.log, since=self.log_begins))

    def ready(self) -> bool:
        return self.answers()

    def failure(self, said: str) -> EmbeddedError:
        """Say in a sentence why the server does not run, from what it or the system said."""
        why = next(
            (why for sign, why in REASONS.items() if sign in said), " / ".join(said.split("\n"))
        )
        return EmbeddedError(f"{self} cannot start: {why}. Its log is {self.log}.")

    def within_reach(self, program: Path, copy: Callable[[Path, Path], Path]) -> Path:
        """The program, or where it is closed to our account a copy beside the data."""
        if self.room.account is None or self.room.account.can("x", program):
            return program
        return copy(program, self.room.folder / "programs")

    def make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.room.account:
            self.room.account.own(folder)

    def private_file(self, path: Path, text: str) -> None:
        """Write a file that nobody but the server's account can read."""
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        if self.room.account:
            self.room.account.own(path)

    def _nobody_inside(self) -> bool:
        with self.lock.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def _open_log(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        return open_log(self.log)

    def __str__(self) -> str:
        return f"The embedded {self.name}"
