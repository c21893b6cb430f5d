"""Guests: other processes that come, stay a while and leave; and what one can ask a home."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import redis

from config.processes import Process, until

PROJECT = Path(__file__).resolve().parents[2]
VISIT = """
import json, sys
from config import embedded
print(json.dumps(vars(embedded.ensure())), flush=True)
for line in sys.stdin:
    exec(line)
"""


class Guest:
    """Another process that uses the embedded servers of a home."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed with the guest
        self.child = subprocess.Popen(
            [sys.executable, "-c", VISIT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=PROJECT,
            env=_plain() | {"KRING_HOME": str(home)} | environment,
            text=True,
        )

    def arrive(self) -> "Guest":
        line = self.read()
        assert line, self.said
        self.addresses: dict[str, str] = json.loads(line)
        return self

    def read(self) -> str:
        assert self.child.stdout
        return self.child.stdout.readline()

    def do(self, line: str) -> None:
        assert self.child.stdin
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()

    def leave(self) -> int:
        self.child.communicate(timeout=30)
        return self.child.returncode

    def told(self, number: signal.Signals) -> int:
        self.child.send_signal(number)
        return self.leave()

    def show_out(self) -> None:
        self.child.kill()
        self.child.communicate()
        self.errors.close()

    @property
    def said(self) -> str:
        self.errors.seek(0)
        return self.errors.read()


def _plain() -> dict[str, str]:
    """Our environment without what would lead a guest to other servers."""
    others = ("KRING_", "DATABASE_", "REDIS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(others)}


def running(home: Path) -> dict[str, Process]:
    """The servers that the record of a home speaks of, as far as they live."""
    file = home / "embedded/address.json"
    record: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    written = {name: each["process"] for name, each in record.items() if name != "attached"}
    processes = {name: Process(**process) for name, process in written.items() if process}
    return {name: process for name, process in processes.items() if process.alive}


def kill(process: Process) -> None:
    assert process.stop((signal.SIGKILL, 10))


def sql(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement, each in a transaction of its own."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


def valkey(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, decode_responses=True)


def gone(process: Process) -> bool:
    return until(lambda: not process.alive, 10)
