"""How a change reaches open pages: a nudge of ids to a group, when the transaction commits.

A nudge says that something changed, never what: the freshest row wins, nothing can leak, and a
lost one is made good by the next, because pages ask for whatever is newer than what they show.
"""

import asyncio
import atexit
import threading
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from django.db import transaction

log = structlog.get_logger(__name__)

FAREWELL_SECONDS = 1.0
# The subject that every page beside the inbox shows.
EVERYTHING = "*"


def tenant_group(tenant_id: UUID) -> str:
    """Everybody of a company."""
    return f"tenant.{tenant_id}"


def beside_group(tenant_id: UUID) -> str:
    """Whoever of a company looks at a page beside the inbox: its funnel, its contacts, its activities."""
    return f"beside.{tenant_id}"


def user_group(user_id: UUID) -> str:
    """All pages of one person."""
    return f"user.{user_id}"


def nudge(group: str, event: str, **ids: str | int | list[str]) -> None:
    """Tell `group` that `event` happened, once the current transaction has committed.

    Robust: a sleeping Redis is logged, and never turns a stored row into an error.
    """
    message = {"type": "nudge", "event": event, **ids}
    transaction.on_commit(partial(_publisher.publish, group, message), robust=True)


def pages_changed(tenant_id: UUID, *subjects: str) -> None:
    """Pages beside the inbox that show one of these subjects ask for it anew, each by its own reader's rights.

    A subject is a word of the page's own (`data-subject`), such as `stage:<id>` or `activities`.
    """
    for subject in subjects:
        nudge(beside_group(tenant_id), "changed", tenant=str(tenant_id), subject=subject)


class _Publisher:
    """One event loop per process for publishing.

    `async_to_sync` in a thread without a loop would build a loop and a Redis connection per call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: set[Future[None]] = set()

    def publish(self, group: str, message: dict[str, Any]) -> None:
        """Hand over and return at once; the order of calls is the order of sending."""
        future = asyncio.run_coroutine_threadsafe(self._send(group, message), self._running_loop())
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)

    async def _send(self, group: str, message: dict[str, Any]) -> None:
        try:
            await get_channel_layer().group_send(group, message)
        except Exception as error:  # Redis is away: pages catch up when it returns
            log.warning("live.not_published", group=group, error=str(error))

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="live", daemon=True).start()
                # A command that ends right after its change must still be heard.
                atexit.register(self._say_goodbye)
            return self._loop

    def _say_goodbye(self) -> None:
        wait_for(set(self._under_way), timeout=FAREWELL_SECONDS)


_publisher = _Publisher()
