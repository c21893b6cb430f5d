"""One change to many deals: what was asked, how far it is, and who refused."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy

from teams.models import Job, LogEntry, Membership, Team, User

if TYPE_CHECKING:
    from crm.models.deal import Deal

CHANGE = "crm.bulk-edit"


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    def ask(
        self, asked: dict[str, Any], deals: Sequence["Deal"], *, by: Membership, at: datetime
    ) -> "BulkEdit":
        """Write down what is to become of these deals; nothing is changed yet."""
        pks = sorted(deal.pk for deal in deals)
        return self.create(team=by.team, person=by.user, asked=asked, deals=pks, asked_at=at)


class BulkEdit(models.Model):
    """What somebody asked for many deals at once. `so_far` of them were gone through.

    All lines in the logbook carry `batch` and the moment of the asking, and the first of them is
    `first_line`, by which all can be taken back. `refused` are pairs: a deal's name, its reason.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="bulk_edits")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # Forgotten once it is done: the logbook tells it.
    asked = models.JSONField(default=dict)
    deals = ArrayField(models.BigIntegerField())
    so_far = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    first_line = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="+", null=True)

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("change of many deals")
        verbose_name_plural = gettext_lazy("changes of many deals")

    def __str__(self) -> str:
        return f"{self.so_far} of {len(self.deals)} ({self.pk})"

    @property
    def batch(self) -> str:
        """What its lines in the logbook have in common."""
        return self.key.hex

    @property
    def is_done(self) -> bool:
        return self.so_far >= len(self.deals)

    @property
    def percent(self) -> int:
        return 100 if self.is_done else self.so_far * 100 // len(self.deals)

    @property
    def has_failed(self) -> bool:
        """Whether the job that should go on was given up."""
        return self._job().filter(state="failed").exists()

    @property
    def can_be_taken_back(self) -> bool:
        return self.first_line is not None and not hasattr(self.first_line, "taken_back")

    def arm(self, *, at: datetime) -> None:
        """Let a job go on from here."""
        payload = {"team_id": self.team_id, "edit_id": self.pk}
        Job.objects.arm(CHANGE, self._place, run_at=at, payload=payload)

    @property
    def _place(self) -> str:
        return f"{self.key}:{self.so_far}"

    def _job(self) -> models.QuerySet[Job]:
        return Job.objects.filter(kind=CHANGE, key=self._place)
