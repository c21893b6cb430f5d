"""What a rule tells another program: that it worked for a deal, in a signed message.

The message is in the payload of its job, written with the run of the rule: a worker that is killed
loses none, and one that is tried again has the same number in `Kring-Run`. It names no person and
no customer. It goes over TLS to port 443 of a public address, and nowhere it is led on to; what
comes back is not read, but for the status.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from hmac import new as hmac
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.module_loading import import_string

from crm.models import Deal, RuleRun
from crm.models.rule import HTTPS_PORT, TELL
from teams.models import Job

SECONDS = 5
# All that is routed of IPv6 lies in the first; the second leads to any address of IPv4.
ROUTED, SIX_TO_FOUR = IPv6Network("2000::/3"), IPv6Network("2002::/16")

Connector = Callable[[str], socket.socket]


class HookError(Exception):
    """The message was not taken; the text says why, in a few words and without the address."""


def arm(run: RuleRun, deal: Deal, *, at: datetime) -> None:
    """Put in the book what is to be told about this run."""
    page = reverse("crm:deal", args=[run.team.slug, deal.number])
    told = {
        "event": run.rule.trigger,
        "rule": run.rule_id,
        "run": run.pk,
        "team": run.team.slug,
        "deal": deal.number,
        "address": urljoin(settings.SITE_URL, page),
        "stage": deal.stage.name,
        "moment": at.isoformat(),
    }
    payload = {"team_id": run.team_id, "run_id": run.pk, "told": told}
    Job.objects.arm(TELL, str(run.pk), run_at=at, payload=payload)


def deliver(run: RuleRun, told: Mapping[str, Any]) -> None:
    """Tell it, unless the rule tells nobody any more. Raises HookError when it is not taken."""
    if not run.rule.hook_url:
        return
    body = json.dumps(told).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Kring",
        "Kring-Run": str(run.pk),
        "Kring-Signature": f"sha256={signature(run.rule.hook_secret, body)}",
    }
    status = post(run.rule.hook_url, body, headers, import_string(settings.HOOK_CONNECTOR))
    if status not in range(200, 300):
        raise HookError(f"HTTP {status}")
    RuleRun.objects.filter(pk=run.pk).update(answered=status)


def signature(secret: str, body: bytes) -> str:
    """HMAC-SHA256 of the body, in hexadecimal digits (RFC 2104)."""
    return hmac(secret.encode(), body, sha256).hexdigest()


def post(address: str, body: bytes, headers: Mapping[str, str], connect: Connector) -> int:
    """Send it, and say with which status that was answered. Raises HookError for no answer."""
    parts = urlsplit(address)
    place = iri_to_uri(urlunsplit(("", "", parts.path or "/", parts.query, "")))
    try:
        with connect(parts.hostname or "") as sock, _within(sock):
            # Only to write and to read: it is connected already, and never connects by itself.
            talk = http.client.HTTPConnection(parts.hostname or "")
            talk.auto_open = 0
            talk.sock = sock
            talk.request("POST", place, body, dict(headers))
            return talk.getresponse().status
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise HookError(type(error).__name__) from error


def connect_publicly(host: str) -> socket.socket:
    """Connect over TLS to a public address of this host.

    Raises HookError where any of its addresses is not public, OSError where nobody answers.
    """
    found = socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not all(map(is_public, addresses)):
        raise HookError("not a public address")
    # The very address that was looked at: who asks for it again may be told another one.
    plain = socket.create_connection((addresses[0], HTTPS_PORT), timeout=SECONDS)
    context = ssl.create_default_context()
    sock = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    try:
        with _within(sock):
            sock.do_handshake()
    except OSError:
        sock.close()
        raise
    return sock


def is_public(address: str) -> bool:
    """Whether the whole internet means the same machine by it, and just one."""
    meant = ip_address(address)
    if isinstance(meant, IPv6Address) and (meant not in ROUTED or meant in SIX_TO_FOUR):
        return False
    return meant.is_global and not meant.is_multicast


@contextmanager
def _within(sock: socket.socket) -> Iterator[None]:
    """Hang up after a while, also on one who keeps sending a byte now and then."""

    def hang_up() -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    clock = Timer(SECONDS, hang_up)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
