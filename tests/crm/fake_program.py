"""A program that is told things: it listens on this machine without TLS, and keeps what it gets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar


class Program(BaseHTTPRequestHandler):
    """Answers each message with `status`, and leads on to somewhere else where that is a 302."""

    got: ClassVar[list[Any]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"words that nobody reads")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


_port = 0


def connect(_host: str) -> socket.socket:
    """Take the place of `crm.hooks.connect_publicly`."""
    return socket.create_connection(("127.0.0.1", _port), timeout=5)


@contextmanager
def listening(status: int = 200) -> Iterator[list[Any]]:
    """What it got, while it listens."""
    global _port  # noqa: PLW0603
    Program.got, Program.status = [], status
    with HTTPServer(("127.0.0.1", 0), Program) as server:
        _port = server.server_port
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield Program.got
        server.shutdown()
