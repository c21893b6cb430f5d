"""A database of the benchmark's own, made by the owner's role and dropped at the end.

It stands on an embedded server of its own under var/bench (KRING_HOME to choose another home), or
on the server of DATABASE_URL and DATABASE_OWNER_URL. Must run before the settings are read.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import errors, extensions, sql

from bench.options import Options
from config import embedded
from config.processes import Process, until

FILLED = "filled by the benchmark"
PATIENCE = 10.0  # seconds for the last connections to end


@contextmanager
def database(options: Options) -> Iterator[bool]:
    """Point the settings at a fresh database; True when it is a copy of a filled one."""
    servers_are_ours = _find_servers()
    owner_url = os.environ["DATABASE_OWNER_URL"]
    name = f"kring_bench_{os.getpid()}"
    kept = f"kring_bench_{options.name}"
    with _statements(owner_url) as cursor:
        if servers_are_ours:  # elsewhere, a process id may be another machine's
            _sweep(cursor)
        is_filled = options.keep and _is_filled(cursor, kept)
        _create(cursor, name, kept if is_filled else "template1")
    _point_at(name)
    try:
        yield is_filled
    finally:
        with _statements(owner_url) as cursor:
            if not until(lambda: _drop(cursor, name), PATIENCE, pause=0.1):
                sys.stderr.write(f"The database {name} is still in use and was not dropped.\n")


def keep(options: Options) -> None:
    """Put the database aside as it is now, for the next run. Nobody may be connected to it."""
    kept = f"kring_bench_{options.name}"
    with _statements(_in_database(os.environ["DATABASE_OWNER_URL"], "template1")) as cursor:
        _drop(cursor, kept)
        _create(cursor, kept, f"kring_bench_{os.getpid()}")
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(kept), sql.Literal(FILLED)
            )
        )


def _sweep(cursor: extensions.cursor) -> None:
    """Drop what runs before us left behind because they were killed."""
    cursor.execute("SELECT datname FROM pg_database")
    for (name,) in cursor.fetchall():
        left = re.fullmatch(r"kring_bench_(\d+)", name)
        if left and not Process.of(int(left[1])):
            _drop(cursor, name)


def _find_servers() -> bool:
    """Say where the servers are; True when they are the embedded ones."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ.setdefault("KRING_HOME", str(embedded.PROJECT / "var" / "bench"))
    os.environ.setdefault("KRING_LOG_LEVEL", "WARNING")
    os.environ["KRING_DEBUG"] = os.environ["KRING_DEMO"] = "0"
    ours = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    if ours:
        os.environ.update(embedded.ensure().environment())
    os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    return ours


def _point_at(name: str) -> None:
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[variable] = _in_database(os.environ[variable], name)


def _in_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _is_filled(cursor: extensions.cursor, name: str) -> bool:
    cursor.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    )
    return bool(cursor.fetchone() == (FILLED,))


def _create(cursor: extensions.cursor, name: str, template: str) -> None:
    cursor.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def _drop(cursor: extensions.cursor, name: str) -> bool:
    """Drop the database; False while somebody is connected, whom the owner may not send away."""
    try:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    except errors.ObjectInUse:
        return False
    return True


@contextmanager
def _statements(url: str) -> Iterator[extensions.cursor]:
    connection = psycopg2.connect(url)
    connection.autocommit = True  # databases are not made inside a transaction
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
