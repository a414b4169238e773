"""The embedded Redis: a cache and a channel layer on a private Unix socket; nothing in it outlives it."""

import signal
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped, unused-ignore]

from config.embedded.places import ourselves, redis_program, socket_directory
from config.embedded.server import Server

SOCKET_NAME = "redis.sock"


class Redis(Server):
    title = "Redis"
    stop_signal = signal.SIGTERM

    def __init__(self, room: Path, *, throwaway: bool) -> None:
        super().__init__(room, ourselves(), throwaway=throwaway)
        self.process_id_file = self.home / "redis.pid"

    @property
    def socket_path(self) -> Path:
        return self.socket_directory / SOCKET_NAME

    def prepare(self) -> None:
        self.socket_directory = socket_directory(self.home, SOCKET_NAME, self.account)
        self.socket_path.unlink(missing_ok=True)

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "pidfile": str(self.process_id_file),
            "dir": str(self.home),
            "save": "",
            "appendonly": "no",
            "maxmemory": "128mb",
            "maxmemory-policy": "allkeys-lru",
            "loglevel": "warning",
        }
        return [
            str(redis_program()),
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]

    def running_id(self) -> int | None:
        with suppress(FileNotFoundError, ValueError):
            return int(self.process_id_file.read_text())
        return None

    def owns(self, process: psutil.Process) -> bool:
        """Redis writes its socket into its process title, the words of which may come as one."""
        _, _, path = " ".join(process.cmdline()).partition(" unixsocket:")
        if not path or process.cwd() != str(self.home):
            return False
        self.socket_directory = Path(path.strip()).parent
        return True

    def is_ready(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(self.socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def url(self) -> str:
        return f"unix://{quote(str(self.socket_path))}"
