"""The queue's side of a job: a poke says that there is work, a tick looks for it."""

import logging
import time
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from teams import jobs
from teams.models import Heartbeat, Job, SentOnce
from teams.once import LASTS

log = logging.getLogger(__name__)

KEEP_DONE = timedelta(days=7)
# Of a long queue a tick announces this much; the next tick goes on.
MOST_POKES = 200
# A broker that did not answer is left alone this long, so that not every page waits for it.
PATIENCE = 5.0


class Broker:
    """Whether the broker is worth asking, as this process found it."""

    silent_until = 0.0

    @property
    def is_silent(self) -> bool:
        return time.monotonic() < self.silent_until

    def did_not_answer(self) -> None:
        self.silent_until = time.monotonic() + PATIENCE


broker = Broker()


@shared_task
def do_job(*, job_id: int, **_: Any) -> None:
    """Do this job if it is still to be done; a lost, late or second message changes nothing."""
    job = Job.objects.claim(job_id)
    if job:
        job.run(at=timezone.now())


@shared_task
def tick(**_: Any) -> None:
    """Arm what the calendar makes due and poke whatever is ready."""
    look_around()
    for job in Job.objects.ready().oldest_first()[:MOST_POKES]:
        if not poke(job.pk):
            break


def look_around() -> None:
    """Plan by the calendar, and clear away what is over: jobs, answers, ended sign-ins."""
    now = timezone.now()
    Heartbeat.objects.beat("tick", at=now)
    jobs.plan_all(now)
    if given_up := Job.objects.give_up():
        log.error("jobs that stopped their worker every time were given up: %s", given_up)
    Job.objects.forget_done(now - KEEP_DONE)
    SentOnce.objects.forget(now - LASTS)
    SessionStore.clear_expired()


def poke(job_id: int) -> bool:
    """Tell the workers of a job; False when the broker is away, which costs a line in the log."""
    if broker.is_silent:
        return False
    try:
        do_job.apply_async(kwargs={"job_id": job_id}, retry=False)
    except do_job.OperationalError:
        broker.did_not_answer()
        log.warning("job %s could not be announced; a tick will find it", job_id)
        return False
    return True


def do_all() -> int:
    """Do everything that is ready, here and now; returns how many jobs were done."""
    look_around()
    count = 0
    while job := Job.objects.claim():
        job.run(at=timezone.now())
        count += 1
    return count
