"""What all rooms of the simulator share: time, faults, sessions, messages, deliveries."""

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from . import ids
from .faults import Faults
from .files import Files
from .outage import Outage
from .scheduler import Scheduler
from .sessions import Session, Sessions, WrongStatusError
from .store import Json, Query, Store
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
class SentFile:
    """The file of a sent message, as it left, under the name our software gave it.

    `sha256` is in hexadecimal.
    """

    mimetype: str
    filename: str | None
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A message our software asked to send, and that left. `id` is the bare message id.

    `kind` is text, image, document, voice, video, location, contact, poll or forward; `text` is
    the caption where there is a file. `details` is what the request said about a place, contacts,
    a poll or a forwarded message, and whether a file was converted.
    """

    session: str
    chat_id: str
    text: str
    id: str
    reply_to: str | None
    kind: str = "text"
    file: SentFile | None = None
    mentions: list[str] = field(default_factory=list)
    details: Json = field(default_factory=dict)
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Amended:
    """A change to a message that is out, as our software asked for it. `message_id` is bare.

    `kind` is edit, revoke, reaction or star; `value` the new text, the emoji, or "true".
    """

    session: str
    kind: str
    message_id: str
    value: str = ""
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Shown:
    """A presence our software showed: typing, recording, paused, online or offline."""

    session: str
    chat_id: str
    state: str
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Call:
    """A request our software made. Status 0: the connection was dropped without an answer.

    The base64 `data` of a file is not kept in `body`: its length stands there.
    """

    operation: str
    method: str
    path: str
    body: Json
    status: int
    at: float = field(default_factory=time.time)


class Doomed(threading.local):
    """Why what this request sends will get an ERROR ack; blank when it will not."""

    reason = ""


class World:
    """One simulated server and the phones around it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.url = ""
        self.started_at_ms = now_ms()
        self.scheduler = Scheduler(options.time_scale)
        self.faults = Faults()
        self.doomed = Doomed()
        self.outage = Outage()
        self.sessions = Sessions(options.time_scale)
        self.store = Store(options.state)
        self.files = Files(options.state.with_suffix(".files") if options.state else None)
        self.courier = Courier(self.scheduler, self.faults, self.outage, f"WAHA/{options.version}")
        self.sent: deque[Sent] = deque(maxlen=20_000)
        self.amended: deque[Amended] = deque(maxlen=20_000)
        self.shown: deque[Shown] = deque(maxlen=20_000)
        self.calls: deque[Call] = deque(maxlen=20_000)
        self.faces: set[str] = set()  # chat ids of those who have a profile picture
        self.on_sent: list[Callable[[Sent], None]] = []
        self.lost_files: set[tuple[str, str]] = set()  # by session and bare message id

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
        status = "session.status" in events
        if session.silent and not status:
            session.unheard.append(lambda: self.emit(session, payload, *events))
            return
        if self.outage.swallows(lambda: self.emit(session, payload, *events)):
            return
        moment = now_ms()
        if not status:
            session.active_at_ms = moment
        event_id = ids.event_id(moment)
        for event in events:
            envelope: Json = {"id": event_id, "timestamp": moment, "event": event, "session": session.name}
            metadata = (session.config or {}).get("metadata")
            if metadata is not None:
                envelope["metadata"] = metadata
            envelope |= {
                "me": session.account,
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

    def name_of(self, session: str, chat_id: str) -> str | None:
        """The name somebody gave themselves, by their latest message; a group's subject."""
        found = self.sessions.find(session)
        if found is not None and chat_id in found.groups:
            return found.groups[chat_id].subject
        said = self.store.find(session, Query(chat_id=chat_id, from_me=False, limit=1))
        return said[0].push_name if said else None

    def picture_url(self, chat_id: str) -> str | None:
        """Where WhatsApp shows the face of somebody, who may show none."""
        return f"{self.url}/_pictures/{chat_id}.jpg" if chat_id in self.faces else None

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
