"""Homes for embedded servers, and the guests that visit them."""

import json
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from config.embedded.house import House
from tests.config.guests import Guest, running


@contextmanager
def _place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kring-test-"))
    folder.chmod(0o755)
    yield folder
    for record in folder.rglob("address.json"):
        for server in running(record.parents[1]).values():
            server.stop((signal.SIGKILL, 5))
        at = json.loads(record.read_text()).get("PostgreSQL", {}).get("at")
        shutil.rmtree(at or "/nowhere", ignore_errors=True)
    for note in folder.rglob("elsewhere"):
        shutil.rmtree(note.read_text())
    shutil.rmtree(folder)


@pytest.fixture
def place() -> Iterator[Path]:
    """A new folder that every account can enter (pytest's own are closed to others)."""
    with _place() as folder:
        yield folder


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """One home for most tests, for a home takes a while to build: as unfriendly as paths may be."""
    with _place() as folder:
        yield folder / ('Anna\'s "own" $HOME, 100 % ' * 5).strip() / "home"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    yield from _visit(House(home, fast=True))


@pytest.fixture
def durable(home: Path) -> Iterator[House]:
    yield from _visit(House(home, fast=False))


@pytest.fixture
def fresh(place: Path) -> Iterator[House]:
    """A house that nobody lived in before."""
    yield from _visit(House(place / "home", fast=True))


def _visit(house: House) -> Iterator[House]:
    house.open()
    yield house
    house.leave()


@pytest.fixture
def send() -> Iterator[Callable[..., Guest]]:
    """Send guests to a home; whoever is still there at the end is shown out."""
    with ExitStack() as stack:

        def go(home: Path, **environment: str) -> Guest:
            guest = Guest(home, **environment)
            stack.callback(guest.show_out)
            return guest

        yield go


@pytest.fixture
def invite(send: Callable[..., Guest], home: Path) -> Iterator[Callable[..., Guest]]:
    """Bring guests into the shared home, where the light is put out in the end."""
    yield lambda **environment: send(home, **environment).arrive()
    for server in running(home).values():
        server.stop((signal.SIGKILL, 5))
