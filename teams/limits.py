"""How often the same may be asked for in a minute, on pages that need no sign-in.

The counts live in the cache, under keys that hide the address they are about, and are gone a few
minutes later. Signing in has limits of its own.
"""

from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

LASTS = 120  # seconds


def is_too_often(request: HttpRequest, what: str, *, most: int, about: str = "") -> bool:
    """Count this request, and say whether it is one too many in this minute.

    It counts per address of the network, or, where it is `about` something, for that.
    """
    counted = about or get_adapter(request).get_client_ip(request)
    # What somebody typed may be of any length; the name of a count is not.
    digest = sha256(counted.encode()).hexdigest()
    key = f"limits:{what}:{digest}:{timezone.now():%H%M}"
    cache.add(key, 0, LASTS)
    return bool(cache.incr(key) > most)
