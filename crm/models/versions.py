"""What several people may change: every change makes a new version."""

from collections.abc import Mapping
from typing import Any

from django.db import models


class Versioned(models.Model):
    """Something that counts its changes, so that nobody overwrites what they never saw."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def _change(self, changes: Mapping[str, Any], **condition: Any) -> bool:
        # One conditional update instead of lock, look and save: of two who change the same thing
        # at once, exactly one finds it as both saw it.
        seen: models.QuerySet[Any] = models.QuerySet(type(self)).filter(pk=self.pk, **condition)
        count = seen.update(version=models.F("version") + 1, **changes)
        self.refresh_from_db()
        return bool(count)
