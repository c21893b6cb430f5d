"""The logbook: one append-only line for every change that a person makes."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from teams import wall
from teams.happenings import Happening
from teams.models.person import User
from teams.signals import recorded, recording

if TYPE_CHECKING:
    from teams.models.team import Membership, Team

# What the team alone reads of, until all of it have agreed.
AMONG_OURSELVES = [
    Happening.DIVISION_PLANNED,
    Happening.DIVISION_CHANGED,
    Happening.DIVISION_PROPOSED,
    Happening.DIVISION_OBJECTED,
    Happening.DIVISION_LAPSED,
]

# The batch to which the lines belong that are written now; empty for a line on its own.
_batch: ContextVar[str] = ContextVar("batch", default="")


@contextmanager
def batched(name: str) -> Iterator[None]:
    """Let every line that is written inside carry this `batch` in its details: done together."""
    token = _batch.set(name)
    try:
        yield
    finally:
        _batch.reset(token)


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_label=subject._meta.label_lower, subject_id=subject.pk)

    def read_along(self) -> Self:
        """What whoever reads along is told: not how the team talks about dividing."""
        unheard = models.Q(kind=Happening.DIVISION_DROPPED, details__agreed=False)
        return self.exclude(models.Q(kind__in=AMONG_OURSELVES) | unheard)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class LogEntry(models.Model):
    """What happened, to what, by whom and when.

    `at` is the moment of the happening, `recorded_at` the moment we learned of it. `kpi` is set
    where the line belongs as a marker on that figure's chart.
    """

    team = models.ForeignKey(
        "teams.Team", on_delete=models.PROTECT, related_name="logbook", null=True
    )
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    kpi = models.SlugField(max_length=60, blank=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "logbook entry"
        verbose_name_plural = "logbook"
        indexes = [
            models.Index(fields=["team", "-at", "-id"], name="logbook_of_a_team"),
            models.Index(
                fields=["subject_label", "subject_id", "-at", "-id"], name="logbook_of_a_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_label} {self.subject_id} ({self.pk})"

    @classmethod
    def record(
        cls,
        kind: str,
        subject: models.Model,
        *,
        by: "User | Membership | None",
        at: datetime,
        team: "Team | None" = None,
        kpi: str = "",
        **details: Any,
    ) -> Self:
        """Write a line in the logbook and ring both its bells.

        The first bell, `recording`, rings at once and inside the transaction; the second,
        `recorded`, once everything is safely stored. `by` is None for what no person did.
        """
        team = team or getattr(by, "team", None)
        if batch := _batch.get():
            details["batch"] = batch
        # A line of no team stands behind the wall for everybody; it is written all the same.
        with nullcontext() if team else wall.opened():
            entry = cls.objects.create(
                team=team,
                actor=getattr(by, "user", by),
                kind=kind,
                subject_label=subject._meta.label_lower,
                subject_id=subject.pk,
                at=at,
                kpi=kpi,
                details=details,
            )
        recording.send(sender=cls, entry=entry)
        ring = partial(
            recorded.send_robust, sender=cls, kind=kind, team_id=entry.team_id, entry_id=entry.pk
        )
        transaction.on_commit(ring, robust=True)
        return entry
