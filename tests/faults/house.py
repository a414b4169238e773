"""The whole product on servers of its own, any of which a test may kill."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import environ
import psutil
from django.db import DatabaseError, InterfaceError, connection, connections
from django.utils import timezone

from chats.waha.models import WhatsAppSession
from chats.waha.simulator import WahaSimulator
from config.embedded.postgres import Postgres
from tests.cast import Company
from tests.processes import ROOT, Process, Redis, Web, Worker, until

from .proxy import Proxy

# A simulated second is a hundredth of a real one. A refused webhook comes again after one real second, for hours.
TIME_SCALE = 0.01
RETRY_SECONDS = 1.0
RETRIES = {"policy": "constant", "delaySeconds": RETRY_SECONDS / TIME_SCALE, "attempts": 10_000}
# A machine that is busy with other work as well may take its time; what works is seen the moment it is so.
PATIENCE_SECONDS = 240.0

Answer = TypeVar("Answer")


class Database:
    """A PostgreSQL that keeps what it has confirmed, whatever befalls it; unlike the tests' throw-away one."""

    def __init__(self) -> None:
        # Outside pytest's own directories, which are closed to the account the server runs as.
        self.place = Path(tempfile.mkdtemp(prefix="faults-"))
        self.place.chmod(0o711)
        room = self.place / "postgres"
        room.mkdir()
        self.server = Postgres(room, throwaway=False)

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        """As for an upgrade: connections are closed, everything is written."""
        self.server.stop()

    def kill(self) -> None:
        """As a power cut, or the kernel short of memory."""
        process = self.server.process
        assert process
        process.kill()
        with suppress(psutil.NoSuchProcess):
            process.wait(10)

    @property
    def url(self) -> str:
        return self.server.url()

    def migrate(self) -> None:
        given = {**os.environ, "DATABASE_URL": self.url}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=given, check=True, capture_output=True)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.server.home, ignore_errors=True)
        shutil.rmtree(self.place, ignore_errors=True)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Within, this very process reads and writes there too."""
        connection.close()
        # Every thread's connection is made from this one dictionary.
        here = connections.settings["default"]
        before = dict(here)
        here.update({name: value for name, value in environ.Env.db_url_config(self.url).items() if name != "OPTIONS"})
        try:
            yield
        finally:
            connection.close()
            here.clear()
            here.update(before)


@dataclass
class House:
    """Casa Aurora at work: its number at a (simulated) WAHA, and as many webs and workers as it has machines."""

    database: Database
    redis: Redis
    webs: list[Web]
    workers: list[Worker]
    door: Web | Proxy
    waha: WahaSimulator
    company: Company
    said: list[str] = field(default_factory=list)

    @property
    def web(self) -> Web:
        return self.webs[0]

    @property
    def worker(self) -> Worker:
        return self.workers[0]

    @property
    def processes(self) -> list[Process]:
        return [*self.webs, *self.workers]

    @property
    def number(self) -> WhatsAppSession:
        return WhatsAppSession.objects.get()

    def connect(self, **session: Any) -> None:
        """Tell the number and its WAHA of each other."""
        number = self.company.number
        number.base_url = self.waha.url
        number.status, number.status_changed_at = "WORKING", timezone.now()
        number.messages_per_minute = 600
        number.version, number.engine = self.waha.world.options.version, "NOWEB"
        number.save()
        address = f"{self.door.url}{number.webhook_path}"
        self.waha.add_session(number.waha_name, address, hmac_key=number.webhook_secret, retries=RETRIES, **session)

    def say(self, person: int, text: str) -> str:
        """Customer number `person` writes; the WhatsApp id."""
        full_id = self.waha.customer_says("default", phone_of(person), text, name=f"Cliente {person}")
        self.said.append(full_id.split("_")[2])
        return self.said[-1]

    def settle(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until WAHA has nothing more to tell."""
        self.waha.wait_idle(seconds)


def phone_of(person: int) -> str:
    return f"55119{80_000_000 + person}"


def reading(look: Callable[[], Answer]) -> Callable[[], Answer | None]:
    """The same look, which finds nothing while the database is away."""

    def try_to() -> Answer | None:
        try:
            return look()
        except (DatabaseError, InterfaceError):
            connection.close()
            return None

    return try_to


def eventually(look: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    until(reading(look), seconds=seconds)
