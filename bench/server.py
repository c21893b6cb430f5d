"""A real gunicorn on the loopback, as in production: sync workers, templates cached."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlencode

from config import embedded
from config.processes import last_lines, until
from config.supervise import TETHERED, responds

WORKERS = 2
HOST = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Ask:
    """One request: GET, or POST as htmx sends it. `cookie` says who asks."""

    path: str
    cookie: str
    token: str
    data: dict[str, str] | None = None

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Cookie": self.cookie, "Accept-Language": "en"}
        if self.data is not None:
            headers |= {
                "Content-Type": FORM,
                "HX-Request": "true",
            }
        return headers

    @property
    def body(self) -> str | None:
        if self.data is None:
            return None
        return urlencode({**self.data, "csrfmiddlewaretoken": self.token})

    @property
    def method(self) -> str:
        return "GET" if self.data is None else "POST"


@dataclass(frozen=True)
class Server:
    """Where the pages are asked for."""

    port: int

    def ask(self, ask: Ask) -> tuple[float, int]:
        """Milliseconds from connecting to the last byte, and the size of the page in bytes."""
        start = perf_counter()
        connection = HTTPConnection(HOST, self.port, timeout=60)
        connection.request(ask.method, ask.path, ask.body, ask.headers)
        answer = connection.getresponse()
        page = answer.read()
        connection.close()
        spent = 1000 * (perf_counter() - start)
        if answer.status != 200:
            raise RuntimeError(f"{ask.method} {ask.path} answered {answer.status}: {page[:2000]!r}")
        return spent, len(page)


@contextmanager
def gunicorn() -> Iterator[Server]:
    """Start it, and stop it by its own process whatever happens."""
    port = _free_port()
    log = embedded.home() / "log" / "bench-gunicorn.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        child = subprocess.Popen(_command(port), stdout=out, stderr=out)
    server = Server(port)
    answers = responds(f"http://{HOST}:{port}/accounts/login/")
    try:
        if not until(lambda: answers() or child.poll() is not None, 60) or child.poll() is not None:
            raise RuntimeError(f"gunicorn did not start:\n{last_lines(log, 20)}")
        yield server
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _command(port: int) -> list[str]:
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application"]
    settings = ["--worker-class=sync", f"--workers={WORKERS}", f"--bind={HOST}:{port}"]
    return [
        *map(str, TETHERED),
        str(os.getpid()),
        *gunicorn,
        *settings,
        "--log-level=warning",
        "--preload",
        "--no-control-socket",
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
