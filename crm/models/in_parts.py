"""What is done to many deals by jobs, some in each: how far it is, and who refused."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from teams.models import Job, User


class InParts(models.Model):
    """Something that somebody asked for. `so_far` of its `deals` were gone through.

    A job counts in the transaction in which it does its part: however often a worker is stopped,
    each part is done once. `refused` are pairs: a deal's name, its reason.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    so_far = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)

    # Of the job, and what it calls the key of this row.
    kind: ClassVar[str]
    payload: ClassVar[str]
    if TYPE_CHECKING:
        team_id: int

        @property
        def deals(self) -> Sequence[int]: ...

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.so_far} of {len(self.deals)} ({self.pk})"

    @property
    def is_done(self) -> bool:
        return self.so_far >= len(self.deals)

    @property
    def percent(self) -> int:
        return 100 if self.is_done else self.so_far * 100 // len(self.deals)

    @property
    def has_failed(self) -> bool:
        """Whether the job that should go on was given up."""
        return not self.is_done and self._job().filter(state="failed").exists()

    @property
    def is_at_work(self) -> bool:
        return not self.is_done and not self.has_failed

    def arm(self) -> None:
        """Let a job go on from here."""
        payload = {"team_id": self.team_id, self.payload: self.pk}
        Job.objects.arm(self.kind, self._place, run_at=self.asked_at, payload=payload)

    @property
    def _place(self) -> str:
        return f"{self.key}:{self.so_far}"

    def _job(self) -> models.QuerySet[Job]:
        return Job.objects.filter(kind=self.kind, key=self._place)
