"""What jobs there are, and what is due by the clock.

An app registers the function that does a kind of job, and planners that put the jobs of the
calendar in the book: both from its `apps.ready()`.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from teams import wall

log = logging.getLogger(__name__)

# Called with the moment, as `at`, and the payload of the job.
Handler = Callable[..., None]
Planner = Callable[[datetime], None]

_handlers: dict[str, Handler] = {}
_planners: list[Planner] = []


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Let the decorated function do jobs of this kind.

    It runs in one transaction together with the mark that the job is done, and may run again
    after a crash: it must leave the same state however often it runs.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def plans(planner: Planner) -> Planner:
    """Call the decorated function at every tick; it arms what the calendar makes due."""
    if planner not in _planners:
        _planners.append(planner)
    return planner


def handler_of(kind: str) -> Handler:
    """Find who does this kind. Raises LookupError when nobody does."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"Nobody does jobs of the kind {kind}.") from None


def plan_all(at: datetime) -> None:
    """Ask every planner; one that fails plans nothing this time and does not stop the others."""
    for planner in _planners:
        try:
            with transaction.atomic(), wall.opened():
                planner(at)
        except Exception:
            log.exception("the planner %s failed", planner.__qualname__)
