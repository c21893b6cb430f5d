"""Exports: a file of the deals that somebody asked for, made by a job and theirs alone."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.view import LONGEST_SORT
from teams.models import Job, LogEntry, Membership, Team, User

WRITE = "crm.export"
KEPT = timedelta(days=7)


class ExportQuerySet(models.QuerySet["Export"]):
    def ask(self, kind: str, asked: Mapping[str, Any], *, by: Membership, at: datetime) -> "Export":
        """Let a job write the deals that this filter and order ask for."""
        with transaction.atomic():
            export = self.create(team=by.team, person=by.user, kind=kind, asked_at=at, **asked)
            payload = {"team_id": by.team_id, "export_id": export.pk}
            Job.objects.arm(WRITE, str(export.key), run_at=at, payload=payload)
            LogEntry.record(Happening.DEALS_EXPORTED, export, by=by, at=at)
        return export

    def fresh(self, at: datetime) -> Self:
        """Those that are not over yet."""
        return self.filter(asked_at__gt=at - KEPT)


class Export(models.Model):
    """What was asked for, by whom, and the file once it is there. It lasts for seven days.

    `columns` are the keys of those of the list that it holds; none means all there is.
    """

    class Kind(models.TextChoices):
        CSV = "csv", gettext_lazy("CSV")
        XLSX = "xlsx", gettext_lazy("Excel")
        JSON = "json", gettext_lazy("JSON")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="exports")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    filter = models.JSONField(default=list)
    sort = models.CharField(max_length=LONGEST_SORT)
    columns = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    file = models.FileField(max_length=200, blank=True)
    rows = models.PositiveIntegerField(default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("export")
        verbose_name_plural = gettext_lazy("exports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["csv", "xlsx", "json"]), name="export_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.pk})"

    @property
    def name(self) -> str:
        """How the file is called where it is saved."""
        return f"deals-{self.asked_at:%Y-%m-%d}.{self.kind}"

    @property
    def has_failed(self) -> bool:
        """Whether its job was given up."""
        return Job.objects.filter(kind=WRITE, key=str(self.key), state="failed").exists()
