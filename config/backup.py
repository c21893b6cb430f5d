"""A copy of the whole database in one file, and back: with PostgreSQL's own programs.

The programs come from the box when the embedded servers are used, else from the PATH.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections

from config.embedded import carriers


class BackupError(Exception):
    """The copy cannot be made or put back; the message is for the person at the terminal."""


def dump(file: Path) -> int:
    """Write the whole database to this file, which must not be there yet. Returns its size.

    The file appears only when it is whole. Raises BackupError.
    """
    if file.exists():
        raise BackupError(f"{file} is there already; give another name.")
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        _run("pg_dump", "--format=custom", f"--file={unfinished}", "--no-privileges", _name())
        unfinished.chmod(0o600)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path) -> None:
    """Put a copy back in the place of what is there now.

    It is first unpacked into a database beside it; only when that went well do the two change
    names. Raises BackupError, and then everything is as it was.
    """
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    name = _name()
    fresh, old = f"{name}_restored", f"{name}_before"
    with _administration() as run:
        run(f'DROP DATABASE IF EXISTS "{fresh}"')
        run(f'CREATE DATABASE "{fresh}"')
    try:
        _run(
            "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges",
            f"--dbname={fresh}", str(file),
        )  # fmt: skip
    except BackupError:
        with _administration() as run:
            run(f'DROP DATABASE "{fresh}"')
        raise
    with _administration() as run:
        try:
            run(f'ALTER DATABASE "{name}" RENAME TO "{old}"')
        except DatabaseError as trouble:
            run(f'DROP DATABASE "{fresh}"')
            raise BackupError("Kring is running on this database; stop it first.") from trouble
        run(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')
        run(f'DROP DATABASE "{old}"')


def empty() -> None:
    """Put a new, empty database in the place of this one. Raises BackupError while it is used."""
    name = _name()
    with _administration() as run:
        try:
            run(f'DROP DATABASE "{name}"')
        except DatabaseError as trouble:
            raise BackupError("Kring is running on this database; stop it first.") from trouble
        run(f'CREATE DATABASE "{name}"')


def _name() -> str:
    return str(connections["owner"].settings_dict["NAME"])


@contextmanager
def _administration() -> Iterator[Any]:
    """Statements about databases: by their owner, from a database that none of them is about."""
    connections.close_all()
    owner = connections["owner"].copy()
    owner.settings_dict = owner.settings_dict | {"NAME": "postgres"}
    try:
        with owner.cursor() as cursor:
            yield cursor.execute
    finally:
        owner.close()


def _run(program: str, *arguments: str) -> None:
    owner = connections["owner"].settings_dict
    environment = {
        "PGHOST": owner["HOST"],
        "PGPORT": owner["PORT"],
        "PGUSER": owner["USER"],
        "PGPASSWORD": owner["PASSWORD"],
    }
    done = subprocess.run(  # noqa: S603
        [_program(program), *arguments],
        env=os.environ | {name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupError(f"{program} did not succeed: {reason}")


def _program(name: str) -> str:
    if not os.environ.get("DATABASE_URL"):
        return str(carriers.postgres_programs() / name)
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"The program {name} is not on this machine; it comes with PostgreSQL.")
    return found


def usual_place() -> Path:
    """The folder for copies, under KRING_HOME."""
    return Path(settings.HOME) / "backups"
