"""The queue's side of a job: a poke says that there is work, a tick looks for it."""

import logging
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from teams import jobs
from teams.models import Job

log = logging.getLogger(__name__)

KEEP_DONE = timedelta(days=7)


@shared_task
def do_job(*, job_id: int, **_: Any) -> None:
    """Do this job if it is still to be done; a lost, late or second message changes nothing."""
    job = Job.objects.claim(job_id)
    if job:
        job.run(at=timezone.now())


@shared_task
def tick(**_: Any) -> None:
    """Arm what the calendar makes due and poke whatever is ready."""
    jobs.plan_all(timezone.now())
    Job.objects.forget_done(timezone.now() - KEEP_DONE)
    for job in Job.objects.ready().oldest_first():
        poke(job.pk)


def poke(job_id: int) -> None:
    """Tell the workers of a job. A broker that is away costs a line in the log and no more."""
    try:
        do_job.apply_async(kwargs={"job_id": job_id}, retry=False)
    except do_job.OperationalError:
        log.warning("job %s could not be announced; the next tick will find it", job_id)


def do_all() -> int:
    """Do everything that is ready, here and now; returns how many jobs were done."""
    jobs.plan_all(timezone.now())
    count = 0
    while job := Job.objects.claim():
        job.run(at=timezone.now())
        count += 1
    return count
