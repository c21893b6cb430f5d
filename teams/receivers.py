"""Who listens to the bells on the ground floor."""

from typing import Any

from django.dispatch import receiver

from teams import wall
from teams.happenings import Happening
from teams.models import LogEntry, Membership, Nomination
from teams.signals import armed, recording
from teams.tasks import poke


@receiver(armed, dispatch_uid="teams.announce_the_job")
def announce_the_job(*, job_id: int, **_: Any) -> None:
    poke(job_id)


@receiver(recording, dispatch_uid="teams.free_the_roles")
def free_the_roles(*, entry: LogEntry, **_: Any) -> None:
    """Let what a leaving member held or was proposed for be free, in the same transaction."""
    if entry.kind == Happening.MEMBER_LEFT and entry.team:
        left = Membership.objects.select_related("user").get(pk=entry.subject_id)
        with wall.opened_besides(entry.team.pk):
            theirs = Nomination.objects.of(left.user, entry.team)
            for nomination in theirs.select_related("team", "role"):
                nomination.let_go(at=entry.at)
