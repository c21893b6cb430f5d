"""A poke says that there is work; whoever is not there to hear it is not waited for."""

import logging
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from teams import jobs, tasks
from teams.models import Job
from tests.teams.conftest import arm, traces

# Seconds. A page waits 0.2 for a broker that hangs; without short timeouts it would wait 5.
MOST_WAITED = 1.5


@pytest.fixture(autouse=True)
def fresh_opinion(monkeypatch):
    """Nobody has asked the broker yet."""
    monkeypatch.setattr(tasks, "broker", tasks.Broker())


@pytest.fixture
def poked(monkeypatch) -> list[int]:
    """The jobs that the workers were told of."""
    told: list[int] = []
    monkeypatch.setattr(
        tasks.do_job, "apply_async", lambda kwargs, retry: told.append(kwargs["job_id"])
    )
    return told


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port where somebody accepts calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield silent


def address_of(port: socket.socket) -> str:
    return f"redis://:secret@127.0.0.1:{port.getsockname()[1]}/0"


class TestAfterTheCommit:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_a_job_is_announced_once_it_is_stored(self, team, kind, poked):
        with transaction.atomic():
            job = arm(team)
            arm(team)
            assert poked == []

        assert poked == [job.pk]

    def test_a_job_that_was_rolled_back_is_not_announced(self, team, kind, poked):
        with transaction.atomic():
            arm(team)
            transaction.set_rollback(True)

        assert poked == []
        assert not Job.objects.exists()

    def test_whatever_goes_wrong_with_the_broker_the_commit_stands(self, team, kind, monkeypatch):
        def full(**_):
            raise RuntimeError("OOM command not allowed")

        monkeypatch.setattr(tasks.do_job, "apply_async", full)

        assert arm(team) == Job.objects.get()


class TestWithoutABroker:
    def test_a_dead_one_costs_a_line_in_the_log(self, job, broker_at, listening, caplog):
        address = address_of(listening)
        listening.close()
        broker_at(address)

        with caplog.at_level(logging.WARNING, "teams.tasks"):
            waited = self.time_of_a_poke(job)

        assert waited < MOST_WAITED
        assert caplog.messages == [
            f"job {job.pk} could not be announced; a tick will find it",
        ]

    def test_a_hanging_one_is_not_waited_for(self, job, broker_at, listening):
        broker_at(address_of(listening))

        assert self.time_of_a_poke(job) < MOST_WAITED

    def test_the_next_pages_do_not_ask_a_silent_one(self, job, broker_at, listening, caplog):
        broker_at(address_of(listening))
        self.time_of_a_poke(job)
        caplog.clear()

        waited = sum(self.time_of_a_poke(job) for _ in range(100))

        assert waited < MOST_WAITED
        assert caplog.messages == []

    def time_of_a_poke(self, job) -> float:
        began = time.perf_counter()
        assert tasks.poke(job.pk) is False
        return time.perf_counter() - began

    def test_it_is_asked_again_after_a_while(self, job, broker_at, listening, poked, monkeypatch):
        tasks.broker.did_not_answer()
        assert tasks.poke(job.pk) is False

        later = time.monotonic() + tasks.PATIENCE
        monkeypatch.setattr(tasks.time, "monotonic", lambda: later)

        assert tasks.poke(job.pk) is True
        assert poked == [job.pk]

    def test_a_page_succeeds_and_the_next_tick_finds_its_job(
        self,
        client,
        anna,
        settings,
        broker_at,
        listening,
        django_capture_on_commit_callbacks,
        monkeypatch,
    ):
        settings.EMAIL_BACKEND = "teams.mail.OutboxBackend"  # Django puts another one in tests
        broker_at(address_of(listening))
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/accounts/password/reset/", {"email": anna.user.email})
        assert answer.status_code == 302
        assert tasks.broker.is_silent

        monkeypatch.setattr(tasks, "broker", tasks.Broker())
        told = set()
        monkeypatch.setattr(tasks, "poke", lambda pk: told.add(pk) or True)
        tasks.tick()

        assert Job.objects.get(kind="teams.send_mail").pk in told


class TestATick:
    def test_pokes_what_is_ready_the_oldest_first(self, team, kind, poked):
        young = arm(team, "young", late=timedelta(minutes=1))
        old = arm(team, "old", late=timedelta(days=1))
        arm(team, "later", late=timedelta(hours=-1))

        tasks.tick()

        assert poked == [old.pk, young.pk]

    def test_stops_where_the_broker_does_not_answer(self, team, kind, monkeypatch):
        arm(team, "one")
        arm(team, "two")
        asked = []
        monkeypatch.setattr(tasks, "poke", asked.append)

        tasks.tick()

        assert len(asked) == 1

    def test_announces_a_long_queue_in_parts(self, team, kind, poked, monkeypatch):
        monkeypatch.setattr(tasks, "MOST_POKES", 2)
        queue = [arm(team, key) for key in "abc"]

        tasks.tick()

        assert poked == [job.pk for job in queue[:2]]

    def test_arms_what_the_calendar_makes_due(self, team, kind, poked, planners):
        def plan(at):
            Job.objects.arm(kind, "today", run_at=at, payload={"team_id": team.pk})

        planners.append(plan)

        tasks.tick()

        assert poked == [Job.objects.get().pk]

    def test_a_planner_that_fails_stops_nobody(self, team, job, poked, planners, caplog):
        def broken(at):
            arm(team, "half")
            raise ZeroDivisionError

        planners.append(broken)

        tasks.tick()

        assert poked == [job.pk]
        assert "the planner" in caplog.messages[0]
        assert "broken failed" in caplog.messages[0]


class TestByHand:
    def test_manage_py_tick_does_what_is_due(self, team, kind, capsys):
        arm(team, "one")
        arm(team, "two")

        call_command("tick")
        call_command("tick")

        assert capsys.readouterr().out == "2 jobs done.\n0 jobs done.\n"
        assert traces(team) == (2, 2)

    def test_one_job_is_counted_in_the_singular(self, job, capsys):
        call_command("tick")

        assert capsys.readouterr().out == "1 job done.\n"


def test_a_planner_is_asked_once_however_often_it_registers(planners):
    def plan(at):
        raise AssertionError

    assert jobs.plans(plan) is plan
    jobs.plans(plan)

    assert planners == [plan]
