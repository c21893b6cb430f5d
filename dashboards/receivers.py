"""Who listens to the logbook: a line that moves a figure makes its own job."""

from typing import Any

from django.dispatch import receiver

from dashboards import kpis
from dashboards.models.measurement import MEASURE
from teams.models import Job, LogEntry
from teams.signals import recording


@receiver(recording, dispatch_uid="dashboards.mark_the_figures")
def mark_the_figures(*, entry: LogEntry, **_: Any) -> None:
    """Put the measuring in the book, in the very transaction of what happened."""
    if entry.team_id and kpis.moved_by(entry.kind):
        Job.objects.arm(
            MEASURE,
            f"entry:{entry.pk}",
            run_at=entry.recorded_at,
            payload={
                "team_id": entry.team_id,
                "kind": entry.kind,
                "since": kpis.since_of(entry).isoformat(),
            },
        )
