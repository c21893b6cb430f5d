"""Which programs serve Kring, and on which ports."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from config import serving
from config.management.commands.demo import Command as Demo
from config.management.commands.serve import Command as Serve
from config.management.serving import ServingCommand

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server((serving.LOOPBACK, 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.create_server((serving.LOOPBACK, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class TestPorts:
    def test_free_ones_are_fine(self, monkeypatch: pytest.MonkeyPatch, free: int) -> None:
        monkeypatch.setenv("KRING_PORT", str(free))
        monkeypatch.setenv("KRING_LIVE_PORT", str(free + 1))

        serving.refuse_taken_ports()

        assert serving.port() == free

    @pytest.mark.parametrize("name", ["KRING_PORT", "KRING_LIVE_PORT"])
    def test_a_taken_one_is_said_with_one_that_is_free(
        self, monkeypatch: pytest.MonkeyPatch, free: int, taken: int, name: str
    ) -> None:
        monkeypatch.setenv("KRING_PORT", str(free))
        monkeypatch.setenv(name, str(taken))

        with pytest.raises(serving.ServingError, match=rf"^Port {taken} is in use") as refusal:
            serving.refuse_taken_ports()

        advice = str(refusal.value).rpartition(f"{name}=")[2]
        monkeypatch.setenv(name, advice)
        serving.refuse_taken_ports()

    def test_two_names_for_one_port_are_refused(
        self, monkeypatch: pytest.MonkeyPatch, free: int
    ) -> None:
        monkeypatch.setenv("KRING_PORT", str(free))
        monkeypatch.setenv("KRING_LIVE_PORT", str(free))

        with pytest.raises(serving.ServingError, match="KRING_PORT and KRING_LIVE_PORT are both"):
            serving.refuse_taken_ports()

    @pytest.mark.parametrize("number", ["0", "65536"])
    def test_what_is_no_port_is_refused(self, monkeypatch: pytest.MonkeyPatch, number: str) -> None:
        monkeypatch.setenv("KRING_PORT", number)

        with pytest.raises(serving.ServingError, match=f"KRING_PORT is {number}"):
            serving.refuse_taken_ports()

    @pytest.mark.parametrize("command", ["demo", "serve"])
    def test_a_taken_one_is_said_before_anything_is_started(
        self, tmp_path: Path, taken: int, command: str
    ) -> None:
        environment = os.environ | {"KRING_HOME": str(tmp_path), "KRING_PORT": str(taken)}

        done = subprocess.run(
            [sys.executable, PROJECT / "manage.py", command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"Port {taken} is in use")
        assert "Traceback" not in done.stderr
        assert list(tmp_path.iterdir()) == []


class TestParts:
    URLS = {"database_url": "postgresql://app@/kring", "redis_url": "redis://127.0.0.1/0"}

    def test_pages_stream_worker_and_beat(self) -> None:
        parts = serving.parts(**self.URLS, demo=True)

        assert [part.name for part in parts] == ["web", "live", "worker", "beat"]

    def test_none_of_them_knows_the_owner_of_the_tables(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@/kring")

        for part in serving.parts(**self.URLS, demo=False):
            assert {**os.environ, **part.environment}["DATABASE_OWNER_URL"] == (
                "postgresql://app@/kring"
            )

    @pytest.mark.parametrize(("demo", "address"), [(True, "127.0.0.1"), (False, "10.1.2.3")])
    def test_the_demo_is_for_this_machine_only(
        self, monkeypatch: pytest.MonkeyPatch, *, demo: bool, address: str
    ) -> None:
        monkeypatch.setenv("KRING_BIND", "10.1.2.3")
        web, live, *_ = serving.parts(**self.URLS, demo=demo)

        assert f"{address}:{serving.port()}" in web.command
        assert address in live.command
        assert web.environment["KRING_DEMO"] == ("1" if demo else "0")


class TestStaticFiles:
    def test_are_collected_when_one_of_them_changed(self, tmp_path: Path) -> None:
        sources = [tmp_path / "a.css", tmp_path / "b.css"]
        for source in sources:
            source.write_text("a{}")
        renewed: list[bool] = []

        def look() -> bool:
            stamp = tmp_path / "stamp"
            return serving.when_changed(stamp, sources, lambda: renewed.append(True))

        assert (look(), look()) == (True, False)
        sources[1].write_text("a{color:red}")
        assert (look(), look()) == (True, False)
        assert len(renewed) == 2

    def test_that_were_not_collected_to_the_end_are_collected_again(self, tmp_path: Path) -> None:
        def fail() -> None:
            raise OSError("no space")

        stamp = tmp_path / "stamp"
        assert serving.when_changed(stamp, [], list)
        with pytest.raises(OSError, match="no space"):
            serving.when_changed(stamp, [Path(__file__)], fail)
        assert serving.when_changed(stamp, [], list)

    def test_come_to_the_folder_from_which_they_are_served(self, tmp_path: Path) -> None:
        with override_settings(STATIC_ROOT=tmp_path / "home" / "static"):
            ServingCommand().collect_static()

        assert (tmp_path / "home/static/css/base.css").exists()
        assert (tmp_path / "home/static.stamp").exists()


@pytest.mark.django_db
class TestServe:
    def test_says_what_to_do_when_tables_are_missing(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'crm'")

        with pytest.raises(CommandError, match=r"migrations are missing.*\n.*manage\.py migrate"):
            call_command("serve")

    def test_misses_nothing_in_a_database_of_this_version(self) -> None:
        assert Serve.missing_migrations() == 0

    def test_servers_of_ones_own_are_not_looked_after(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Demo().look_after_servers()

        assert capsys.readouterr().out == ""
