"""The embedded servers of one home: what they are, what they keep, how they refuse."""

import fcntl
import json
import os
import shutil
import signal
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest

from config import embedded
from config.embedded import carriers, server
from config.embedded import house as house_module
from config.embedded.carriers import Account, EmbeddedError, copy_postgres, postgres_programs
from config.embedded.house import House
from config.embedded.postgres import Postgres
from config.embedded.server import Room
from config.embedded.valkey import Valkey
from tests.config.guests import gone, kill, running, sql, valkey

PEBBLE = "DROP TABLE IF EXISTS pebble; CREATE TABLE pebble AS SELECT 7 AS weight"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


def own_room(house: House) -> Room:
    """A room beside those of the house, for a server of one's own."""
    room = replace(house.servers[0].room, folder=house.embedded / "aside")
    house_module._make_folder(room.folder)
    return room


def test_they_keep_what_they_confirmed(durable: House) -> None:
    addresses = durable.addresses()

    settings = sql(
        addresses.superuser_url,
        "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit',"
        " 'full_page_writes', 'data_checksums', 'server_encoding', 'listen_addresses')",
    )
    assert dict(settings) == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
    }
    with valkey(addresses.redis_url) as broker:
        kept = broker.config_get("append*", "maxmemory-policy", "bind")
    assert {
        name: kept[name] for name in ("appendonly", "appendfsync", "maxmemory-policy", "bind")
    } == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "bind": "127.0.0.1",
    }


def test_those_of_the_tests_do_not_wait_for_the_disk(house: House) -> None:
    assert sql(house.addresses().database_url, "SHOW fsync") == [("off",)]


def test_a_second_start_keeps_the_data(house: House) -> None:
    before = house.addresses()
    sql(before.owner_url, PEBBLE)
    with valkey(before.redis_url) as broker:
        broker.set("pebble", "7")

    house.leave()
    house.open()

    after = house.addresses()
    assert sql(after.database_url, "SELECT weight FROM pebble") == [(7,)]
    with valkey(after.redis_url) as broker:
        assert broker.get("pebble") == "7"


def test_after_the_last_one_left_nothing_runs_and_nothing_is_left_about(
    house: House, home: Path
) -> None:
    servers = running(home)
    socket_folder = Path(house.addresses().database_url.partition("host=")[2])
    assert len(servers) == 2
    assert socket_folder.is_dir()

    house.leave()

    assert not any(process.alive for process in servers.values())
    assert not socket_folder.exists()


def test_passwords_and_addresses_are_for_our_eyes_only(house: House, home: Path) -> None:
    for name in ("secrets.json", "address.json"):
        assert stat.S_IMODE((home / "embedded" / name).stat().st_mode) == 0o600
    configuration = home / "embedded/valkey/valkey.conf"
    assert stat.S_IMODE(configuration.stat().st_mode) == 0o600

    strange = house.addresses().database_url.replace("kring_app:", "kring_app:x")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        sql(strange, "SELECT 1")


def test_their_home_may_have_any_path(house: House, home: Path) -> None:
    assert len(str(home)) > 107  # the longest address of a socket
    assert set("'\"$, %") < set(str(home))

    assert sql(house.addresses().database_url, "SELECT 1") == [(1,)]


def test_logs_are_private_and_do_not_repeat_what_people_wrote(house: House, home: Path) -> None:
    with pytest.raises(psycopg2.Error, match="rumour"):
        sql(house.addresses().database_url, "SELECT 'a secret' FROM rumour")

    log = home / "log/postgresql.log"
    assert 'relation "rumour" does not exist' in log.read_text()
    assert "a secret" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


