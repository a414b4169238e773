"""A web process that is asked to end (SIGTERM) ends well: nobody new comes in, answers under way are finished, and
every open page is told to come again (1012, "service restart"), which it does at once, to whoever serves then.

daphne alone cancels what is under way. A second signal, or `STOP_SECONDS`, ends the waiting.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from daphne.server import WebSocketFactory  # before anything else of Twisted: it chooses the reactor
from daphne.ws_protocol import WebSocketProtocol

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

SERVICE_RESTART = 1012
LOOK_EVERY_SECONDS = 0.05

log = structlog.get_logger(__name__)


class _ClosesWithAnyCode(WebSocketProtocol):  # type: ignore[misc, unused-ignore] # daphne has no types
    """autobahn lets applications close with 1000 and from 3000 on; 1012 is a server's own, and pages know it."""

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802 daphne's name
        self.sendCloseFrame(code=1000 if code is None else code)


class Draining:
    """An ASGI application that knows what it has under way, and can bring it to an end."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._sockets: set[Send] = set()
        self._requests = 0
        self._ending = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send)
        else:
            await self._serve_request(scope, receive, send)

    async def drain(self, seconds: float) -> None:
        """Close the sockets and wait for the answers, no longer than so many seconds."""
        self._ending = True
        log.info("web.draining", sockets=len(self._sockets), requests=self._requests)
        for send in list(self._sockets):
            with suppress(Exception):  # one that is closing already, or was never accepted
                await send({"type": "websocket.close", "code": SERVICE_RESTART})
        deadline = asyncio.get_running_loop().time() + seconds
        while (self._requests or self._sockets) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        log.info("web.drained", sockets=len(self._sockets), requests=self._requests)

    async def _serve_request(self, scope: Message, receive: Receive, send: Send) -> None:
        self._requests += 1
        try:
            await self._application(scope, receive, send)
        finally:
            self._requests -= 1

    async def _serve_socket(self, scope: Message, receive: Receive, send: Send) -> None:
        if self._ending:
            await send({"type": "websocket.close", "code": SERVICE_RESTART})
            return
        self._sockets.add(send)
        try:
            await self._application(scope, receive, send)
        finally:
            self._sockets.discard(send)


def drain_on_sigterm(application: Draining, seconds: float) -> None:
    """Have daphne's reactor end that way. Asked for before it runs; where none ever does, nothing happens."""
    from twisted.internet import reactor as running
    from twisted.internet import tcp

    reactor: Any = running  # typed as a module of functions without their object

    stop: Callable[[], None] = reactor.stop
    under_way: list[asyncio.Task[None]] = []

    def begin() -> None:
        if under_way:
            stop()  # asked twice
            return
        for reader in reactor.getReaders():
            if isinstance(reader, tcp.Port):
                reader.stopListening()  # type: ignore[no-untyped-call]
        under_way.append(asyncio.get_running_loop().create_task(end()))

    async def end() -> None:
        await application.drain(seconds)
        stop()

    def listen() -> None:
        # Over twisted's own, which it sets when it begins to run.
        signal.signal(signal.SIGTERM, lambda *_: reactor.callFromThread(begin))

    WebSocketFactory.protocol = _ClosesWithAnyCode
    reactor.callWhenRunning(listen)
