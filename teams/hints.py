"""Hints: a word over the broker that something changed, so that open pages look again.

A hint carries no content. Whoever gets one asks for the page anew, through its door. A hint that
is lost costs half a minute: open pages look by themselves as well.
"""

import logging
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.dispatch import receiver

from teams.signals import recorded
from teams.tasks import broker

log = logging.getLogger(__name__)

CHANNEL = "kring:team:"
SECONDS = 0.2


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    )


@receiver(recorded, dispatch_uid="teams.hint_at_the_change")
def hint_at_the_change(*, team_id: int | None, **_: Any) -> None:
    """Tell whoever has a page of this team open; a broker that is away costs a line in the log."""
    if team_id is None or broker.is_silent:
        return
    try:
        _redis().publish(f"{CHANNEL}{team_id}", b"changed")
    except redis.RedisError:
        broker.did_not_answer()
        log.warning("the broker is away; open pages will look by themselves")
