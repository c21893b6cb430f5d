"""Work to be done outside a page: the row is the truth, a message is only a poke."""

import json
import logging
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.functions import Now

from teams import wall
from teams.jobs import handler_of
from teams.signals import armed

log = logging.getLogger(__name__)

# How long after a first and a second failure a job is tried again; after a third it is given up.
PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
MOST_ATTEMPTS = len(PAUSES) + 1
LONGEST_REASON = 500
# One statement, which waits for another worker who is putting the same job in the book.
ARM = """
INSERT INTO teams_job (kind, key, payload, run_at, state, attempts, error)
VALUES (%(kind)s, %(key)s, %(payload)s, %(run_at)s, %(state)s, 0, '')
ON CONFLICT (kind, key) DO NOTHING
RETURNING *
"""


class JobError(Exception):
    """The job is no longer ours: another worker took it over."""


class State(models.TextChoices):
    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobQuerySet(models.QuerySet["Job"]):
    def left_behind(self) -> Self:
        """Claimed by a worker whose lease ran out; it may still be at it, holding the row."""
        return self.filter(state=State.RUNNING, lease_until__lt=Now())

    def ready(self) -> Self:
        """Due by the database's clock, or left behind by a worker that stopped."""
        return self.filter(state=State.DUE, run_at__lte=Now()) | self.left_behind().filter(
            attempts__lt=MOST_ATTEMPTS
        )

    def to_do(self, kind: str, **payload: Any) -> Self:
        """Of this kind and with this in their payload: due by now, or being done."""
        told = {f"payload__{name}": value for name, value in payload.items()}
        unfinished = [State.DUE, State.RUNNING]
        return self.filter(kind=kind, state__in=unfinished, run_at__lte=Now(), **told)

    def oldest_first(self) -> Self:
        return self.order_by("run_at", "pk")

    def arm(
        self, kind: str, key: str, *, run_at: datetime, payload: dict[str, Any] | None = None
    ) -> "Job":
        """Put a job in the book, once per kind and key, and ring for it after the commit."""
        facts = {
            "kind": kind,
            "key": key,
            "payload": json.dumps(payload or {}, cls=DjangoJSONEncoder),
            "run_at": run_at,
            "state": State.DUE.value,
        }
        job = next(iter(self.raw(ARM, facts)), None)
        if job is None:
            return self.get(kind=kind, key=key)
        ring = partial(armed.send_robust, sender=Job, job_id=job.pk)
        transaction.on_commit(ring, robust=True)
        return job

    def claim(self, pk: int | None = None) -> "Job | None":
        """Take one job that is ready, this one or the oldest, with a lease; None when none is."""
        wanted = self.ready() if pk is None else self.ready().filter(pk=pk)
        with transaction.atomic():
            job = wanted.select_for_update(skip_locked=True).oldest_first().first()
            if job is None:
                return None
            Job.objects.filter(pk=job.pk).update(
                state=State.RUNNING,
                attempts=models.F("attempts") + 1,
                lease=uuid.uuid4(),
                lease_until=Now() + settings.JOB_LEASE,
            )
            job.refresh_from_db()
        return job

    def absorb(self, kind: str, **payload: Any) -> list["Job"]:
        """Take along every other due job of this kind and payload, and count it as done."""
        due = self.to_do(kind, **payload).filter(state=State.DUE)
        taken: list[Job] = list(due.select_for_update(skip_locked=True))
        self.filter(pk__in=[job.pk for job in taken]).update(state=State.DONE, done_at=Now())
        return taken

    def give_up(self) -> int:
        """Fail the jobs that stopped their worker each time they were tried. Returns how many."""
        worn_out = self.left_behind().filter(attempts__gte=MOST_ATTEMPTS)
        with transaction.atomic():
            pks = [*worn_out.select_for_update(skip_locked=True).values_list("pk", flat=True)]
            return self.filter(pk__in=pks).update(
                state=State.FAILED, error="The worker stopped in the middle, every time."
            )

    def forget_done(self, before: datetime) -> int:
        """Clear away what was done long ago. Returns how many rows went."""
        return self.filter(state=State.DONE, done_at__lt=before).delete()[0]


class Job(models.Model):
    """One piece of work, done once per kind and key.

    A worker that claims a job gets a lease, and while it works it holds the row. A worker that
    dies lets go of the row at once, and another may take over when the lease has run out; one
    that is only slow is left alone. Whoever comes back with a lease that was given to another
    is refused, so the effect exists once.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    run_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_job_per_kind_and_key"),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="job_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_at", "id"],
                condition=models.Q(state__in=["due", "running"]),
                name="jobs_to_do",
            ),
            models.Index(fields=["done_at"], condition=models.Q(state="done"), name="jobs_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.pk})"

    def run(self, *, at: datetime) -> None:
        """Do a claimed job, and mark it done in the same transaction.

        A failure is kept with its reason and tried again later, three times in all.
        """
        try:
            with transaction.atomic():
                self._hold()
                with wall.opened(self._teams()):
                    handler_of(self.kind)(at=at, **self.payload)
                self._mine().update(state=State.DONE, done_at=Now(), error="")
        except JobError:
            log.info("job %s is done by another worker", self.pk)
        except Exception as error:  # noqa: BLE001
            # Whatever goes wrong in one job must not stop the others; the reason is kept.
            self._fail(error, at=at)

    def _teams(self) -> list[int] | None:
        """Whose rows the work is shown: of its own team, or of all where it names none."""
        return [self.payload["team_id"]] if "team_id" in self.payload else None

    def _mine(self) -> JobQuerySet:
        return Job.objects.filter(pk=self.pk, state=State.RUNNING, lease=self.lease)

    def _hold(self) -> None:
        """Keep the row to the end of the transaction: nobody takes over from the living."""
        if not self._mine().select_for_update(no_key=True).values_list("pk"):
            raise JobError(f"{self} was taken over by another worker.")

    def _fail(self, error: Exception, *, at: datetime) -> None:
        log.warning("job %s of kind %s failed", self.pk, self.kind, exc_info=error)
        again = self.attempts < MOST_ATTEMPTS
        self._mine().update(
            state=State.DUE if again else State.FAILED,
            run_at=at + PAUSES[self.attempts - 1] if again else self.run_at,
            error=_reason(error),
        )


def _reason(error: Exception) -> str:
    # Only the first line: in the second PostgreSQL quotes the row, with whatever stands in it.
    first_line = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first_line}"[:LONGEST_REASON]