class TestAfterACrash:
    def test_a_killed_postgresql_returns_at_its_old_address_with_what_was_confirmed(
        self, durable: House, guesthouse: Path
    ) -> None:
        before = durable.addresses()
        sql(
            before.owner_url,
            "DROP TABLE IF EXISTS pebble; CREATE TABLE pebble AS SELECT 7 AS weight",
        )
        kill(running(guesthouse)["PostgreSQL"])

        assert durable.revive() == ["PostgreSQL"]

        assert durable.addresses() == before
        assert sql(before.database_url, "SELECT weight FROM pebble") == [(7,)]

    def test_a_killed_valkey_returns_at_its_old_address(self, house: House, home: Path) -> None:
        before = house.addresses()
        kill(running(home)["Valkey"])

        assert house.revive() == ["Valkey"]

        assert house.addresses() == before

    def test_nothing_is_revived_that_lives(self, house: House) -> None:
        assert house.revive() == []

    def test_a_vanished_socket_is_replaced(self, house: House) -> None:
        shutil.rmtree(house.addresses().database_url.partition("host=")[2])

        house.open()

        assert sql(house.addresses().database_url, "SELECT 1") == [(1,)]

    def test_a_server_that_no_longer_answers_is_replaced(
        self, house: House, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stuck = running(home)["Valkey"]
        stuck.send(signal.SIGSTOP)
        monkeypatch.setattr(server, "ANSWER", 0.05)
        monkeypatch.setattr("config.embedded.valkey.PATIENCE", 0.05)
        monkeypatch.setattr(Valkey, "stopping", ((signal.SIGKILL, 10),))

        house.open()

        assert gone(stuck)
        with valkey(house.addresses().redis_url) as broker:
            assert broker.ping()

    def test_a_server_without_a_record_is_found_in_its_data(self, house: House, home: Path) -> None:
        forgotten = running(home)
        (home / "embedded/address.json").write_text("{}")
        newcomer = House(home, fast=True)

        newcomer.open()

        assert all(gone(process) for process in forgotten.values())
        assert sql(newcomer.addresses().database_url, "SELECT 1") == [(1,)]
        newcomer.leave()

    def test_a_strangers_process_in_the_record_is_left_alone(
        self, house: House, home: Path
    ) -> None:
        house.leave()
        record = json.loads((home / "embedded/address.json").read_text())
        stranger = {"pid": os.getpid(), "started": "another day"}
        for name in ("PostgreSQL", "Valkey"):
            record[name] = {"at": "", "process": stranger}
        record["attached"] = [stranger]
        (home / "embedded/address.json").write_text(json.dumps(record))
        (home / "embedded/postgresql/postmaster.pid").write_text(f"{os.getpid()}\n")

        house.open()

        assert sql(house.addresses().database_url, "SELECT 1") == [(1,)]

    def test_half_a_data_folder_is_begun_again(self, fresh: House) -> None:
        fresh.leave()
        finished, draft = (fresh.embedded / name for name in ("postgresql", "postgres.draft"))
        finished.rename(draft)
        (draft / "PG_VERSION").unlink()

        fresh.open()

        assert (finished / "PG_VERSION").exists()
        assert not draft.exists()

    def test_a_home_thrown_away_takes_its_servers_along(self, fresh: House) -> None:
        servers = running(fresh.embedded.parent)
        assert len(servers) == 2
        shutil.rmtree(fresh.embedded.parent)

        fresh.leave()

        assert not any(process.alive for process in servers.values())

    def test_a_port_that_was_taken_meanwhile_is_given_up(self, house: House, home: Path) -> None:
        port = json.loads((home / "embedded/address.json").read_text())["Valkey"]["at"]
        house.leave()
        with socket.create_server(("127.0.0.1", int(port))):
            house.open()
            with valkey(house.addresses().redis_url) as broker:
                assert broker.ping()

    def test_a_port_lost_at_the_last_moment_costs_another_try(self, house: House) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]

            class Unlucky(Valkey):
                tries = 0

                def _configuration(self) -> str:
                    self.tries += 1
                    if self.tries == 1:
                        return super()._configuration().replace(self.at, str(taken))
                    return super()._configuration()

            unlucky = Unlucky(own_room(house))
            unlucky.start()
            assert unlucky.answers()
            assert unlucky.tries == 2
            unlucky.stop()


def test_a_server_that_turns_us_away_answers_all_the_same(house: House, home: Path) -> None:
    servers = running(home)
    superuser = house.addresses().superuser_url
    sql(superuser, "ALTER ROLE kring_app CONNECTION LIMIT 0")

    house.open()

    assert running(home) == servers
    sql(superuser, "ALTER ROLE kring_app CONNECTION LIMIT -1")


