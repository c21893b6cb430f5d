"""A database with every table and nothing in it, migrated once and copied for each run.

Migrating takes many times longer than copying. The name of the copied one says which migrations
it was made by; one made by others is thrown away.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "migrated_kring_"
SOURCES = ("*/migrations/*.py", "config/rights.py", "config/cache.py", "requirements.txt")
# Two runs that start at once: the second waits here, and finds what the first has made.
MAKING = 2_027


def migrated(owner: BaseDatabaseWrapper) -> str:
    """The name of the migrated database, made now when there is none of these migrations."""
    name, real = f"{PREFIX}{_digest()}", owner.settings_dict["NAME"]
    keeper = owner.copy("keeper")
    with keeper.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MAKING])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{PREFIX}%"])
        there = {row[0] for row in cursor.fetchall()}
        if name not in there:
            for outdated in there:
                cursor.execute(f'DROP DATABASE "{outdated}"')
            cursor.execute(f'CREATE DATABASE "unfinished_{name}"')
            use(f"unfinished_{name}")
            _migrate()
            use(real)
            cursor.execute(f'ALTER DATABASE "unfinished_{name}" RENAME TO "{name}"')
    keeper.close()
    return name


def _migrate() -> None:
    call_command("migrate", verbosity=0)
    # The suite keeps its cache in memory; the tests of the real one need the real table.
    call_command("createcachetable", "kring_cache", database="owner", verbosity=0)


def use(name: str) -> None:
    """Let every connection lead to this database from now on."""
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _digest() -> str:
    found = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(Path(settings.BASE_DIR).glob(pattern)):
            found.update(path.relative_to(settings.BASE_DIR).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]
