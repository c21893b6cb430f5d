"""A kind of job for the tests, which leaves two traces that belong together."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from kombu import pools

from config.celery import app
from teams import jobs
from teams.models import Job, LogEntry, Team

KIND = "tests.note"


@pytest.fixture(autouse=True)
def planners(monkeypatch: pytest.MonkeyPatch) -> list[jobs.Planner]:
    """Who plans by the calendar in this test: nobody, unless it says so."""
    fresh: list[jobs.Planner] = []
    monkeypatch.setattr(jobs, "_planners", fresh)
    return fresh


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of job that notes a team's progress and writes a line in its logbook."""

    def note(*, at: datetime, team_id: int, **_: Any) -> None:
        team = Team.objects.get(pk=team_id)
        Team.objects.filter(pk=team_id).update(goal_now=F("goal_now") + 1)
        LogEntry.record("tests.noted", team, by=None, at=at, team=team)

    monkeypatch.setitem(jobs._handlers, KIND, note)
    return KIND


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch, kind: str) -> Callable[[Callable[..., None]], None]:
    """Let another function do the jobs of the tests."""

    def by(handler: Callable[..., None]) -> None:
        monkeypatch.setitem(jobs._handlers, KIND, handler)

    return by


@pytest.fixture
def job(team: Team, kind: str) -> Job:
    """A job that is due."""
    return arm(team)


@pytest.fixture
def broker_at() -> Iterator[Callable[[str], None]]:
    """Let the broker be at another address."""

    def at(url: str) -> None:
        patch.setattr(app.conf, "broker_url", url)
        forget()

    def forget() -> None:
        pools.reset()
        app._pool = None
        app.amqp._producer_pool = None

    with pytest.MonkeyPatch.context() as patch:
        yield at
    forget()


def arm(team: Team, key: str = "one", *, late: timedelta = timedelta(hours=1)) -> Job:
    return Job.objects.arm(KIND, key, run_at=timezone.now() - late, payload={"team_id": team.pk})


def run_out(job: Job) -> None:
    """Let the lease of the job be over."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def traces(team: Team) -> tuple[int, int]:
    """The two traces of the jobs done for the team: progress, lines."""
    team.refresh_from_db()
    return int(team.goal_now), team.logbook.filter(kind="tests.noted").count()
