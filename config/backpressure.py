"""A long answer waits for its reader.

ASGI lets an application send as fast as it can, and daphne keeps in memory what the client has not taken yet: a film
on a slow line would lie there whole. Twisted, under daphne, tells whoever is registered as a connection's producer
when to pause; so we register. Other servers hold `send` back by themselves.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

Ready = Callable[[], Awaitable[object]]


class Tap:
    """Open while the connection takes more. The names are those of Twisted's `IPushProducer`."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    async def opened(self) -> None:
        await self._open.wait()

    def pauseProducing(self) -> None:  # noqa: N802 Twisted's name
        self._open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._open.set()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone; what is sent from now on goes nowhere."""
        self._open.set()


@contextmanager
def paced(send: Callable[..., Any]) -> Iterator[Ready]:
    """Inside, what is given waits until the connection behind `send` takes more."""
    tap, request = Tap(), _request_of(send)
    if request is None:
        yield tap.opened
        return
    request.registerProducer(tap, True)
    try:
        yield tap.opened
    finally:
        if request.channel is not None:
            request.unregisterProducer()


def _request_of(send: Callable[..., Any]) -> Any:
    """daphne's request behind its `send`; None where there is none any more, or another server serves."""
    request = send.args[0] if isinstance(send, partial) and send.args else None
    is_open = getattr(request, "channel", None) is not None and not getattr(request, "finished", True)
    return request if is_open and hasattr(request, "registerProducer") else None
