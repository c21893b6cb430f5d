"""Worlds on a shelf: each is built once, by real verbs, and stands again within a moment."""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime

from django.db import connections, transaction
from django.utils import timezone

from tests.browser.worlds import World

Build = Callable[..., World]

TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT IN
    ('django_migrations', 'django_content_type', 'auth_permission', 'kring_cache')
ORDER BY tablename = 'teams_findable'
"""
# What the server is still asked for by pages that are closed already.
END_WHAT_RUNS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


class Shelf:
    """Keeps the rows of every world in a schema of its own, beside the tables of the product."""

    def __init__(self) -> None:
        self._worlds: dict[str, World] = {}
        self._untouched = ""
        self._tables = [name for (name,) in self._ask(TABLES)]

    def stand(self, build: Build) -> World:
        """Empty the database and let this world stand in it, as it was built."""
        name = build.__name__
        self._untouched = ""
        end_what_runs(busy_only=True)
        if name not in self._worlds:
            self._tell([self._empty()])
            self._worlds[name] = build(at=now())
            self._tell([f"CREATE SCHEMA {name}", *(self._keep(name, t) for t in self._tables)])
        else:
            put_back = [self._put_back(name, table) for table in self._tables]
            self._tell([self._empty(), "SET CONSTRAINTS ALL DEFERRED", *put_back])
        # A test may change what it holds in its hand, too.
        return deepcopy(self._worlds[name])

    def let_see(self, build: Build) -> World:
        """This world for somebody who only looks: it may be the one that was looked at before."""
        name = build.__name__
        if self._untouched != name:
            self.stand(build)
            self._untouched = name
        return deepcopy(self._worlds[name])

    def clear(self) -> None:
        """Leave the database as it was found."""
        schemas = [f"DROP SCHEMA {name} CASCADE" for name in self._worlds]
        self._tell([self._empty(), *schemas])

    def _empty(self) -> str:
        return f"TRUNCATE {', '.join(self._tables)}"

    def _keep(self, name: str, table: str) -> str:
        return f"CREATE TABLE {name}.{table} AS TABLE public.{table}"

    def _put_back(self, name: str, table: str) -> str:
        # The words of what was put back were told on the way, some before their customer was there.
        return (
            f"DELETE FROM public.{table}; INSERT INTO public.{table} SELECT * FROM {name}.{table}"  # noqa: S608
        )

    def _ask(self, query: str) -> list[tuple[str]]:
        with connections["owner"].cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def _tell(self, statements: list[str]) -> None:
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            cursor.execute(";".join(statements))


def end_what_runs(*, busy_only: bool = False) -> None:
    """End what the server's threads do in the database, so that nothing stands in the way."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"{END_WHAT_RUNS} AND state <> 'idle'" if busy_only else END_WHAT_RUNS)


def now() -> datetime:
    return timezone.now()
