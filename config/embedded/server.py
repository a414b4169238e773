"""What the embedded PostgreSQL and Redis have in common: start or adopt, wait until it answers, stop."""

import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import psutil  # type: ignore[import-untyped, unused-ignore]

from config.embedded.places import Account, ServerError, home

START_SECONDS = 30.0
STOP_SECONDS = 8.0


class Server(ABC):
    """One server and its files. `room` is the directory that its users, its keeper and it share."""

    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, room: Path, account: Account, *, throwaway: bool) -> None:
        self.room = room
        self.account = account
        self.throwaway = throwaway
        self.home = home(room, account)
        self.socket_directory = self.home
        self.process: psutil.Process | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Make ready what the next start needs; the server is not running."""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers now."""

    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def owns(self, process: psutil.Process) -> bool:
        """Whether a running process is this very server, and not another one under a reused process id."""

    @abstractmethod
    def running_id(self) -> int | None:
        """The process id that the server itself has left in its files; it may be stale."""

    def start(self) -> None:
        """Start it, or adopt one that outlived its keeper; return when it answers."""
        self.process = self._survivor()
        if self.process is None:
            self.prepare()
            self.process = psutil.Popen(
                self.command(),
                cwd="/",
                env=environment(),
                stdin=subprocess.DEVNULL,
                umask=0o077,
                **self.account.run_as,
            )
        for _ in until(time.monotonic() + START_SECONDS):
            if self.is_ready():
                return
            if not self.is_alive():
                raise ServerError(f"{self.title} ended while it was starting.")
        raise ServerError(f"{self.title} did not answer within {START_SECONDS:.0f} s.")

    def _survivor(self) -> psutil.Process | None:
        process_id = self.running_id()
        if process_id is not None:
            with suppress(psutil.Error):
                process = psutil.Process(process_id)
                if self.owns(process):
                    return process
        return None

    def is_alive(self) -> bool:
        if self.process is None:
            return False
        try:
            self.process.wait(timeout=0)
        except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
            return not is_zombie(self.process)  # an adopted one, when nobody collects the dead (some containers)
        return False

    def stop(self) -> None:
        """Ask politely, then not: return when it has ended."""
        if self.process is None:
            return
        with suppress(psutil.NoSuchProcess):
            self.process.send_signal(self.stop_signal)
            for _ in until(time.monotonic() + STOP_SECONDS):
                if not self.is_alive():
                    return
            print(f"{self.title} did not stop within {STOP_SECONDS:.0f} s; killed.", file=sys.stderr)
            self.process.kill()
            self.process.wait(5)


def is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def environment() -> dict[str, str]:
    """Ours without what changes a server: a locale the machine lacks, another cluster's PGDATA."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def until(deadline: float) -> Iterator[None]:
    """Turns of a waiting loop, 10 ms apart, until the deadline on `time.monotonic`; at least one."""
    yield
    while time.monotonic() < deadline:
        time.sleep(0.01)
        yield
