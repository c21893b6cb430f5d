"""What is in the database, in a form that shows whether anything changed; and a way back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction

# Sign-ins and the like come and go with every request; they are nobody's work.
PASSING = {"django_session", "django_migrations"}
# PostgreSQL takes a hundred empty tables for full ones, and would call for helpers to read them:
# that takes ten times longer than the reading.
ALONE = "SET LOCAL max_parallel_workers_per_gather = 0"


def everything() -> dict[str, str]:
    """A fingerprint of every table."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    union = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"  # noqa: S608
        f" FROM {table} t"
        for table in sorted(tables - PASSING)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{ALONE}; {union}")
        return dict(cursor.fetchall())


@contextmanager
def undone() -> Iterator[Callable[[], None]]:
    """Whatever happens inside has not happened afterwards; what is given goes back earlier."""
    point = transaction.savepoint()

    def back() -> None:
        transaction.savepoint_rollback(point)

    try:
        yield back
    finally:
        back()
