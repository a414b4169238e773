"""manage.py simulate_waha: a WAHA server for the demo, with customers who write and answer."""

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from chats.demo.opening import DEMO_API_KEY
from chats.models import Chat
from chats.waha.drift import RETRIES
from chats.waha.handlers import HANDLERS
from chats.waha.models import WORKING, WhatsAppSession
from chats.waha.simulator import WahaSimulator
from chats.waha.simulator.customers import Customers

LOOK_EVERY_SECONDS = 3
OLD_ACQUAINTANCES = 25
DEMO_ACK_DELAYS = (0.3, 0.9)  # READ comes from the customers, when they read
SCAN_AFTER_SECONDS = 8
STAYS_DOWN = {"FAILED", "SCAN_QR_CODE"}  # a demo may show a number that needs care
log = logging.getLogger("waha.simulator")


class Command(BaseCommand):
    help = "Run a simulated WAHA server for the numbers whose WAHA address is its own."
    requires_system_checks = []  # the worker beside it says what is wrong; they load every address

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=3900)
        parser.add_argument("--webhook-base", default="http://127.0.0.1:8000", help="where the web runs")
        parser.add_argument("--api-key", default="", help="accepted besides those of the numbers")
        parser.add_argument("--waha-version", default="2026.7.1")
        parser.add_argument("--rate", type=float, default=6.0, help="seconds between customers' messages")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--state", type=Path, help="a file that remembers the messages")
        parser.add_argument("--adopt-demo", action="store_true", help="move the demo's numbers to this port")
        parser.add_argument("--quiet", action="store_true", help="do not print what is said")
        parser.add_argument("--silent", action="store_true", help="no customers")

    def handle(self, *args: Any, **options: Any) -> None:
        _print_talk(quiet=options["quiet"])
        stopped = _stop_signals()
        if options["adopt_demo"]:
            url = f"http://127.0.0.1:{options['port']}"
            demo = [number.pk for number in WhatsAppSession.objects.all() if number.api_key == DEMO_API_KEY]
            WhatsAppSession.objects.filter(pk__in=demo).exclude(base_url=url).update(base_url=url)
        numbers = _Numbers(options["port"], options["webhook_base"].rstrip("/"))
        simulator = WahaSimulator(
            api_key=options["api_key"],
            version=options["waha_version"],
            host=options["host"],
            port=options["port"],
            ack_delays=DEMO_ACK_DELAYS,
            scan_after=SCAN_AFTER_SECONDS,
            state=options["state"],
            knows_key=numbers.know_key,
        )
        customers = (
            None if options["silent"] else Customers(simulator, seconds_between=options["rate"], seed=options["seed"])
        )
        with simulator:
            self.stdout.write(f"WAHA simulator on {simulator.url}")
            if customers:
                customers.start()
            while not stopped.is_set():
                _unless_database_is_away(lambda: numbers.join(simulator, customers))
                stopped.wait(LOOK_EVERY_SECONDS)


class _Numbers:
    """The database's sessions that live at this simulator's address."""

    def __init__(self, port: int, webhook_base: str) -> None:
        self._port, self._webhook_base = port, webhook_base
        self._keys: set[str] = set()
        self._joined: dict[str, UUID] = {}

    def all(self) -> list[WhatsAppSession]:
        return [number for number in WhatsAppSession.objects.all() if self._is_here(number)]

    def know_key(self, key: str) -> bool:
        """Asked by request threads, which live for one request: they keep no connection."""
        if not key or key in self._keys:
            return bool(key)
        try:
            self._keys |= {number.api_key for number in self.all()}
        except DatabaseError:
            return False
        finally:
            connection.close()
        return key in self._keys

    def join(self, simulator: WahaSimulator, customers: Customers | None) -> None:
        """Add the numbers that are paired and not here yet. Others come by POST /api/sessions."""
        for number in self.all():
            if not number.phone or self._joined.get(number.waha_name) == number.pk:
                continue
            made_by_api = number.waha_name not in self._joined and simulator.world.sessions.find(number.waha_name)
            self._joined[number.waha_name] = number.pk
            if made_by_api:
                continue
            simulator.add_session(
                number.waha_name,
                f"{self._webhook_base}/webhooks/waha/{number.pk}/",
                hmac_key=number.webhook_secret,
                events=sorted(HANDLERS),
                retries=RETRIES,
                me_phone="".join(filter(str.isdigit, number.phone)),
                me_name=number.push_name or number.name,
                status=number.status if number.status in STAYS_DOWN else WORKING,
                announce=number.status not in STAYS_DOWN,
            )
            if customers:
                customers.meet(number.waha_name, _acquaintances(number))

    def _is_here(self, number: WhatsAppSession) -> bool:
        address = urlsplit(number.base_url)
        return address.port == self._port and address.hostname in ("127.0.0.1", "localhost", "::1")


def _acquaintances(number: WhatsAppSession) -> list[tuple[str, str]]:
    """Name and phone of people this number has talked with lately."""
    chats = Chat.objects.filter(session_id=number.pk, is_group=False).select_related("contact")
    latest = chats.order_by("-last_message_at")[:OLD_ACQUAINTANCES]
    return [(chat.contact.name if chat.contact else "", chat.phone) for chat in latest if chat.phone.isdigit()]


def _unless_database_is_away(act: Callable[[], None]) -> None:
    """The demo starts everything at once: tables and server may come later."""
    try:
        act()
    except DatabaseError as error:
        log.debug("No numbers yet: %s", error)
    finally:
        close_old_connections()


def _print_talk(*, quiet: bool) -> None:
    log.setLevel(logging.WARNING if quiet else logging.INFO)
    log.propagate = False
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers = [handler]


def _stop_signals() -> threading.Event:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return stopped
