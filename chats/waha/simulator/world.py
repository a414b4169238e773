"""What all rooms of the simulator share: time, faults, sessions, messages, deliveries."""

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from . import ids
from .faults import Faults
from .scheduler import Scheduler
from .sessions import Session, Sessions, WrongStatusError
from .store import Json, Store
from .webhooks import Courier

log = logging.getLogger("waha.simulator")
MESSAGE_ID_SINCE = (2026, 4, 3)
QUERY_KEY_SINCE = (2026, 4, 3)
ALL_IN_CORE_SINCE = (2026, 6, 1)
MERGE_SINCE = (2026, 7)


@dataclass(frozen=True, slots=True)
class Options:
    """How this server behaves. Seconds are simulated ones: `time_scale` multiplies them."""

    version: str = "2026.7.1"
    time_scale: float = 1.0
    ack_delays: Sequence[float] = (0.2, 0.6, 2.0)  # after a send: to SERVER, DEVICE, READ
    scan_after: float | None = None  # somebody scans a shown QR code after so long
    state: Path | None = None  # a file that remembers the messages

    def at_least(self, version: tuple[int, ...]) -> bool:
        return tuple(int(part) for part in re.findall(r"\d+", self.version)) >= version


@dataclass(frozen=True, slots=True)
class Sent:
    """A text our software asked to send, and that left. `id` is the bare message id."""

    session: str
    chat_id: str
    text: str
    id: str
    reply_to: str | None
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Call:
    """A request our software made. Status 0: the connection was dropped without an answer."""

    operation: str
    method: str
    path: str
    body: Json
    status: int
    at: float = field(default_factory=time.time)


class World:
    """One simulated server and the phones around it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.url = ""
        self.started_at_ms = now_ms()
        self.scheduler = Scheduler(options.time_scale)
        self.faults = Faults()
        self.sessions = Sessions(options.time_scale)
        self.store = Store(options.state)
        self.courier = Courier(self.scheduler, self.faults, f"WAHA/{options.version}")
        self.sent: deque[Sent] = deque(maxlen=20_000)
        self.calls: deque[Call] = deque(maxlen=20_000)
        self.on_sent: list[Callable[[Sent], None]] = []
        self.lost_files: set[str] = set()

    def session(self, name: str) -> Session:
        """An unknown name is a WrongStatusError, as for a request."""
        session = self.sessions.find(name)
        if session is None:
            raise WrongStatusError(name, None, "WORKING")
        return session

    def emit(self, session: Session, payload: Json, *events: str) -> None:
        """Post an event to the session's webhooks.

        Several names mean several events that share one id, as `message` and `message.any` do.
        """
        moment = now_ms()
        if "session.status" not in events:
            session.active_at_ms = moment
        event_id = ids.event_id(moment)
        for event in events:
            envelope: Json = {"id": event_id, "timestamp": moment, "event": event, "session": session.name}
            metadata = (session.config or {}).get("metadata")
            if metadata is not None:
                envelope["metadata"] = metadata
            envelope |= {
                "me": session.me,
                "payload": payload,
                "engine": session.engine,
                "environment": self.environment(session.engine),
            }
            for webhook in session.webhooks:
                if webhook.wants(event):
                    self.courier.deliver(webhook, envelope)

    def environment(self, engine: str = "NOWEB") -> Json:
        return {
            "version": self.options.version,
            "engine": engine,
            "tier": "CORE",
            "browser": None,
            "platform": "linux/x64",
            "worker": {"id": "waha-local-1"},
        }

    @property
    def idle(self) -> bool:
        # In this order: what is scheduled opens its delivery before it counts as done.
        return not self.scheduler.busy and not self.courier.busy


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def seconds_of(moment: datetime | float | None) -> int:
    """Unix seconds of a moment; now, when there is none. A naive datetime is a ValueError."""
    if moment is None:
        return int(time.time())
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("A datetime needs its time zone")
        return int(moment.timestamp())
    return int(moment)
