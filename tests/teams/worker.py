"""What a real worker does in the tests: leave two traces, then wait until it may go on."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from teams.jobs import handles
from teams.models import LogEntry, Team

KIND = "tests.note_and_wait"
GATE = 4711  # the advisory lock that keeps it waiting


@handles(KIND)
def note_and_wait(*, at: datetime, team_id: int, **_: Any) -> None:
    team = Team.objects.get(pk=team_id)
    Team.objects.filter(pk=team_id).update(goal_now=F("goal_now") + 1)
    LogEntry.record("tests.noted", team, by=None, at=at, team=team)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])
