"""The live stream, served beside a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from django.db import connections

from teams.live import application


class Served(uvicorn.Server):
    """Uvicorn in a thread of the test, on a port that was free."""

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])


@contextmanager
def live_stream() -> Iterator[int]:
    """Serve the stream; gives its port."""
    config = uvicorn.Config(
        application, "127.0.0.1", 0, log_level="error", timeout_graceful_shutdown=1
    )
    server = Served(config)

    def serve() -> None:
        server.run()
        connections.close_all()

    thread = Thread(target=serve)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive()
    yield server.port
    server.should_exit = True
    thread.join()
