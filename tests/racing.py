"""Several people or workers at once, for rules that must hold when they meet."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event
from typing import Any, TypeVar

from django.db import connection, connections

Result = TypeVar("Result")
Call = Callable[[], Any]

WRITES = ("INSERT", "UPDATE", "DELETE")
# What is written about a deed waits for nobody.
TOLD = ('INSERT INTO "teams_', 'UPDATE "teams_')


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Call all of them at the same moment, each in a thread and on a connection of its own.

    Returns what each returned or raised, in their order.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Exception:
        start.wait(timeout=10)
        try:
            return _result_of(call)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def meetings(scene: Callable[[], tuple[Call, Call]]) -> Iterator[tuple[Any, Any]]:
    """Let two people meet in every way in which they can.

    `scene` makes a fresh pair of calls. The second of them begins when the first is about to hold
    or write something, once at each such place of the first, and runs until it is done or waits
    for the first. Yields what each of them returned or raised.
    """
    for number in count(1):
        told = _meet(*scene(), number)
        if told is None:
            return
        yield told


def _meet(first: Call, second: Call, number: int) -> tuple[Any, Any] | None:
    """Let the second begin at this place of the first; None where the first has no such place."""
    seen, begun, pids = 0, [], []

    def begin_second(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        nonlocal seen
        seen += (sql.startswith(WRITES) or " FOR " in sql) and not sql.startswith(TOLD)
        if seen == number and not begun:
            begun.append(pool.submit(_run_telling_pid, second, pids, is_here := Event()))
            is_here.wait(timeout=10)
            _until_it_is_done_or_waits(begun[0], pids[0])
        return execute(sql, *arguments)

    with ThreadPoolExecutor(1) as pool:
        with connection.execute_wrapper(begin_second):
            told = _result_of(first)
        return (told, begun[0].result(timeout=30)) if begun else None


def _run_telling_pid(call: Call, pids: list[int], is_here: Event) -> Any:
    try:
        connection.ensure_connection()
        pids.append(connection.connection.info.backend_pid)
        is_here.set()
        return _result_of(call)
    finally:
        connections.close_all()


def _until_it_is_done_or_waits(future: Future[Any], pid: int) -> None:
    # On the bare connection: what is asked here is no statement of the first.
    with connection.connection.cursor() as cursor:
        while not future.done():
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
            if cursor.fetchone()[0]:
                return


def _result_of(call: Callable[[], Result]) -> Result | Exception:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 -- what a loser is told is what tests look at
        return error
