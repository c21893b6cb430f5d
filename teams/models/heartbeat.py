"""When what must happen by itself last happened: the tick, the backup."""

from datetime import datetime

from django.db import models


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, name: str, *, at: datetime, note: str = "") -> None:
        """It happened. Two at once are one: the later moment stays."""
        self.update_or_create(name=name, defaults={"at": at, "note": note})

    def of(self, name: str) -> "Heartbeat | None":
        """The last time of this thing; None when it never happened."""
        return self.filter(name=name).first()


class Heartbeat(models.Model):
    """The last time of one thing that happens by itself."""

    name = models.SlugField(max_length=40, unique=True)
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M}"
