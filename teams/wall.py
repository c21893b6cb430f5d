"""The second wall: of which teams the database shows and takes rows, whatever the code asks for.

The doors and the scoped queries are the first wall. Behind it PostgreSQL keeps a policy on every
table that belongs to a team, and it reads two settings of the connection: `kring.readable` and
`kring.writable`. Each is a list of team ids as PostgreSQL writes an array, or "all". The wall is
closed unless somebody opens it: where nothing is set, nothing is there.

A page is opened by its door, to the end of its transaction. A job is open for its own team.
Commands stand open: `manage.py` says so, and no program that serves pages does.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.transaction import TransactionManagementError
from django.db.utils import DEFAULT_DB_ALIAS

ALL = "all"
NONE = ""
STATE = "set_config('kring.readable', %s, {0}), set_config('kring.writable', %s, {0})"
FOR_THIS_TRANSACTION = f"SELECT {STATE.format('true')}"
FOR_THIS_TRANSACTION_WITHOUT_WRITING = (
    f"SELECT set_config('transaction_read_only', 'on', true), {STATE.format('true')}"
)
FOR_THIS_CONNECTION = f"SELECT {STATE.format('false')}"
NOW = "SELECT current_setting('kring.readable', true), current_setting('kring.writable', true)"


def close() -> None:
    """Show and take nothing of any team, to the end of the transaction."""
    _state(NONE, NONE)


def open_for(teams: Iterable[int]) -> None:
    """Let these teams be read and written, to the end of the transaction."""
    listed = _listed(teams)
    _state(listed, listed)


def only_read(teams: Iterable[int]) -> None:
    """Let these teams be read, and let nothing at all be written, to the end of the transaction.

    The way back is closed: PostgreSQL makes no transaction writable that has asked something.
    """
    _state(_listed(teams), NONE, statement=FOR_THIS_TRANSACTION_WITHOUT_WRITING)


@contextmanager
def opened(teams: Iterable[int] | None = None) -> Iterator[None]:
    """Let these teams be read and written, or all of them; afterwards it is as it was before."""
    listed = ALL if teams is None else _listed(teams)
    before = _now()
    _state(listed, listed)
    yield
    # After a failure there is nothing to do: what is rolled back takes its settings along.
    _state(*before)


@contextmanager
def opened_to_read(teams: Iterable[int]) -> Iterator[None]:
    """Let these teams be read, and those written that could be; afterwards it is as it was."""
    before = _now()
    _state(_listed(teams), before[1])
    yield
    _state(*before)


@contextmanager
def opened_besides(team: int) -> Iterator[None]:
    """Let this team be read and written too; afterwards it is as it was before."""
    before = _now()
    _state(*(_and(team, listed) for listed in before))
    yield
    _state(*before)


def stand_open() -> None:
    """Let this process see every team, for commands; its requests are closed all the same."""
    connection_created.connect(_open_the_connection, dispatch_uid="teams.stand_open")


def _open_the_connection(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.alias == DEFAULT_DB_ALIAS:
        with connection.cursor() as cursor:
            cursor.execute(FOR_THIS_CONNECTION, [ALL, ALL])


def _state(readable: str, writable: str, *, statement: str = FOR_THIS_TRANSACTION) -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("The wall is opened inside a transaction, to its end.")
    with connection.cursor() as cursor:
        cursor.execute(statement, [readable, writable])


def _now() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(NOW)
        readable, writable = cursor.fetchone()
    return readable or NONE, writable or NONE


def _listed(teams: Iterable[int]) -> str:
    return f"{{{','.join(str(int(team)) for team in teams)}}}"


def _and(team: int, listed: str) -> str:
    if listed == ALL:
        return ALL
    return f"{{{','.join(filter(None, [listed.strip('{}'), str(int(team))]))}}}"
