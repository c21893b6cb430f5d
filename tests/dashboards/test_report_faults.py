"""A period reports itself once, whatever happens to the worker, the message or the broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from dashboards.jobs import PUBLISH, plan_reports
from dashboards.models import Report
from dashboards.periods import Period, PeriodKind, last_closed
from teams.models import Job
from teams.tasks import do_job
from teams.workdays import Workdays
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class WorkerKilled(BaseException):
    """Ends a worker on the spot: nothing in the product may catch it."""


@contextmanager
def killed_at_statement(number: int) -> Iterator[list[int]]:
    """End the worker at its n-th statement; the list counts how many there were."""
    seen = [0]

    def count(execute: Any, *arguments: Any) -> Any:
        seen[0] += 1
        if seen[0] == number:
            raise WorkerKilled
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield seen


@pytest.fixture
def job(transactional_db, team, pipeline):
    """The report of last week, due."""
    now = timezone.now()
    week = last_closed(PeriodKind.WEEK, now, AMSTERDAM)
    builders.many_won(pipeline, [week.start(AMSTERDAM) + timedelta(days=1)] * 3)
    return Job.objects.arm(
        PUBLISH,
        f"{team.pk}:{week}",
        run_at=now - timedelta(minutes=1),
        payload={"team_id": team.pk, "period": str(week)},
    )


def left_behind(job):
    """The lease of a worker that died has run out."""
    Job.objects.filter(pk=job.pk, state="running").update(
        lease_until=timezone.now() - timedelta(seconds=1), attempts=0
    )


def won(report):
    entry = next(kpi for kpi in report.payload["kpis"] if kpi["slug"] == "deals-won")
    return entry["value"]


def test_a_worker_killed_at_any_statement_leaves_no_report_or_a_whole_one(job):
    number = 0
    while True:
        number += 1
        with killed_at_statement(number) as seen:
            try:
                do_job(job_id=job.pk)
            except WorkerKilled:
                assert [won(report) for report in Report.objects.all()] in ([], ["3"])
        if seen[0] < number:
            break
        left_behind(job)

    assert number > 20
    assert [won(report) for report in Report.objects.all()] == ["3"]
    assert Job.objects.get(pk=job.pk).state == "done"


def test_the_same_message_twice_makes_one_report(job):
    do_job(job_id=job.pk)
    do_job(job_id=job.pk)

    assert Report.objects.count() == 1


def test_four_workers_at_once_make_one_report(job):
    together = Barrier(4)

    def work():
        together.wait()
        do_job(job_id=job.pk)
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Report.objects.count() == 1


def test_a_closed_period_is_armed_with_its_draft_before_it(team, pipeline, now):
    plan_reports(now + timedelta(days=7))

    draft, publish = Job.objects.filter(key=f"{team.pk}:2026-W48").order_by("run_at")
    assert (draft.kind, publish.kind) == ("dashboards.draft", "dashboards.publish")
    assert publish.run_at == Period.parse("2026-W48").published_at(AMSTERDAM, Workdays("NL"))
