"""The live stream: it tells open pages of a team that something changed, and nothing else.

A small ASGI application of its own, beside the pages. Who may listen is asked when a stream
begins, and again after ten minutes, when it ends and the browser comes back by itself.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import redis.asyncio as redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest

from teams.hints import CHANNEL
from teams.models import Team, User

log = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

KEEP_ALIVE = 20.0
LONGEST = 600.0
PAUSE = 1.0
RETRY = b"retry: 3000\n\n"
CHANGED = b"event: changed\ndata: \n\n"
STILL_HERE = b": still here\n\n"


class Hub:
    """One subscription to the broker for all streams of this process.

    A listener is an event that is set when something changed; many hints at once are one.
    """

    def __init__(self) -> None:
        self.listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None

    def join(self, channel: str) -> asyncio.Event:
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._listen())
        event = asyncio.Event()
        self.listeners[channel].add(event)
        return event

    def leave(self, channel: str, event: asyncio.Event) -> None:
        self.listeners[channel].discard(event)
        if not self.listeners[channel]:
            del self.listeners[channel]

    async def close(self) -> None:
        """Let go of the broker."""
        if self.task:
            self.task.cancel()
            await asyncio.wait({self.task})

    async def _listen(self) -> None:
        while True:
            try:
                await self._pass_on()
            except redis.RedisError:
                log.warning("the broker is away; the streams wait for it")
                await asyncio.sleep(PAUSE)

    async def _pass_on(self) -> None:
        async with redis.Redis.from_url(settings.REDIS_URL) as broker, broker.pubsub() as hints:
            await hints.psubscribe(f"{CHANNEL}*")
            async for hint in hints.listen():
                if hint["type"] == "pmessage":
                    for event in self.listeners.get(hint["channel"].decode(), ()):
                        event.set()


hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer GET /live/<team>/ with a stream, and strangers and anything else with 404 or 405."""
    if scope["type"] == "lifespan":
        await _live_and_die(receive, send)
        return
    if scope["method"] != "GET":
        await _answer(send, 405)
        return
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    team_id = await sync_to_async(listens_to)(scope["path"], headers.get("cookie", ""))
    if team_id is None:
        await _answer(send, 404)
        return
    await _stream(f"{CHANNEL}{team_id}", _allow(headers.get("origin", "")), receive, send)


def listens_to(path: str, cookies: str) -> int | None:
    """The team whose stream this is, when the person signed in may read there; else None."""
    place, _, slug = path.strip("/").partition("/")
    if place != "live":
        return None
    try:
        cookie = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if cookie is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
    try:
        user = get_user(request)
        if not isinstance(user, User):
            return None
        return Team.objects.read_by(user).filter(slug=slug).values_list("pk", flat=True).first()
    finally:
        # A stream begins now and then: no thread keeps a connection to the database for it.
        connection.close()


def _allow(origin: str) -> list[tuple[bytes, bytes]]:
    """Let the pages of this very host listen, on whatever port they are served."""
    if urlsplit(origin).hostname not in {host for host in settings.ALLOWED_HOSTS if host != "*"}:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


async def _stream(
    channel: str, allowed: list[tuple[bytes, bytes]], receive: Receive, send: Send
) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *allowed,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    event = hub.join(channel)
    gone = asyncio.create_task(_gone(receive))
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST):
            await _tell(event, gone, send)
    hub.leave(channel, event)
    gone.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _tell(event: asyncio.Event, gone: asyncio.Task[None], send: Send) -> None:
    await _write(send, RETRY)
    while not gone.done():
        changed = asyncio.create_task(event.wait())
        await asyncio.wait({changed, gone}, timeout=KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()
        await _write(send, CHANGED if event.is_set() else STILL_HERE)
        event.clear()


async def _write(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _live_and_die(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await hub.close()
    await send({"type": "lifespan.shutdown.complete"})
