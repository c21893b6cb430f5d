"""What the customer process hears.

Who leaves hands back the work, what goes with a new team goes on there, what is removed takes its
file along, and who moves a deal sets off the
rules of the team.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from crm.crossing import cross
from crm.happenings import Happening as Done
from crm.models import Activity, Attachment, Rule
from crm.models.rule import WORK
from teams import wall
from teams.happenings import Happening
from teams.models import Division, Job, LogEntry, Membership, Team
from teams.signals import dividing, recording

STEPS = frozenset(
    {
        Done.DEAL_ADDED,
        Done.DEAL_MOVED,
        Done.DEAL_TRANSFERRED,
        Done.DEAL_WON,
        Done.DEAL_LOST,
        Done.DEAL_REOPENED,
    }
)


@receiver(recording, dispatch_uid="crm.hand_back_the_work")
def hand_back_the_work(*, entry: LogEntry, **_: Any) -> None:
    """Let what a leaving member had planned wait for somebody else, in the same transaction."""
    if entry.kind == Happening.MEMBER_LEFT and entry.team_id:
        with wall.opened_besides(entry.team_id):
            left = Membership.objects.filter(pk=entry.subject_id).values("user")
            planned = Activity.objects.open().filter(team=entry.team_id, assignee__in=left)
            planned.update(assignee=None, version=models.F("version") + 1)


@receiver(dividing, dispatch_uid="crm.go_on_in_the_new_team")
def go_on_in_the_new_team(
    *, division: Division, old: Team, new: Team, by: Membership, at: datetime, **_: Any
) -> None:
    """Let the customers that go go on in the new team, in the same transaction."""
    cross(division, old, new, by=by, at=at)


@receiver(post_delete, sender=Attachment, dispatch_uid="crm.take_the_file_along")
def take_the_file_along(*, instance: Attachment, **_: Any) -> None:
    """Remove the file with its row, once that is sure. One that stays is swept away at night."""
    transaction.on_commit(partial(default_storage.delete, instance.key), robust=True)


@receiver(recording, dispatch_uid="crm.set_off_rules")
def set_off_rules(*, entry: LogEntry, **_: Any) -> None:
    """Put a job in the book where somebody added or moved a deal and a rule answers to that.

    What no person did sets off nothing: so a rule never sets off a rule.
    """
    if entry.kind not in STEPS or entry.actor_id is None or entry.team_id is None:
        return
    if Rule.objects.filter(team=entry.team_id).on().at_once().exists():
        payload = {
            "team_id": entry.team_id,
            "deal_id": entry.subject_id,
            "visit_id": entry.details.get("visit"),
        }
        Job.objects.arm(WORK, str(entry.pk), run_at=entry.at, payload=payload)
