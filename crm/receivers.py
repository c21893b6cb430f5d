"""What the customer process hears: who leaves hands the work back to the team."""

from typing import Any

from django.db import models
from django.dispatch import receiver

from crm.models import Activity
from teams import wall
from teams.happenings import Happening
from teams.models import LogEntry, Membership
from teams.signals import recording


@receiver(recording, dispatch_uid="crm.hand_back_the_work")
def hand_back_the_work(*, entry: LogEntry, **_: Any) -> None:
    """Let what a leaving member had planned wait for somebody else, in the same transaction."""
    if entry.kind == Happening.MEMBER_LEFT and entry.team_id:
        with wall.opened_besides(entry.team_id):
            left = Membership.objects.filter(pk=entry.subject_id).values("user")
            planned = Activity.objects.open().filter(team=entry.team_id, assignee__in=left)
            planned.update(assignee=None, version=models.F("version") + 1)
