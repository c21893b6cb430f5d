"""The embedded Valkey: on a free loopback port, with a password, keeping its log of writes."""

import signal
import socket
from contextlib import suppress

from config.embedded.carriers import EmbeddedError, copy_program, valkey_program
from config.embedded.server import Server

HOST = "127.0.0.1"
PATIENCE = 5.0  # seconds for an answer
TRIES = 5  # another program may take the free port before Valkey does


class Valkey(Server):
    """A real Valkey. Its address is its port."""

    name = "Valkey"
    program = "valkey-server"
    stopping = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))

    @property
    def url(self) -> str:
        return f"redis://:{self.room.secrets['valkey']}@{HOST}:{self.at}/0"

    def answers(self) -> bool:
        """AUTH and PING by hand: a client library would take longer to load than to ask."""
        with (
            suppress(OSError),
            socket.create_connection((HOST, int(self.at)), timeout=PATIENCE) as wire,
        ):
            wire.sendall(f"AUTH {self.room.secrets['valkey']}\r\nPING\r\n".encode())
            with wire.makefile("rb") as said:
                return [said.readline(), said.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        return False

    def start(self) -> None:
        self.clear()
        self.make_folder(self.data)
        program = self.within_reach(valkey_program(), copy_program)
        for attempt in range(TRIES):
            self.at = _free_port(self.at if attempt == 0 else "")
            self.private_file(self.data / "valkey.conf", self._configuration())
            self.launch(program, self.data / "valkey.conf")
            try:
                self.await_start()
            except EmbeddedError as trouble:
                if "in use" not in str(trouble) or attempt == TRIES - 1:
                    raise
            else:
                break

    def _configuration(self) -> str:
        settings = {
            "bind": HOST,
            "port": self.at,
            "requirepass": self.room.secrets["valkey"],
            "dir": _quoted(str(self.data)),
            "save": '""',
            "appendonly": "yes",
            "appendfsync": "no" if self.room.fast else "everysec",
            "maxmemory-policy": "noeviction",
            "tcp-backlog": "128",
            "daemonize": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())


def _quoted(value: str) -> str:
    """Quote for Valkey's configuration: everything but plain characters as bytes."""
    plain = (
        chr(byte) if chr(byte).isalnum() or byte in b"/._-" else f"\\x{byte:02x}"
        for byte in value.encode()
    )
    return '"' + "".join(plain) + '"'


def _free_port(wanted: str) -> str:
    """The port of last time while it is free, so that its address stays right; else any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(wanted or 0)))
        except OSError:
            probe.bind((HOST, 0))
        return str(probe.getsockname()[1])
