"""How far a long job is. It is a transaction that nobody sees into; the cache stands beside it."""

from django.core.cache import cache


def tell(what: str, done: int, total: int) -> None:
    """Say how much is done of it."""
    cache.set(what, done * 100 // total)


def percent(what: str) -> int:
    """How far it is; nothing of what nobody has told of."""
    return int(cache.get(what, 0))
