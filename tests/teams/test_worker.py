"""A real Celery worker on a real broker, killed in the middle of its work."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from config.processes import until
from teams import tasks
from teams.models import Job
from tests.teams.conftest import traces
from tests.teams.worker import GATE, KIND

SECONDS = 30  # far more than anything here takes
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker(broker_at) -> Iterator[str]:
    """The address of an empty broker that nobody else uses."""
    place = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = urlsplit(settings.REDIS_URL)._replace(path=f"/{1 + place % 15}").geturl()
    broker_at(url)
    with redis.Redis.from_url(url) as server:
        server.flushdb()
        yield url
        server.flushdb()


@pytest.fixture
def start_worker(broker: str, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a worker on the database and the broker of this test; it leads its own group."""
    started: list[subprocess.Popen[bytes]] = []

    def start(alias: str = "default") -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency=1",
                 "--include=tests.teams.worker", "--without-gossip", "--without-mingle"],
                cwd=settings.BASE_DIR,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "config.settings",
                    "DATABASE_URL": database_url(alias),
                    "REDIS_URL": broker,
                    "KRING_HOME": str(tmp_path),
                    "KRING_JOB_LEASE": "1",
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip
        started.append(worker)
        return worker

    yield start
    for worker in started:
        kill(worker)


def database_url(alias: str) -> str:
    """The test's database: as the application's role, or as the owner of the tables."""
    parts = connections[alias].settings_dict
    login = f"{quote(parts['USER'])}:{quote(parts['PASSWORD'])}"
    return (
        f"postgresql://{login}@/{quote(parts['NAME'])}"
        f"?host={quote(parts['HOST'], safe='')}&port={parts['PORT']}"
    )


def kill(worker: subprocess.Popen[bytes]) -> None:
    """Kill the worker and its children, as a power cut would."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(SECONDS)


def arm(team, key: str) -> Job:
    return Job.objects.arm(KIND, key, run_at=timezone.now(), payload={"team_id": team.pk})


def is_done(job: Job) -> bool:
    job.refresh_from_db()
    return job.state == "done"


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON database = pg_database.oid"
            " WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
            " AND datname = current_database())",
            [GATE],
        )
        (waits,) = cursor.fetchone()
    return waits


def gate(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [GATE])


def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_and_another_does_it(
    team, start_worker, tmp_path
):
    worker = start_worker()
    first = arm(team, "first")
    assert until(lambda: is_done(first), SECONDS), (tmp_path / "worker.log").read_text()
    assert traces(team) == (1, 1)

    gate("pg_advisory_lock")
    second = arm(team, "second")
    assert until(somebody_waits, SECONDS), (tmp_path / "worker.log").read_text()
    kill(worker)
    gate("pg_advisory_unlock")

    assert until(lambda: not somebody_waits(), SECONDS)
    assert not is_done(second)
    assert (second.state, second.attempts) == ("running", 1)
    assert traces(team) == (1, 1)

    start_worker()

    def found_by_a_tick() -> bool:
        tasks.tick()
        return is_done(second)

    assert until(found_by_a_tick, SECONDS, pause=0.2), (tmp_path / "worker.log").read_text()
    assert second.attempts == 2
    assert traces(team) == (2, 2)


def test_a_worker_does_not_start_on_a_role_that_may_too_much(team, start_worker, tmp_path):
    worker = start_worker("owner")

    assert worker.wait(SECONDS) == 1
    assert "The role in DATABASE_URL may do more" in (tmp_path / "worker.log").read_text()
