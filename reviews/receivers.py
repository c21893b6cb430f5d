"""What reviews hear of: the report of a month is out, so the team looks back at that month."""

from typing import Any

from django.dispatch import receiver

from dashboards.happenings import Happening
from dashboards.periods import Period, PeriodKind
from reviews.models import Evaluation
from teams.models import LogEntry
from teams.signals import recording


@receiver(recording, dispatch_uid="reviews.ask_to_look_back")
def ask_to_look_back(*, entry: LogEntry, **_: Any) -> None:
    if entry.kind != Happening.REPORT_PUBLISHED or entry.team is None:
        return
    period = Period.parse(entry.details["period"])
    if period.kind is PeriodKind.MONTH:
        Evaluation.objects.ask(entry.team, period, at=entry.at)
