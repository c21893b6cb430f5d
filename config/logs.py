"""Logging: one JSON object per line, with the place of an error but nothing that people typed."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]

# Errors of machines say what is wrong with the machine. What any other error says may quote a
# form, a row or a name, so of those only the kind and the place are written down.
ABOUT_MACHINES = frozenset(
    {"ConnectionError", "ImproperlyConfigured", "InterfaceError", "OSError", "OperationalError"}
)
SHOWN_FRAMES = 30
SECRET_LINK = re.compile(r"(/(?:invitations|questions)/)[^/\s]+")


def without_words(_logger: Any, _name: str, event: Event) -> Event:
    """Take what the errors say out of the line, unless they speak of machines."""
    for error in event.get("exception", ()):
        if error["exc_type"] in ABOUT_MACHINES:
            error["exc_value"] = error["exc_value"].partition("\n")[0]
        else:
            del error["exc_value"]
        error.pop("exc_notes", None)
    return event


def without_secrets(_logger: Any, _name: str, event: Event) -> Event:
    """Take the secret out of the address of an invitation: whoever knows it can come in."""
    event["event"] = SECRET_LINK.sub(r"\1…", str(event["event"]))
    return event


def formatter() -> logging.Formatter:
    """The formatter that the settings name."""
    place = structlog.tracebacks.ExceptionDictTransformer(
        show_locals=False, max_frames=SHOWN_FRAMES
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(place),
            without_words,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def settings(*, level: str = "INFO") -> dict[str, Any]:
    """What Django's LOGGING is: everything of this level goes to stderr, once."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.formatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # Two lines for every job would drown the rest.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
