"""Sessions: configuration, status, who is logged in, and how WAHA waits for a status."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import ids
from .groups import Group
from .store import Json
from .webhooks import Webhook

NOT_RUNNING_WAIT_SECONDS = 5
OTHER_STATUS_WAIT_SECONDS = 10
NAME = re.compile(r"[A-Za-z0-9_-]{1,54}")
WORKING = "WORKING"
STOPPED = "STOPPED"
STARTING = "STARTING"
FAILED = "FAILED"
SCAN_QR_CODE = "SCAN_QR_CODE"
RETRY_POLICIES = ("constant", "linear", "exponential")
EVENTS = (
    "session.status", "message", "message.reaction", "message.any", "message.ack",
    "message.ack.group", "message.waiting", "message.revoked", "message.edited", "state.change",
    "group.join", "group.leave", "group.v2.join", "group.v2.leave", "group.v2.update",
    "group.v2.participants", "presence.update", "poll.vote", "poll.vote.failed", "chat.archive",
    "call.received", "call.accepted", "call.rejected", "label.upsert", "label.deleted",
    "label.chat.added", "label.chat.deleted", "event.response", "event.response.failed",
    "engine.event",
)  # fmt: skip


class WrongStatusError(Exception):
    """A session is not in the status a request needs, or (status None) does not exist."""

    def __init__(self, session: str, status: str | None, expected: str) -> None:
        super().__init__(f"{session} is {status}, not {expected}")
        self.session, self.status, self.expected = session, status, expected


@dataclass(slots=True)
class Session:
    """One number. `phone` set means that its credentials are there: a start needs no QR code."""

    name: str
    engine: str = "NOWEB"
    status: str = STOPPED
    config: Json | None = None
    phone: str | None = None
    push_name: str = "Loja Exemplo"
    statuses: list[Json] = field(default_factory=list)
    active_at_ms: int | None = None
    qr_number: int = 0
    era: int = 0  # rises with every start, stop and scan: timers of a former era do nothing
    unregistered: set[str] = field(default_factory=set)
    registered_as: dict[str, str] = field(default_factory=dict)  # the real number, by the one asked for
    tells_lids: bool = False  # whether check-exists answers a LID where one is known
    groups: dict[str, Group] = field(default_factory=dict)
    labels: dict[str, Json] = field(default_factory=dict)
    chat_labels: dict[str, list[str]] = field(default_factory=dict)
    presences: dict[str, Json] = field(default_factory=dict)  # what was last seen, by chat
    subscribed: set[str] = field(default_factory=set)  # chats whose presence we asked for
    # What ails it until it is started again
    refuses_sends: bool = False
    silent: bool = False  # WORKING, and no event comes; the history knows
    deaf: bool = False  # WORKING, and nothing arrives at all
    unheard: list[Callable[[], None]] = field(default_factory=list)  # what comes at once when it is well

    @property
    def me(self) -> Json | None:
        """Who is logged in, None before the login and when stopped."""
        return None if self.status == STOPPED else self.account

    @property
    def account(self) -> Json | None:
        """The same as events say it, which still know when the session has just stopped."""
        if self.phone is None or self.status == SCAN_QR_CODE:
            return None
        return {"id": self.address, "pushName": self.push_name, "lid": self.hidden_address}

    @property
    def hidden_address(self) -> str:
        return f"1{(self.phone or '')[::-1]}@lid"

    @property
    def address(self) -> str:
        return f"{self.phone or '5511900000001'}@c.us"

    @property
    def qr_value(self) -> str:
        return f"2@{self.name}-{self.era}-{self.qr_number},simulated"

    @property
    def running(self) -> bool:
        return self.status != STOPPED

    @property
    def webhooks(self) -> list[Webhook]:
        return [Webhook.from_config(entry) for entry in (self.config or {}).get("webhooks") or ()]

    @property
    def has_store(self) -> bool:
        """Whether history can be asked for: NOWEB keeps none unless told to."""
        store = ((self.config or {}).get("noweb") or {}).get("store") or {}
        return self.engine != "NOWEB" or bool(store.get("enabled"))

    def ignores(self, chat_id: str) -> bool:
        """Whether the configuration wants nothing of that kind of chat."""
        ignored = (self.config or {}).get("ignore") or {}
        return (
            (bool(ignored.get("groups")) and chat_id.endswith("@g.us"))
            or (bool(ignored.get("channels")) and chat_id.endswith("@newsletter"))
            or (bool(ignored.get("status")) and chat_id == "status@broadcast")
        )

    def is_registered(self, phone: str) -> bool:
        """Whether a message to exactly this number, or chat, arrives."""
        address = ids.chat_id(phone)
        return address not in self.unregistered and address.partition("@")[0] not in self.registered_as

    def presence_of(self, chat_id: str) -> Json:
        seen = self.presences.get(chat_id)
        return {"id": chat_id, "presences": [seen] if seen else []}

    def info(self, *, with_engine: bool = True) -> Json:
        """What the API says about a session, HMAC key in clear included."""
        stopped = self.status == STOPPED
        activity: Json = {"activity": None} if stopped else {}
        if self.running and self.active_at_ms:
            activity = {"activity": self.active_at_ms}
        info: Json = {
            "name": self.name,
            "status": self.status,
            "config": self.config,
            "me": self.me,
            "presence": None,
            "timestamps": activity,
        }
        if with_engine:
            info["engine"] = {} if stopped else {"engine": self.engine}
        return info


class Sessions:
    """All sessions by name. Changes of status wake those who wait for one."""

    def __init__(self, time_scale: float) -> None:
        self._time_scale = time_scale
        self._changed = threading.Condition(threading.RLock())
        self._by_name: dict[str, Session] = {}

    def add(self, session: Session) -> Session:
        with self._changed:
            self._by_name[session.name] = session
            self._changed.notify_all()
            return session

    def find(self, name: str) -> Session | None:
        with self._changed:
            return self._by_name.get(name)

    def all(self) -> list[Session]:
        with self._changed:
            return list(self._by_name.values())

    def remove(self, name: str) -> None:
        with self._changed:
            self._by_name.pop(name, None)
            self._changed.notify_all()

    def set_status(self, session: Session, status: str) -> bool:
        """Whether WAHA tells anybody: a WORKING that follows a WORKING is silent."""
        with self._changed:
            if status == session.status == WORKING:
                return False
            session.status = status
            entry = {"status": status, "timestamp": time.time_ns() // 1_000_000}
            session.statuses = [*session.statuses, entry][-3:]
            self._changed.notify_all()
            return True

    def wait_for(self, name: str, expected: str) -> Session:
        """The session once it has that status, else WrongStatusError: WAHA waits 5 s for one
        that does not run, and 10 s for one that runs in another status."""
        with self._changed:
            self._changed.wait_for(
                lambda: (found := self.find(name)) is not None and found.running,
                NOT_RUNNING_WAIT_SECONDS * self._time_scale,
            )
            session = self.find(name)
            if session is None or not session.running:
                raise WrongStatusError(name, session.status if session else None, expected)
            self._changed.wait_for(lambda: session.status == expected, OTHER_STATUS_WAIT_SECONDS * self._time_scale)
            if session.status != expected:
                raise WrongStatusError(name, session.status, expected)
            return session


def complaints(config: Json | None) -> list[str]:
    """What WAHA's validation says about a session's configuration."""
    found = []
    for number, webhook in enumerate((config or {}).get("webhooks") or ()):
        place = f"config.webhooks.{number}"
        if not re.match(r"https?://[^/\s]+", str(webhook.get("url"))):
            found.append(f"{place}.url must be a URL address")
        if any(event not in (*EVENTS, "*") for event in webhook.get("events") or ()):
            known = ", ".join(EVENTS)
            found.append(f"{place}.each value in events must be one of the following values: {known}")
        policy = (webhook.get("retries") or {}).get("policy", "constant")
        if policy not in RETRY_POLICIES:
            found.append(f"{place}.retries.policy must be one of the following values: " + ", ".join(RETRY_POLICIES))
    return found
