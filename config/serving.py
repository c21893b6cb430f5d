"""What runs when Kring is served: pages, live stream, worker and beat; and on which ports.

Usable before the settings are loaded, so that a taken port is told before any server starts.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from config import env
from config.supervise import Part, port_is_free, responds

PORTS = {"KRING_PORT": 8000, "KRING_LIVE_PORT": 8001}
LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65535
PROJECT = Path(__file__).resolve().parent.parent


class ServingError(Exception):
    """Kring cannot be served; the message is for the person at the terminal."""


def port() -> int:
    """Where the pages are served."""
    return env.number("KRING_PORT", PORTS["KRING_PORT"])


def live_port() -> int:
    """Where the live stream is heard."""
    return env.number("KRING_LIVE_PORT", PORTS["KRING_LIVE_PORT"])


def refuse_taken_ports() -> None:
    """Raise ServingError for a port that is none, is named twice or is used by another program."""
    chosen: dict[int, str] = {}
    for name, usual in PORTS.items():
        number = env.number(name, usual)
        if not 0 < number <= HIGHEST_PORT:
            raise ServingError(f"{name} is {number}; a port is a number from 1 to {HIGHEST_PORT}.")
        if number in chosen:
            raise ServingError(f"{chosen[number]} and {name} are both {number}; choose two ports.")
        if not port_is_free(number):
            raise ServingError(_taken(name, number))
        chosen[number] = name


def _taken(name: str, number: int) -> str:
    free = next((port for port in range(number + 10, HIGHEST_PORT) if port_is_free(port)), None)
    return (
        f"Port {number} is in use, perhaps by Kring itself in another window."
        f" Stop that program, or choose another port: {name}={free}"
    )


def parts(*, database_url: str, redis_url: str, demo: bool) -> list[Part]:
    """The programs to run. None of them gets to know the owner of the tables.

    Only the pages have to answer before Kring is ready: they work without the worker, and the
    worker finds everything that waits for it whenever it comes.
    """
    environment = {
        "PYTHONPATH": str(PROJECT),
        "DATABASE_URL": database_url,
        "DATABASE_OWNER_URL": database_url,
        "REDIS_URL": redis_url,
        "KRING_DEMO": "1" if demo else "0",
        "KRING_LIVE_PORT": str(live_port()),
    }
    # The demo lets anybody in with one click, so nobody else may reach it.
    host = LOOPBACK if demo else env.text("KRING_BIND", LOOPBACK)
    address = f"{host}:{port()}"
    ready = responds(f"http://{address}/accounts/login/")
    return [
        Part("web", _web(address), ready, environment),
        Part("live", _live(host), environment=environment),
        Part("worker", _worker(), environment=environment | {"KRING_STATEMENT_TIMEOUT": "60s"}),
        Part("beat", _beat(), environment=environment),
    ]


def _web(address: str) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", address),
        *("--workers", str(env.number("KRING_WEB_PROCESSES", 2))),
        # Browsers open connections in advance and say nothing. Without threads each of those
        # holds a whole process: three of them, and the next page waited 32 seconds.
        *("--worker-class", "gthread", "--threads", "8"),
        # One loading of the code for all workers: a quicker start, and less memory.
        "--preload",
        "--no-control-socket",
    ]


def _live(host: str) -> list[str]:
    return [
        *(sys.executable, "-m", "uvicorn", "config.asgi:application"),
        *("--host", host, "--port", str(live_port())),
        # A page that listens never hangs up by itself, and must not hold up the end.
        *("--timeout-graceful-shutdown", "2"),
        *("--log-level", "warning", "--no-access-log"),
    ]


def _worker() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", "worker"),
        *("--concurrency", str(env.number("KRING_JOB_PROCESSES", 2))),
        *("--loglevel", "INFO"),
        # Workers have nothing to tell each other: the rows in PostgreSQL say what is to be done.
        "--without-gossip",
        "--without-mingle",
    ]


def _beat() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", "beat"),
        *("--loglevel", "INFO", "--pidfile="),
    ]


def when_changed(stamp: Path, sources: Iterable[Path], renew: Callable[[], object]) -> bool:
    """Call `renew` unless these files are as they were at its last call. Returns whether it was."""
    seen = hashlib.sha256()
    for path in sorted(sources):
        about = path.stat()
        seen.update(f"{path}:{about.st_size}:{about.st_mtime_ns}\n".encode())
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return False
    stamp.unlink(missing_ok=True)
    renew()
    stamp.write_text(seen.hexdigest())
    return True
