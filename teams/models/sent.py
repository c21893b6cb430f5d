"""What was sent with a key: its answer, kept a day for whoever sends the same thing again."""

from datetime import datetime
from typing import Any

from django.db import OperationalError, models
from django.utils.translation import gettext as _
from psycopg2.errors import LockNotAvailable

from teams.refusals import Refusal


class StillAtIt(Refusal):
    """The first sending has not been answered yet; the message is fit to show."""


class SentOnceQuerySet(models.QuerySet["SentOnce"]):
    def begin(self, key_hash: str, payload_hash: str, *, at: datetime) -> tuple["SentOnce", bool]:
        """What is kept under this key, and whether it is the first of its key.

        Of several at once the first goes on and the others wait here for its answer. Raises
        StillAtIt when that takes longer than PostgreSQL waits for a lock.
        """
        try:
            return self.get_or_create(
                key_hash=key_hash, defaults={"payload_hash": payload_hash, "at": at}
            )
        except OperationalError as trouble:
            if not isinstance(trouble.__cause__, LockNotAvailable):
                raise
            raise StillAtIt(_("This was sent already and is being worked on.")) from None

    def forget(self, before: datetime) -> None:
        """Clear away what was sent earlier than this."""
        self.filter(at__lt=before).delete()


class SentOnce(models.Model):
    """One thing that was sent, and what it was answered, written together with its effect.

    Of the key and of what was sent only hashes are kept. `answer` holds the status, the headers,
    the cookies and the messages; `body` is what was shown.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    payload_hash = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    answer = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)

    objects = SentOnceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"sent at {self.at:%Y-%m-%d %H:%M}"

    def keep(self, answer: dict[str, Any], body: bytes) -> None:
        """Keep what was answered, for whoever sends it again."""
        self.answer, self.body = answer, body
        self.save(update_fields=["answer", "body"])
