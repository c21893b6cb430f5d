"""Who listens to the bells on the ground floor."""

from typing import Any

from django.dispatch import receiver

from teams.signals import armed
from teams.tasks import poke


@receiver(armed, dispatch_uid="teams.announce_the_job")
def announce_the_job(*, job_id: int, **_: Any) -> None:
    poke(job_id)
