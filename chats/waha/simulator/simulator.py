"""The simulator as tests and the demo hold it: a WAHA server in threads, and its puppet strings."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from . import lifecycle
from .faults import Faults
from .puppets import Puppets
from .server import Server
from .sessions import EVENTS as ALL_EVENTS
from .sessions import WORKING, Session
from .store import Json
from .webhooks import Attempt
from .world import Amended, Call, Options, Sent, Shown, World

# `message` would tell everything of `message.any` twice; engine events and old group events add nothing.
EVENTS = tuple(
    event
    for event in ALL_EVENTS
    if event not in {"message", "state.change", "group.join", "group.leave", "engine.event"}
)


class WahaSimulator(Puppets):
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
        super().__init__(World(Options(version, time_scale, tuple(ack_delays), scan_after, state)))
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
        """Every message that left, in order."""
        return list(self.world.sent)

    @property
    def amended(self) -> list[Amended]:
        """Every edit, deletion, reaction and star our software asked for, in order."""
        return list(self.world.amended)

    @property
    def shown(self) -> list[Shown]:
        """Every presence our software showed, in order."""
        return list(self.world.shown)

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

    def wait_idle(self, timeout: float = 90) -> None:
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
        config["noweb"] = {"markOnline": False, "store": {"enabled": store, "fullSync": False}}
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

    def _knows_key(self, key: str) -> bool:
        if key and key == self._api_key:
            return True
        return self._knows_more_keys is not None and self._knows_more_keys(key)
