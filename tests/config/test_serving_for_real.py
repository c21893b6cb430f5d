"""The two commands from the outside: a newcomer starts them, looks around and stops them."""

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.processes import Process, until
from tests.config.guests import running

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("KRING_", "DATABASE_", "REDIS_", "DJANGO_")


class Browser:
    """As much of a browser as one click needs."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def read(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=30) as answer:
            assert answer.status == 200
            return str(answer.read().decode())

    def click(self, page: str, action: str, button: str) -> str:
        """Press the button with these words in a form that goes to this action."""
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            if f'action="{action}"' in form and button in form:
                break
        else:
            raise AssertionError(f"There is no {button} on the page.")
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        data = urllib.parse.urlencode(fields).encode()
        with self.opener.open(self.address + action, data, timeout=30) as answer:
            assert answer.status == 200
            return str(answer.read().decode())


@contextmanager
def started(command: str, home: Path, port: int) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A command of manage.py that has said it is ready, and everything it said until then."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    child = subprocess.Popen(
        [sys.executable, PROJECT / "manage.py", command],
        env=plain
        | {
            "KRING_HOME": str(home),
            "KRING_PORT": str(port),
            "KRING_LIVE_PORT": str(port + 1),
            "KRING_DEMO_MONTHS": "1",
        },
        cwd=home.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    said = ""
    try:
        for line in child.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
        yield child, said
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)
        child.stdout.close()


def family(home: Path) -> set[Process]:
    """Everything that runs for this home: the parts, their children, the embedded servers."""
    parts = json.loads((home / "supervised.json").read_text())["parts"]
    leaders = {Process(**part) for part in parts} | set(running(home).values())
    return leaders | {child for leader in leaders for child in children(leader)}


def children(parent: Process) -> Iterator[Process]:
    said = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent.pid)], capture_output=True, text=True, check=False
    )
    for pid in said.stdout.split():
        child = Process.of(int(pid))
        if child:
            yield child


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_a_newcomer_looks_around_and_leaves_nothing_running(place: Path) -> None:
    home, port = place / "a home with spaces", free_port()
    address = f"http://localhost:{port}"

    with started("demo", home, port) as (demo, said):
        assert f"Kring is ready at {address}\n" in said
        assert "Sanne (team member)" in said
        assert "Marjolein (manager, reads)" in said
        sanne = Browser(address)
        sanne.click(sanne.read("/accounts/login/"), "/demo/sign-in/", "Sanne")
        assert "First contact" in sanne.read("/teams/rijnmond/board/")
        assert "week" in sanne.read("/teams/rijnmond/reading/")
        alive = family(home)
        assert len(alive) > 5
    assert demo.returncode == 0
    assert until(lambda: not any(one.alive for one in alive), 5)

    # A second start keeps what is there, and serve shows it without the one click.
    with started("serve", home, port) as (serve, said):
        assert "holds the demo's world" in said
        assert "Building" not in said
        assert "/demo/sign-in/" not in Browser(address).read("/accounts/login/")
        alive = family(home)
    assert serve.returncode == 0
    assert until(lambda: not any(one.alive for one in alive), 5)
