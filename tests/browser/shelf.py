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
"""
TABLES_WITH_TRIGGERS = """
SELECT DISTINCT quote_ident(relname) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
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
        self._tables = self._ask(TABLES)
        self._with_triggers = self._ask(TABLES_WITH_TRIGGERS)

    def stand(self, build: Build) -> World:
        """Let this world stand in the database, alone and as it was built."""
        name = build.__name__
        self._untouched = ""
        end_what_runs(busy_only=True)
        if name not in self._worlds:
            self._tell([self._empty()])
            self._worlds[name] = build(at=now())
            self._tell([f"CREATE SCHEMA {name}", *(self._keep(name, t) for t in self._tables)])
        else:
            self._put_back(name)
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

    def _put_back(self, name: str) -> None:
        """Take away and bring back the rows that differ; most of them never do.

        The triggers rest meanwhile: each has done its part when the world was built, and what is
        written once may not be taken away. Rows that go along with others are gone before any row
        comes back.
        """
        away = [
            f"DELETE FROM public.{table} found WHERE found::text NOT IN"  # noqa: S608
            f" (SELECT kept::text FROM {name}.{table} kept)"
            for table in self._tables
        ]
        back = [
            f"INSERT INTO public.{table} SELECT * FROM {name}.{table} kept WHERE kept::text NOT IN"  # noqa: S608
            f" (SELECT found::text FROM public.{table} found)"
            for table in self._tables
        ]
        rest, work = self._triggers("DISABLE"), self._triggers("ENABLE")
        at_last = ["SET CONSTRAINTS ALL IMMEDIATE", *work]
        self._tell([*rest, "SET CONSTRAINTS ALL DEFERRED", *away, *back, *at_last])

    def _triggers(self, do: str) -> list[str]:
        return [f"ALTER TABLE public.{table} {do} TRIGGER USER" for table in self._with_triggers]

    def _ask(self, query: str) -> list[str]:
        with connections["owner"].cursor() as cursor:
            cursor.execute(query)
            return [name for (name,) in cursor.fetchall()]

    def _tell(self, statements: list[str]) -> None:
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            cursor.execute(";".join(statements))


def end_what_runs(*, busy_only: bool = False) -> None:
    """End what the server's threads do in the database, so that nothing stands in the way."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"{END_WHAT_RUNS} AND state <> 'idle'" if busy_only else END_WHAT_RUNS)


def now() -> datetime:
    return timezone.now()
