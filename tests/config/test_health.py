"""Probes for machines, and a page of health for administrators."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from config import health
from teams.models import Heartbeat, Job
from teams.tasks import tick
from tests import builders


def states(at):
    return {line.name: (line.state, line.is_well) for line in health.lines(at)}


def test_alive_needs_no_database(client):
    response = client.get("/livez", headers={"Host": "a-probe.internal"})

    assert (response.status_code, response.content) == (200, b"alive\n")


def test_ready_when_the_database_is_there_and_migrated(client, db):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "ok"}


def test_not_ready_without_a_database(client, db):
    def gone(*_arguments):
        raise DatabaseError

    with connection.execute_wrapper(gone):
        response = client.get("/readyz")

    assert (response.status_code, response.json()["database"]) == (503, "away")


def test_not_ready_before_the_last_migration(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'crm'")

    response = client.get("/readyz")

    assert (response.status_code, response.json()["database"]) == (503, "not migrated")


def test_a_broker_that_is_away_is_told_and_counts_for_nothing(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert (response.status_code, response.json()["broker"]) == (200, "away")


def test_before_anything_happened_somebody_should_look(db, now):
    assert states(now) == {
        "Last tick": ("never", False),
        "Work that is due": ("nothing", True),
        "Work that failed": ("0", True),
        "Last backup": ("never", False),
        "Published reports": ("not looked at yet", True),
        "Broker": ("answers", True),
    }


def test_a_tick_is_remembered(db):
    tick()

    assert states(timezone.now())["Last tick"] == ("0 min ago", True)
    assert states(timezone.now() + timedelta(minutes=3))["Last tick"] == ("3 min ago", False)


def test_late_and_failed_work_is_counted(db, now):
    Job.objects.arm("teams.send_mail", "late", run_at=timezone.now() - timedelta(hours=5))
    failed = Job.objects.arm("teams.send_mail", "failed", run_at=now)
    Job.objects.filter(pk=failed.pk).update(state="failed")

    told = states(timezone.now())

    assert told["Work that is due"] == ("1, the oldest for 5 hours", False)
    assert told["Work that failed"] == ("1", False)


def test_whom_a_rule_could_not_tell_is_not_ours_to_mend(db, now):
    failed = Job.objects.arm("crm.rules.tell", "71", run_at=now)
    Job.objects.filter(pk=failed.pk).update(state="failed")

    assert states(now)["Work that failed"] == ("0", True)


@pytest.mark.parametrize(("days", "is_well"), [(1, True), (3, False)])
def test_a_backup_grows_old(db, now, days, is_well):
    Heartbeat.objects.beat("backup", at=now - timedelta(days=days))

    assert states(now)["Last backup"] == (f"{24 * days} hours ago", is_well)


def test_a_heartbeat_introduces_itself(db, now):
    Heartbeat.objects.beat("tick", at=now)

    assert str(Heartbeat.objects.get()) == "tick at 2026-11-23 09:00"


class TestThePage:
    def test_an_administrator_reads_it(self, admin):
        response = builders.browser(admin).get(reverse("health"))

        assert response.status_code == 200
        assert "please look" in response.content.decode()

    def test_it_is_linked_from_the_desk(self, admin):
        response = builders.browser(admin).get(reverse("admin:index"))

        assert reverse("health") in response.content.decode()

    def test_nobody_else_does(self, annas, mias):
        assert [who.get(reverse("health")).status_code for who in (annas, mias)] == [302, 302]
