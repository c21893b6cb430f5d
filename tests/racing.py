"""Several people or workers at once, for rules that must hold when they meet."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Call all of them at the same moment, each in a thread and on a connection of its own.

    Returns what each returned or raised, in their order.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Exception:
        start.wait(timeout=10)
        try:
            return call()
        except Exception as error:  # noqa: BLE001 -- what a loser is told is what tests look at
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