def test_a_long_log_is_put_aside(house: House, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = home / "log/valkey.log"
    said = log.read_text()
    assert said
    monkeypatch.setattr(server, "LOG_LIMIT", 0)

    house.leave()
    house.open()

    assert log.with_suffix(".log.1").read_text().startswith(said)
    assert log.stat().st_size < len(said) * 2


class TestRefusals:
    def test_a_program_that_cannot_run(self, house: House) -> None:
        with pytest.raises(EmbeddedError, match=r"Valkey cannot start: .*No such file"):
            Valkey(own_room(house)).launch("/nowhere/valkey")

    def test_a_program_that_is_never_ready(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Mute(Valkey):
            def ready(self) -> bool:
                return False

        monkeypatch.setattr(server, "START", 0.0)
        mute = Mute(own_room(house))

        with pytest.raises(EmbeddedError, match="Valkey was not ready after 0 seconds"):
            mute.start()

        assert not mute.alive

    def test_a_program_for_another_machine(self, place: Path) -> None:
        program = place / "postgres"
        program.write_bytes(b"\x7fELF for nobody")
        program.chmod(0o755)

        with pytest.raises(EmbeddedError, match="PostgreSQL is not installed here"):
            carriers._major(program)

    def test_no_folder_for_a_socket(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tempfile.tempdir", "/a path/with blanks")
        monkeypatch.setattr(carriers, "TEMPORARY", ("/nowhere",))

        with pytest.raises(EmbeddedError, match="set TMPDIR"):
            carriers.short_folder("kring-", None)

    def test_lost_passwords(self, house: House, home: Path) -> None:
        house.leave()
        secrets = home / "embedded/secrets.json"
        secrets.rename(home / "kept")
        with pytest.raises(EmbeddedError, match=r"passwords of the embedded servers are gone"):
            House(home, fast=True).open()
        (home / "kept").rename(secrets)

    def test_somebody_else_is_starting_them_for_too_long(
        self, house: House, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(house_module, "WAIT", 0.05)
        with (home / "embedded/lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(EmbeddedError, match="has been starting or stopping"):
                house.open()

    def test_data_in_use_out_of_sight(
        self, house: House, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        house.leave()
        monkeypatch.setattr(server, "ANSWER", 0.05)
        with (home / "embedded/postgresql.running").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(EmbeddedError, match="cannot be seen from here"):
                house.open()

    def test_a_broken_configuration_is_shown_with_its_log(self, house: House, home: Path) -> None:
        house.leave()
        configuration = home / "embedded/postgresql/postgresql.auto.conf"
        configuration.write_text("nonsense = 1\n")

        with pytest.raises(EmbeddedError, match=r'"nonsense".*Its log is .*postgresql\.log'):
            house.open()

        assert running(home) == {}
        configuration.write_text("")

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ("FATAL: could not write: No space left on device", "disk is full"),
            ("initdb: error: ... Permission denied", "its account may not use its folder"),
            ("[Errno 8] Exec format error", "another kind of machine"),
        ],
    )
    def test_say_the_reason_in_words(self, house: House, said: str, sentence: str) -> None:
        for each in house.servers:
            assert sentence in str(each.failure(said))

    def test_no_postgresql_for_the_data_at_hand(self) -> None:
        with pytest.raises(EmbeddedError, match=r"PostgreSQL 99 is not installed .* make setup"):
            postgres_programs("99")

    def test_initdb_that_fails_leaves_nothing(self, house: House) -> None:
        broken = replace(own_room(house), secrets={"postgres": ""})

        with pytest.raises(EmbeddedError, match="PostgreSQL cannot start"):
            Postgres(broken).start()

        assert not (broken.folder / "postgresql").exists()
        assert not (broken.folder / "postgres.secret").exists()


class TestTheAccount:
    def test_an_ordinary_user_stays_who_he_is(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)

        assert Account.for_home(place) is None
        assert carriers.becoming(None) == {}

    @as_root
    def test_owner_of_the_home_runs_the_servers(self, place: Path) -> None:
        os.chown(place, 1, 1)  # "daemon" or "bin", but somewhere in every user database
        account = Account.for_home(place)
        assert account
        assert account.uid == 1

    @as_root
    @pytest.mark.parametrize("owner", [0, 54_321], ids=["root", "without a name"])
    def test_else_nobody_does(self, place: Path, owner: int) -> None:
        os.chown(place, owner, owner)
        nobody = Account.for_home(place)
        assert nobody
        assert nobody.uid not in {0, owner}

    @as_root
    def test_postgresql_does_not_run_as_root(self, house: House, home: Path) -> None:
        for process in running(home).values():
            assert Path(f"/proc/{process.pid}").stat().st_uid != 0

    @as_root
    def test_a_closed_home_has_its_data_elsewhere(
        self, place: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        home = place / "closed/home"
        home.mkdir(parents=True)
        home.parent.chmod(0o700)
        house = House(home, fast=True)

        house.open()
        sql(
            house.addresses().owner_url,
            "DROP TABLE IF EXISTS pebble; CREATE TABLE pebble AS SELECT 7 AS weight",
        )
        house.leave()
        again = House(home, fast=True)
        again.open()

        assert sql(again.addresses().database_url, "SELECT weight FROM pebble") == [(7,)]
        assert capfd.readouterr().err.count("so their data are kept in /") == 1
        assert stat.S_IMODE(home.parent.stat().st_mode) == 0o700
        again.leave()

    @as_root
    def test_data_elsewhere_that_are_gone_are_missed_aloud(
        self, place: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (place / "embedded").mkdir()
        (place / "embedded/elsewhere").write_text("/nowhere/at-all")
        house = House(place, fast=True)

        house.open()

        assert "were in /nowhere/at-all, which is gone" in capfd.readouterr().err
        house.leave()
        (place / "embedded/elsewhere").unlink()

    @as_root
    def test_programs_that_are_closed_to_it_are_copied(self, house: House, place: Path) -> None:
        closed = place / "closed"
        copy_postgres(postgres_programs() / "postgres", closed)
        closed.chmod(0o700)
        postgres, broker = house.servers
        account = postgres.room.account
        assert account
        program = next(closed.glob("*/*/bin/postgres"))
        assert not account.can("x", program)

        copy = postgres.within_reach(program, copy_postgres)

        assert account.can("x", copy)
        assert carriers._major(copy) == carriers._major(program)
        unchanged = copy.stat()
        assert postgres.within_reach(program, copy_postgres).stat() == unchanged
        secret = closed / "valkey-server"
        shutil.copy2(carriers.valkey_program(), secret)
        assert account.can("x", broker.within_reach(secret, carriers.copy_program))


class TestTheFrontDoor:
    """`ensure`, `revive` and `leave`, as the settings and the commands use them."""

    @pytest.fixture(autouse=True)
    def ours(self, guesthouse: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(embedded, "_houses", {})  # those of the test suite stay as they are
        monkeypatch.setenv("KRING_HOME", str(guesthouse.parent))
        monkeypatch.setenv("KRING_EMBEDDED_FAST", "1")
        yield
        embedded.leave()

    def test_home_is_where_the_environment_says(
        self, guesthouse: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert embedded.home() == guesthouse
        monkeypatch.delenv("KRING_EMBEDDED_FAST")
        assert embedded.home() == guesthouse.parent
        monkeypatch.setenv("KRING_HOME", "")
        assert embedded.home() == embedded.PROJECT / "var"
        monkeypatch.setenv("KRING_EMBEDDED_FAST", "1")
        assert embedded.home() == embedded.PROJECT / "var/fast"

    def test_come_look_after_and_leave(self, guesthouse: Path) -> None:
        addresses = embedded.ensure()
        assert embedded.ensure() == addresses
        assert sql(addresses.environment()["DATABASE_URL"], "SELECT 1") == [(1,)]
        assert embedded.revive() == []

        embedded.leave()

        assert running(guesthouse) == {}
        assert embedded.revive() == []

    def test_a_home_that_is_no_folder(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (place / "home").touch()
        monkeypatch.setenv("KRING_HOME", str(place / "home"))

        with pytest.raises(EmbeddedError, match=r"The embedded servers cannot start: .*home"):
            embedded.ensure()

    def test_a_home_closed_to_us(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KRING_HOME", "/proc/1/kring" if os.geteuid() else "/proc/kring")

        with pytest.raises(EmbeddedError, match="/proc"):
            embedded.ensure()
