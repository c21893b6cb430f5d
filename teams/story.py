"""The logbook in words: each app says how its own lines read."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from teams.models import LogEntry

Phrase = Callable[[Mapping[str, Any]], str]

_phrases: dict[str, Phrase] = {}


def tells(kind: str) -> Callable[[Phrase], Phrase]:
    """Let the decorated function put lines of this kind in words; it gets their details."""

    def register(phrase: Phrase) -> Phrase:
        _phrases[kind] = phrase
        return phrase

    return register


def line(entry: LogEntry) -> str:
    """One sentence for one entry, without the name of who did it."""
    phrase = _phrases.get(entry.kind)
    return phrase(entry.details) if phrase else _("Something changed.")
