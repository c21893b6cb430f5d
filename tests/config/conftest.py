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

UNFRIENDLY = ('Anna\'s "own" $HOME, 100 % ' * 5).strip()


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
    """The home of the house that stays open, because building one takes a while.

    Its path is as unfriendly as paths may be.
    """
    with _place() as folder:
        yield folder / UNFRIENDLY / "home"


@pytest.fixture(scope="session")
def _open_house(home: Path) -> Iterator[House]:
    yield from _visit(House(home, fast=True))


@pytest.fixture
def house(_open_house: House) -> House:
    """A house in which the servers run; whatever a test breaks, the next one finds repaired."""
    _open_house.open()
    return _open_house


@pytest.fixture(scope="session")
def guesthouse() -> Iterator[Path]:
    """A second home, where nobody is between the tests; the one that fast servers get here."""
    with _place() as folder:
        yield folder / "guesthouse/fast"


@pytest.fixture
def durable(guesthouse: Path) -> Iterator[House]:
    """A house whose servers keep what they confirmed."""
    yield from _visit(House(guesthouse, fast=False))


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
            guest = Guest(home, KRING_EMBEDDED_FAST="1", **environment)
            stack.callback(guest.show_out)
            return guest

        yield go


@pytest.fixture
def invite(send: Callable[..., Guest], guesthouse: Path) -> Iterator[Callable[..., Guest]]:
    """Bring guests into the guesthouse, where the light is put out in the end."""
    yield lambda **environment: send(guesthouse.parent, **environment).arrive()
    for server in running(guesthouse).values():
        server.stop((signal.SIGKILL, 5))
