"""What the customer process does by the clock."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from crm import pace
from teams.jobs import handles, plans
from teams.models import Job

USUAL_DAYS = "crm.usual_days"


@plans
def every_night(at: datetime) -> None:
    """Once a day, at the first tick after midnight: how long a stage usually takes."""
    day = timezone.localdate(at)
    Job.objects.arm(USUAL_DAYS, day.isoformat(), run_at=at)


@handles(USUAL_DAYS)
def learn_usual_days(*, at: datetime, **_: Any) -> None:
    pace.learn_usual_days(at=at)
