"""What the customer process hears: who leaves hands back the work, and what goes its files."""

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from crm.models import Activity, Attachment
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


@receiver(post_delete, sender=Attachment, dispatch_uid="crm.take_the_file_along")
def take_the_file_along(*, instance: Attachment, **_: Any) -> None:
    """Remove the file with its row, once that is sure. One that stays is swept away at night."""
    transaction.on_commit(partial(default_storage.delete, instance.key), robust=True)
