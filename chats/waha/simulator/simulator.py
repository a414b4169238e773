"""The simulator as tests and the demo hold it: a WAHA server in threads, and its puppet strings."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from . import ids, lifecycle, payloads, whatsapp
from .faults import Faults
from .server import Server
from .sessions import SCAN_QR_CODE, STARTING, WORKING, Session
from .store import Json, Message, Query
from .webhooks import Attempt
from .whatsapp import Writing
from .world import Call, Options, Sent, World

EVENTS = (
    "message.any", "message.ack", "message.ack.group", "message.reaction", "message.edited",
    "message.revoked", "session.status", "presence.update", "call.received", "call.accepted",
    "call.rejected", "poll.vote",
)  # fmt: skip


class WahaSimulator:
    """A stand-in for WAHA on a TCP port of this machine.

    As a context manager it runs between enter and exit. `port` 0 takes a free one.
    `knows_key` is asked about API keys other than `api_key`.
    """

    def __init__(
        self,
        *,
        api_key: str = "test-key",
        version: str = "2026.7.1",
        time_scale: float = 1.0,
        host: str = "127.0.0.1",
        port: int = 0,
        ack_delays: Sequence[float] = (0.2, 0.6, 2.0),
        scan_after: float | None = None,
        state: Path | None = None,
        knows_key: Callable[[str], bool] | None = None,
    ) -> None:
        options = Options(version, time_scale, tuple(ack_delays), scan_after, state)
        self.world = World(options)
        self._api_key, self._knows_more_keys = api_key, knows_key
        self._server = Server(self.world, self._knows_key, host, port)
        self.world.url = self._server.url

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def faults(self) -> Faults:
        return self.world.faults

    @property
    def sent(self) -> list[Sent]:
        """Every text that left, in order."""
        return list(self.world.sent)

    @property
    def calls(self) -> list[Call]:
        """Every request our software made, in order of their answers."""
        return list(self.world.calls)

    @property
    def deliveries(self) -> list[Attempt]:
        """Every attempt to deliver a webhook that has ended, in that order."""
        return list(self.world.courier.attempts)

    def start(self) -> Self:
        self.world.scheduler.start()
        self._server.start()
        return self

    def stop(self) -> None:
        """At once. Deliveries that were still to be retried are lost, as with the real one."""
        self.world.scheduler.stop()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait_idle(self, timeout: float = 5) -> None:
        """Return when everything is delivered or given up, and every acknowledgement is out.

        Shuffled deliveries that still wait for others are let go. TimeoutError after `timeout`
        real seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            while not self.world.idle:
                if time.monotonic() > deadline:
                    raise TimeoutError("The simulator still has something to deliver")
                time.sleep(0.002)
            if not self.world.courier.release():
                return

    # Sessions

    def add_session(
        self,
        name: str = "default",
        webhook_url: str | None = None,
        *,
        hmac_key: str | None = None,
        me_phone: str | None = "5511900000001",
        me_name: str = "Loja Exemplo",
        status: str = WORKING,
        engine: str = "NOWEB",
        retries: Json | None = None,
        events: Iterable[str] = EVENTS,
        metadata: dict[str, str] | None = None,
        store: bool = True,
        announce: bool = False,
    ) -> Session:
        """A session as if set up earlier; `announce` tells its webhook the status."""
        webhook: Json = {"url": webhook_url, "events": list(events)}
        if hmac_key:
            webhook["hmac"] = {"key": hmac_key}
        if retries:
            webhook["retries"] = retries
        config: Json = {"metadata": metadata} if metadata else {}
        config["noweb"] = {"store": {"enabled": store, "fullSync": False}}
        config["webhooks"] = [webhook] if webhook_url else []
        session = Session(name, engine=engine, config=config, phone=me_phone, push_name=me_name)
        if announce:
            self.world.sessions.add(session)
            lifecycle.set_status(self.world, session, status)
        else:
            self.world.sessions.set_status(session, status)
            self.world.sessions.add(session)
        return session

    def session(self, name: str = "default") -> Session:
        """The session of that name, added without a webhook when there is none."""
        return self.world.sessions.find(name) or self.add_session(name)

    def set_status(self, session: Session | str, status: str, data: Json | None = None) -> None:
        lifecycle.set_status(self.world, self._session(session), status, data)

    def disconnect(self, session: Session | str, times: int = 1) -> None:
        """The phone network goes: STARTING, as often as WAHA tries again. Heal by set_status."""
        for _ in range(times):
            self.set_status(session, STARTING)

    def scan(self, session: Session | str, phone: str = "5511900000001", name: str = "Loja Exemplo") -> None:
        """Somebody scans the QR code. ValueError when none is shown."""
        found = self._session(session)
        if found.status != SCAN_QR_CODE:
            raise ValueError(f"{found.name} is {found.status}")
        lifecycle.scan(self.world, found, phone, name)

    # People

    def customer_says(
        self,
        session: Session | str,
        phone: str,
        text: str = "",
        *,
        name: str | None = None,
        kind: str = "text",
        quoted: str | None = None,
        lid: str | None = None,
        group: str | None = None,
        at: datetime | float | None = None,
        from_me: bool = False,
        filename: str | None = None,
        announced: bool = True,
    ) -> str:
        """A message from a person, or (`from_me`) typed on our own phone. Returns its full id.

        `lid`: the person writes from a hidden id; with a blank `phone` nothing tells whose.
        `announced=False`: it reaches the history, and no webhook.
        For `kind` and what `text` means then, see contents.compose.
        """
        writing = Writing(phone, text, name, kind, quoted, lid, group, at, from_me, filename, announced=announced)
        return whatsapp.receive(self.world, self._session(session), writing)

    def tell_again(self, session: Session | str, message_id: str) -> None:
        """Emit a stored message once more, with a new event id."""
        found = self._session(session)
        whatsapp.tell(self.world, found, self.message(found, message_id))

    def ack(self, session: Session | str, message_id: str, value: int) -> None:
        """KeyError for a message nobody knows, as in all that follow."""
        whatsapp.acknowledge(self.world, self._session(session), message_id, value)

    def edit(self, session: Session | str, message_id: str, text: str) -> str:
        return whatsapp.edit(self.world, self._session(session), message_id, text)

    def revoke(self, session: Session | str, message_id: str) -> str:
        return whatsapp.revoke(self.world, self._session(session), message_id)

    def react(self, session: Session | str, message_id: str, emoji: str, *, from_me: bool = False) -> str:
        """Blank `emoji` takes the reaction back."""
        return whatsapp.react(self.world, self._session(session), message_id, emoji, from_me=from_me)

    def presence(self, session: Session | str, phone: str, state: str) -> None:
        whatsapp.show_presence(self.world, self._session(session), phone, state)

    def call(self, session: Session | str, phone: str, *, answered: bool | None = None, video: bool = False) -> str:
        return whatsapp.ring(self.world, self._session(session), phone, answered=answered, video=video)

    # What WhatsApp knows

    def message(self, session: Session | str, message_id: str) -> Message:
        message = self.world.store.get(self._session(session).name, message_id)
        if message is None:
            raise KeyError(message_id)
        return message

    def history(self, session: Session | str, chat_id: str | None = None) -> list[Message]:
        """Everything, or everything of one chat, oldest first."""
        query = Query(chat_id=chat_id, newest_first=False, limit=10**9)
        return self.world.store.find(self._session(session).name, query)

    def lose_file(self, session: Session | str, message_id: str) -> None:
        """As after 180 s: the file is gone until the message is asked for with its media."""
        message = self.message(session, message_id)
        self.world.lost_files.add(f"{message.session}/{payloads.file_name(message)}")

    def learn_lid(self, session: Session | str, lid: str, phone: str) -> None:
        self.world.store.learn_lid(self._session(session).name, lid, phone)

    def unregister(self, session: Session | str, phone: str) -> None:
        """No WhatsApp account under exactly this number: sends are taken, and never arrive."""
        self._session(session).unregistered.add(ids.chat_id(phone))

    def _session(self, session: Session | str) -> Session:
        return self.world.session(session) if isinstance(session, str) else session

    def _knows_key(self, key: str) -> bool:
        if key and key == self._api_key:
            return True
        return self._knows_more_keys is not None and self._knows_more_keys(key)
