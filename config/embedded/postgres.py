"""The embedded PostgreSQL: reached by password over a socket in a short private folder only."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2

from config.embedded.carriers import (
    QUIET,
    SHELL_SAFE,
    becoming,
    copy_postgres,
    postgres_programs,
    short_folder,
)
from config.embedded.server import Server
from config.processes import CAN_LOOK_INSIDE, last_lines, living_in, name_of, open_log
from config.provision import APP, DATABASE, OWNER, provision

SUPERUSER = "postgres"
FOLDER = "kring-"
SOCKET = ".s.PGSQL.5432"
BUSY = ("starting up", "shutting down", "in recovery mode", "not yet accepting")


class Postgres(Server):
    """A real PostgreSQL. Its address is the folder of its socket."""

    name = "PostgreSQL"
    program = "postgres"
    # SIGINT is PostgreSQL's fast shutdown; SIGQUIT leaves the rest to recovery at the next start.
    stopping = ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))

    def url(self, role: str, database: str = DATABASE) -> str:
        """`postgresql://role:secret@/database?host=/folder/of/socket`, as libpq understands it."""
        return f"postgresql://{role}:{self.room.secrets[role]}@/{database}?host={self.at}"

    def works(self) -> bool:
        return self._socket_is_ours() and super().works()

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url(APP), connect_timeout=5).close()
        except psycopg2.OperationalError as trouble:
            # A refusal ("too many clients") is an answer as well; "is starting up" is not yet one.
            said = str(trouble)
            return "FATAL:" in said and not any(sign in said for sign in BUSY)
        return True

    def ready(self) -> bool:
        """The last line of postmaster.pid says so, without a connection attempt in the log."""
        assert self.child is not None
        lines = self._pid_file()
        return lines[:1] == [str(self.child.pid)] and lines[7:8] == ["ready   "]

    def start(self) -> None:
        self.clear()
        if not self.data.exists():
            self._initialise()
        self._settle_socket()
        self._forget_old_postmaster()
        self.launch(self._program(), "-D", self.data, *self._settings())
        self.await_start()
        provision(
            self.url(SUPERUSER, "postgres"),
            owner_password=self.room.secrets[OWNER],
            app_password=self.room.secrets[APP],
        )

    def clear(self) -> None:
        """As for every server, but a postmaster that nobody remembers may end in good order."""
        if self.process is None:
            pid = self._recorded_pid()
            inside = living_in(self.data, self.program)
            self.process = next((process for process in inside if process.pid == pid), None)
        self.at = self.at or "".join(self._pid_file()[4:5])  # where it listens, says line five
        super().clear()

    def tidy(self) -> None:
        with suppress(OSError):
            Path(self.at or "/nowhere").rmdir()
        self.at = ""

    def _initialise(self) -> None:
        """Make the data folder under another name first: half a folder is never taken for one."""
        draft = self.data.with_name("postgres.draft")
        secret = self.data.with_name("postgres.secret")
        shutil.rmtree(draft, ignore_errors=True)
        self.make_folder(draft)
        self.private_file(secret, self.room.secrets[SUPERUSER])
        try:
            self._run_initdb(draft, secret)
        finally:
            secret.unlink()
        draft.rename(self.data)

    def _run_initdb(self, draft: Path, secret: Path) -> None:
        with self._plain_programs() as programs:
            done = subprocess.run(  # noqa: S603 -- a program from our own wheel
                [
                    programs / "initdb",
                    f"--pgdata={draft}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={secret}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--data-checksums",
                    *(["--no-sync"] if self.room.fast else []),
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                env=QUIET,
                umask=0o077,
                **becoming(self.room.account),
            )
        with open_log(self.log) as log:
            log.write((done.stdout + done.stderr).encode())
        if done.returncode:
            raise self.failure(last_lines(self.log))

    @contextmanager
    def _plain_programs(self) -> Iterator[Path]:
        """initdb hands its own path to a shell, so it cannot run from under a daring one."""
        postgres = self._program()
        if SHELL_SAFE.fullmatch(str(postgres)):
            yield postgres.parent
            return
        plain = short_folder("kring-initdb-", self.room.account)
        try:
            yield copy_postgres(postgres, plain).parent
        finally:
            shutil.rmtree(plain)

    def _program(self) -> Path:
        """The server program for the data at hand, where our account can run it."""
        version = self.data / "PG_VERSION"
        programs = postgres_programs(version.read_text().strip() if version.exists() else None)
        return self.within_reach(programs / "postgres", copy_postgres)

    def _forget_old_postmaster(self) -> None:
        """Nobody lives in the data now, so whoever has the id in postmaster.pid does not matter.

        PostgreSQL itself would refuse for a stranger of that id, and for a postmaster that was
        killed but whose parent has not looked yet.
        """
        if CAN_LOOK_INSIDE or name_of(self._recorded_pid()) != self.program:
            for trace in (self.data / "postmaster.pid", *Path(self.at).glob(f"{SOCKET}*")):
                trace.unlink(missing_ok=True)

    def _recorded_pid(self) -> int:
        first = self._pid_file()[:1]
        return int(first[0]) if first and first[0].isdecimal() else 0

    def _pid_file(self) -> list[str]:
        try:
            return self.data.joinpath("postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _socket_is_ours(self) -> bool:
        try:
            return bool(self.at) and Path(self.at, SOCKET).stat().st_uid == self._uid()
        except OSError:
            return False

    def _settle_socket(self) -> None:
        """Keep the folder of last time while it is there: who holds the old address stays right."""
        try:
            kept = (
                Path(self.at).name.startswith(FOLDER) and Path(self.at).stat().st_uid == self._uid()
            )
        except OSError:
            kept = False
        if not kept:
            self.at = str(short_folder(FOLDER, self.room.account))

    def _uid(self) -> int:
        return self.room.account.uid if self.room.account else os.geteuid()

    def _settings(self) -> list[str]:
        """As arguments: no file to quote for, and nothing in them is secret."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.at,
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # A log tells what failed; what people wrote does not belong in it.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            # One transaction may touch every table and index; PostgreSQL's 64 allow for fewer.
            "max_locks_per_transaction": "256",
        }
        if self.room.fast:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        return [f"--{name}={value}" for name, value in settings.items()]
