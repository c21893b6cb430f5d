"""Under what name the cache keeps a thing."""

from django.utils.crypto import salted_hmac


def sealed_key(key: str, key_prefix: str, version: int) -> str:
    """Hide what the key says: the limits on signing in put an address of the network in it."""
    return salted_hmac(
        "kring.cache", f"{key_prefix}:{version}:{key}", algorithm="sha256"
    ).hexdigest()
