"""Reading the environment, and failing loudly on nonsense."""

import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

NAME = "KRING_TEST_VALUE"


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)


def test_a_text_is_read_as_it_stands(monkeypatch):
    assert env.text(NAME, "else") == "else"
    monkeypatch.setenv(NAME, " as it is ")
    assert env.text(NAME, "else") == " as it is "


@pytest.mark.parametrize(
    ("value", "meant"),
    [("1", True), ("true", True), (" TRUE ", True), ("0", False), ("False", False)],
)
def test_a_flag_says_yes_or_no(monkeypatch, value, meant):
    monkeypatch.setenv(NAME, value)

    assert env.flag(NAME, default=not meant) is meant


@pytest.mark.parametrize("default", [True, False])
def test_a_flag_that_is_not_there_is_its_default(monkeypatch, default):
    assert env.flag(NAME, default=default) is default
    monkeypatch.setenv(NAME, "")
    assert env.flag(NAME, default=default) is default


@pytest.mark.parametrize("value", ["yes", "on", "2"])
def test_a_flag_that_says_something_else_is_refused(monkeypatch, value):
    monkeypatch.setenv(NAME, value)

    with pytest.raises(ImproperlyConfigured, match=f"{NAME} is '{value}'; use 1 or 0"):
        env.flag(NAME)


def test_a_number_is_a_whole_number(monkeypatch):
    assert env.number(NAME, 7) == 7
    monkeypatch.setenv(NAME, " 8000 ")
    assert env.number(NAME, 7) == 8000
    monkeypatch.setenv(NAME, "8000.5")
    with pytest.raises(ImproperlyConfigured, match="use a whole number"):
        env.number(NAME, 7)


def test_words_are_separated_by_commas(monkeypatch):
    assert env.words(NAME, "a, b") == ["a", "b"]
    monkeypatch.setenv(NAME, "kring.example.com, ,www.example.com")
    assert env.words(NAME, "a") == ["kring.example.com", "www.example.com"]


class TestASecret:
    def test_comes_from_the_environment(self, monkeypatch, tmp_path):
        monkeypatch.setenv(NAME, "known")

        assert env.secret(NAME, tmp_path / "secret") == "known"
        assert list(tmp_path.iterdir()) == []

    def test_is_made_on_first_use_and_kept_for_its_owner_only(self, tmp_path):
        path = tmp_path / "deep" / "secret"

        first = env.secret(NAME, path)

        assert len(first) >= 48
        assert env.secret(NAME, path) == first
        assert path.stat().st_mode & 0o777 == 0o600
        assert list(path.parent.iterdir()) == [path]

    def test_of_whoever_was_faster_is_taken(self, tmp_path, monkeypatch):
        path = tmp_path / "secret"

        def too_late(length):
            path.write_text("made by another process a moment ago")
            return "mine"

        monkeypatch.setattr(env.secrets, "token_urlsafe", too_late)

        assert env.secret(NAME, path) == "made by another process a moment ago"
        assert list(tmp_path.iterdir()) == [path]

    def test_is_the_same_for_all_who_start_together(self, tmp_path, monkeypatch):
        path = tmp_path / "secret"
        start = threading.Barrier(8)
        numbers = iter(range(8))
        # Threads share a process id; here each stands for a process of its own.
        monkeypatch.setattr(env.os, "getpid", lambda: next(numbers))
        found = []

        def begin():
            start.wait(timeout=10)
            found.append(env.secret(NAME, path))

        threads = [threading.Thread(target=begin) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert found == [path.read_text()] * 8
        assert list(tmp_path.iterdir()) == [path]


class TestADatabaseAddress:
    def test_is_turned_into_settings(self):
        found = env.database("postgresql://anna:p%40ss@db.example.org:5433/kring?sslmode=require")

        assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
            "NAME": "kring",
            "USER": "anna",
            "PASSWORD": "p@ss",
            "HOST": "db.example.org",
            "PORT": "5433",
        }
        assert found["OPTIONS"]["sslmode"] == "require"
        assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)

    def test_may_name_the_folder_of_a_socket(self):
        found = env.database("postgres:///kring?host=/tmp/a%20folder&port=5499")

        assert (found["HOST"], found["PORT"], found["USER"]) == ("/tmp/a folder", "5499", "")

    def test_limits_how_long_anybody_waits(self):
        options = env.database("postgresql:///kring", statement_timeout="60s")["OPTIONS"]["options"]

        assert options == (
            "-c statement_timeout=60s -c lock_timeout=3s"
            " -c idle_in_transaction_session_timeout=60s -c client_connection_check_interval=2s"
            " -c join_collapse_limit=4 -c from_collapse_limit=4 -c work_mem=32MB"
        )

    def test_adds_to_the_limits_and_does_not_lose_them(self):
        found = env.database("postgresql:///kring?options=-c%20search_path%3Dother")

        options = found["OPTIONS"]["options"]
        assert options.startswith("-c statement_timeout=10s -c lock_timeout=3s")
        assert options.endswith("-c search_path=other")

    def test_takes_settings_of_django_along(self):
        assert env.database("postgresql:///kring", CONN_MAX_AGE=0)["CONN_MAX_AGE"] == 0

    @pytest.mark.parametrize("url", ["mysql://x/y", "sqlite:///x", "", "kring"])
    def test_of_another_kind_is_refused(self, url):
        with pytest.raises(ImproperlyConfigured, match="must begin with postgresql://"):
            env.database(url)

    def test_with_a_strange_port_is_refused(self):
        with pytest.raises(ImproperlyConfigured, match="is no port"):
            env.database("postgresql://anna@db:port/kring")
