"""The second wall: of which teams the database shows and takes rows, whatever the code asks for.

The doors and the scoped queries are the first wall. Behind it PostgreSQL keeps a policy on every
table that belongs to a team, and it reads two settings of the connection: `kring.readable` and
`kring.writable`. Each is a list of team ids as PostgreSQL writes an array, or "all". The wall is
closed unless somebody opens it: where nothing is set, nothing is there.

What is between people of a team, and not the team's, has a third setting besides: `kring.person`
is the id of the one member whose rows are shown and taken, or "all".

A page is opened by its door, to the end of its transaction: to a member as the person they are, to
a manager as nobody. A job is open for its own team, and what is personal only where it says so.
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
STATE = (
    "set_config('kring.readable', %s, {0}), set_config('kring.writable', %s, {0}),"
    " set_config('kring.person', %s, {0})"
)
FOR_THIS_TRANSACTION = f"SELECT {STATE.format('true')}"
FOR_THIS_TRANSACTION_WITHOUT_WRITING = (
    f"SELECT set_config('transaction_read_only', 'on', true), {STATE.format('true')}"
)
FOR_THIS_CONNECTION = f"SELECT {STATE.format('false')}"
NOW = (
    "SELECT current_setting('kring.readable', true), current_setting('kring.writable', true),"
    " current_setting('kring.person', true)"
)


def close() -> None:
    """Show and take nothing of any team, to the end of the transaction."""
    _state(NONE, NONE, NONE)


def open_for(teams: Iterable[int], *, person: int | None = None) -> None:
    """Let these teams be read and written, to the end of the transaction, as this person."""
    listed = _listed(teams)
    _state(listed, listed, _named(person))


def only_read(teams: Iterable[int], *, person: int | None = None) -> None:
    """Let these teams be read, and let nothing at all be written, to the end of the transaction.

    The way back is closed: PostgreSQL makes no transaction writable that has asked something.
    """
    _state(_listed(teams), NONE, _named(person), statement=FOR_THIS_TRANSACTION_WITHOUT_WRITING)


@contextmanager
def opened(teams: Iterable[int] | None = None) -> Iterator[None]:
    """Let these teams be read and written, or all of them; afterwards it is as it was before."""
    listed = ALL if teams is None else _listed(teams)
    before = _now()
    _state(listed, listed, before[2])
    yield
    # After a failure there is nothing to do: what is rolled back takes its settings along.
    _state(*before)


@contextmanager
def opened_to_read(teams: Iterable[int]) -> Iterator[None]:
    """Let these teams be read, and those written that could be; afterwards it is as it was."""
    before = _now()
    _state(_listed(teams), before[1], before[2])
    yield
    _state(*before)


@contextmanager
def opened_besides(team: int) -> Iterator[None]:
    """Let this team be read and written too; afterwards it is as it was before."""
    readable, writable, person = _now()
    _state(_and(team, readable), _and(team, writable), person)
    yield
    _state(readable, writable, person)


@contextmanager
def opened_as(person: int) -> Iterator[None]:
    """Show of what is personal what is this person's alone; afterwards it is as it was before."""
    readable, writable, before = _now()
    _state(readable, writable, _named(person))
    yield
    _state(readable, writable, before)


@contextmanager
def opened_to_everybody() -> Iterator[None]:
    """Show and take what is personal, whose ever it is; afterwards it is as it was before."""
    readable, writable, person = _now()
    _state(readable, writable, ALL)
    yield
    _state(readable, writable, person)


def stand_open() -> None:
    """Let this process see every team, for commands; its requests are closed all the same."""
    connection_created.connect(_open_the_connection, dispatch_uid="teams.stand_open")


def _open_the_connection(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.alias == DEFAULT_DB_ALIAS:
        with connection.cursor() as cursor:
            cursor.execute(FOR_THIS_CONNECTION, [ALL, ALL, ALL])


def _state(
    readable: str, writable: str, person: str, *, statement: str = FOR_THIS_TRANSACTION
) -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("The wall is opened inside a transaction, to its end.")
    with connection.cursor() as cursor:
        cursor.execute(statement, [readable, writable, person])


def _now() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(NOW)
        readable, writable, person = cursor.fetchone()
    return readable or NONE, writable or NONE, person or NONE


def _named(person: int | None) -> str:
    return NONE if person is None else str(int(person))


def _listed(teams: Iterable[int]) -> str:
    return f"{{{','.join(str(int(team)) for team in teams)}}}"


def _and(team: int, listed: str) -> str:
    if listed == ALL:
        return ALL
    return f"{{{','.join(filter(None, [listed.strip('{}'), str(int(team))]))}}}"
