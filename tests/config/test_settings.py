"""The settings as a company runs them: on its own servers, behind https."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from config import celery

COMPANY = {
    "KRING_SITE_URL": "https://kring.example.com",
    "KRING_SECRET_KEY": "more than fifty characters, of which many are different: 0123456789",
    "KRING_NO_SERVERS": "1",
    "KRING_SMTP_URL": "smtp://mail.example.com",
}


def run(*command: str, tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "KRING_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """What these settings are in this environment."""

    def values(*names: str, **environment: str) -> list:
        program = (
            "import json, sys; from config import settings;"
            "print(json.dumps([getattr(settings, name) for name in sys.argv[1:]]))"
        )
        answer = run("-c", program, *names, tmp_path=tmp_path_factory.mktemp("home"), **environment)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    return values


def test_django_finds_nothing_to_warn_about_before_deploying(tmp_path):
    answer = run(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **COMPANY
    )

    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout + answer.stderr


def test_behind_https_everything_is_tied_to_the_own_name(read):
    assert read(
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "LANGUAGE_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        **COMPANY,
    ) == [
        ["kring.example.com"],
        ["https://kring.example.com"],
        "__Host-kring",
        "__Host-csrf",
        True,
        True,
        True,
        31_536_000,
    ]


def test_on_the_own_machine_it_simply_works(read):
    assert read(
        "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "DEBUG", "DEMO", "SECURE_HSTS_SECONDS",
        KRING_NO_SERVERS="1", KRING_PORT="8123",
    ) == [["localhost", "localhost", "127.0.0.1", "[::1]"], False, False, False, 0]  # fmt: skip


def test_a_company_may_name_its_hosts(read):
    assert read("ALLOWED_HOSTS", **COMPANY, KRING_HOSTS="a.example.com,b.example.com") == [
        ["a.example.com", "b.example.com"]
    ]


def test_the_servers_of_a_company_are_used_as_they_are(read, tmp_path):
    found = read(
        "DATABASE_URL",
        "OWNER_URL",
        "REDIS_URL",
        DATABASE_URL="postgresql://app@db/kring",
        DATABASE_OWNER_URL="postgresql://owner@db/kring",
        REDIS_URL="redis://broker/0",
    )

    assert found == [
        "postgresql://app@db/kring",
        "postgresql://owner@db/kring",
        "redis://broker/0",
    ]


def test_the_pages_are_not_served_on_a_role_that_may_too_much(tmp_path, django_db_setup):
    """As a server of pages would: it loads config.wsgi, and does not get it."""
    owner = connections["owner"].settings_dict
    url = (
        f"postgresql://{quote(owner['USER'])}:{quote(owner['PASSWORD'])}@/{quote(owner['NAME'])}"
        f"?host={quote(owner['HOST'], safe='')}&port={owner['PORT']}"
    )

    answer = run(
        "-c", "import config.wsgi", tmp_path=tmp_path, DATABASE_URL=url, REDIS_URL="redis://x/0"
    )

    assert answer.returncode == 1
    assert "The role in DATABASE_URL may do more than the application needs" in answer.stderr


def test_a_worker_ends_with_the_sentence_when_its_role_may_too_much(monkeypatch):
    def refuse():
        raise ImproperlyConfigured("The role may too much.")

    monkeypatch.setattr(celery, "refuse_a_mighty_role", refuse)

    # Celery goes on after any other exception of a listener.
    with pytest.raises(SystemExit, match="The role may too much"):
        celery.check_the_role()


def test_a_worker_starts_on_a_role_that_may_no_more_than_needed(monkeypatch):
    asked = []
    monkeypatch.setattr(celery, "refuse_a_mighty_role", lambda: asked.append(True))

    celery.check_the_role()

    assert asked == [True]


class TestTheQueue:
    def test_a_message_is_not_given_out_again_while_its_task_may_run(self):
        visible_again = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

        assert visible_again / 1.2 > settings.CELERY_TASK_TIME_LIMIT
        assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT

    def test_a_page_does_not_wait_for_the_broker(self):
        options = settings.CELERY_BROKER_TRANSPORT_OPTIONS

        assert options["socket_timeout"] + options["socket_connect_timeout"] < 0.5
        assert options["max_retries"] == 0

    def test_a_worker_does(self):
        conf = SimpleNamespace(broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS)

        celery.be_patient(conf=conf)

        assert conf.broker_transport_options == {
            "visibility_timeout": 120,
            "unacked_restore_throttle": 1,
            "unacked_restore_interval": 10,
            "socket_timeout": 5,
            "socket_connect_timeout": 1,
        }

    def test_a_job_of_a_dead_worker_is_done_again_within_a_minute(self):
        tick = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE["tick"]["schedule"])

        assert settings.JOB_LEASE + tick < timedelta(seconds=60)

    def test_only_json_is_read(self):
        assert settings.CELERY_ACCEPT_CONTENT == ["json"]


def test_half_of_ones_own_servers_is_refused(tmp_path):
    result = run("manage.py", "check", tmp_path=tmp_path, REDIS_URL="redis://localhost:1/0")

    assert result.returncode == 1
    assert "Set both DATABASE_URL and REDIS_URL, or neither." in result.stderr
