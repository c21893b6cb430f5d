"""Which connection a table uses."""

from typing import Any

from django.db.models import Model


class CacheRouter:
    """Send the cache table over its own autocommit connection, and migrate as the owner only."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return "cache" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return db == "owner"
