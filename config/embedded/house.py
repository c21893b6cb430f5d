"""One home of the embedded servers: who is in, what runs, where it is written down."""

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from config.embedded.carriers import Account, EmbeddedError, hand_over, lasting_folder
from config.embedded.postgres import SUPERUSER, Postgres
from config.embedded.server import Room
from config.embedded.valkey import Valkey
from config.processes import Process, until
from config.provision import APP, OWNER

WAIT = 180.0  # seconds for somebody else's start or stop


@dataclass(frozen=True)
class Addresses:
    """Where the servers are.

    The PostgreSQL addresses are what libpq takes as they are, with the folder of the socket in the
    query: `postgresql://kring_app:secret@/kring?host=/tmp/kring-x1y2z3`.
    """

    database_url: str
    owner_url: str
    superuser_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """For child processes, which then need not attach. The superuser stays out of it."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
        }


class House:
    """One home with its lock, its record and its two servers, as this process knows them."""

    def __init__(self, folder: Path, *, fast: bool) -> None:
        self.fast = fast
        self.embedded = folder / "embedded"
        self.logs = folder / "log"
        self.record = self.embedded / "address.json"
        self.me = Process.current()
        self.others: list[Process] = []
        self._servers: tuple[Postgres, Valkey] | None = None

    @property
    def mine(self) -> bool:
        return self.me.pid == os.getpid()

    def open(self) -> None:
        """Sign in, and start what does not work; on failure nothing of ours stays behind."""
        self._make_folders()
        with self._locked():
            if not self.mine or self._servers is None:
                self.me = Process.current()
                room = self._room()
                self._servers = Postgres(room), Valkey(room)
            self._read()
            try:
                for server in self.servers:
                    if not server.works():
                        server.start()
            except BaseException:
                self._close()
                raise
            self._write(self.me, *self.others)

    def revive(self) -> list[str]:
        """Restart the servers that died; returns their names."""
        dead = [server for server in self.servers if not server.alive]
        if dead:
            self.open()
        return [server.name for server in dead]

    def leave(self) -> None:
        """Sign out, and stop the servers when nobody else is signed in."""
        try:
            with self._locked():
                self._read()
                self._close()
        except FileNotFoundError:  # the home was thrown away with the servers in it
            for server in self.servers:
                if server.child:
                    server.stop()
                    server.tidy()

    def addresses(self) -> Addresses:
        postgres, valkey = self.servers
        return Addresses(
            database_url=postgres.url(APP),
            owner_url=postgres.url(OWNER),
            superuser_url=postgres.url(SUPERUSER, "postgres"),
            redis_url=valkey.url,
        )

    @property
    def servers(self) -> tuple[Postgres, Valkey]:
        assert self._servers is not None, "the house is not open"
        return self._servers

    def _close(self) -> None:
        for server in self.servers:
            if self.others:
                server.let_go()
            else:
                server.stop()
                server.tidy()
        self._write(*self.others)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        file = self.embedded / "lock"
        with file.open("a") as lock:
            hand_over(file)
            if not until(lambda: _taken(lock.fileno()), WAIT):
                raise EmbeddedError(
                    f"Another process has been starting or stopping the embedded servers in "
                    f"{self.embedded} for {WAIT:.0f} seconds; end it and try again."
                )
            yield

    def _read(self) -> None:
        try:
            self._recall(json.loads(self.record.read_text()))
        except (FileNotFoundError, ValueError, TypeError, LookupError):
            # No record, or not one of ours. What it does not tell is found out in the data folder.
            self._recall({"attached": []} | {server.name: {} for server in self.servers})

    def _recall(self, record: dict[str, Any]) -> None:
        for server in self.servers:
            server.recall(**record[server.name])
        signed_in = [Process(**process) for process in record["attached"]]
        self.others = [process for process in signed_in if process != self.me and process.alive]

    def _write(self, *attached: Process) -> None:
        record: dict[str, Any] = {server.name: server.memory() for server in self.servers}
        record["attached"] = [asdict(process) for process in attached]
        _write_privately(self.record, json.dumps(record, indent=1))

    def _make_folders(self) -> None:
        for folder in (self.embedded, self.logs):
            _make_folder(folder)

    def _room(self) -> Room:
        account = Account.for_home(self.embedded.parent)
        folder = self._reachable_folder(account)
        return Room(
            folder=folder,
            logs=self.logs,
            account=account,
            fast=self.fast,
            secrets=self._secrets(new=not folder.joinpath(Postgres.name.lower()).exists()),
        )

    def _secrets(self, *, new: bool) -> dict[str, str]:
        file = self.embedded / "secrets.json"
        if not file.exists():
            if not new:
                raise EmbeddedError(
                    f"The passwords of the embedded servers are gone: bring {file} back, or move "
                    f"{self.embedded} aside to begin with an empty database."
                )
            names = (SUPERUSER, OWNER, APP, "valkey")
            _write_privately(file, json.dumps({name: token_urlsafe(24) for name in names}))
        secrets: dict[str, str] = json.loads(file.read_text())
        return secrets

    def _reachable_folder(self, account: Account | None) -> Path:
        """The folder of the data: here, or where the servers' account can come."""
        note = self.embedded / "elsewhere"
        if note.exists():
            elsewhere = Path(note.read_text())
            if elsewhere.is_dir():
                return elsewhere
            _say(f"The data of the embedded servers were in {elsewhere}, which is gone.")
        if account is None or account.can("x", self.embedded):
            return self.embedded
        elsewhere = lasting_folder("kring-data-", account)
        _write_privately(note, str(elsewhere))
        _say(
            f"The embedded servers cannot run as root, and {self.embedded} is closed to the "
            f"account they run as, so their data are kept in {elsewhere}."
        )
        return elsewhere


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents. What root makes belongs to whom the place belongs, and lets
    the servers' account through; folders that were there before are left as they are."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    hand_over(folder)
    if os.geteuid() == 0:
        folder.chmod(folder.stat().st_mode | 0o011)


def _write_privately(file: Path, text: str) -> None:
    """Replace a file in one go by one that only we can read; as root, for the folder's owner."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    hand_over(draft)
    draft.replace(file)
