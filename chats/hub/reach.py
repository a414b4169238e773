"""Whom a process can reach: its pages by their audiences, and the one thread in which all of them are read for."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from django.db import close_old_connections

from chats.pages import Page

log = structlog.get_logger(__name__)

# What happens in a moment is told as one.
GATHER_SECONDS = 0.05
RETRY_SECONDS = 1.0
# A database that is away for longer is noticed by everybody; a mistake of ours does not try for ever.
MOST_TRIES = 300

Answer = TypeVar("Answer")


class Reach:
    """The pages of this process, and how work for them is done."""

    def __init__(self) -> None:
        # One thread, so that texts leave in the order in which they were read.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub")
        self._pages: dict[str, set[Page]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()

    def pages_open(self) -> int:
        """How many pages this process serves."""
        return len(self._everybody())

    def _of(self, group: str) -> list[Page]:
        return list(self._pages.get(group, ()))

    def _everybody(self) -> list[Page]:
        return list({page for pages in self._pages.values() for page in pages})

    async def _read(self, work: Callable[..., Answer], *args: object) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._reader, _on_fresh_connection, work, args)

    def _go(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def insist(act: Callable[..., Awaitable[None]], *args: object) -> None:
    """The database may be away for a while: what a page is owed is sent when it is back."""
    for _ in range(MOST_TRIES):
        try:
            await act(*args)
            return
        except Exception:
            log.exception("hub.tries_again", act=getattr(act, "__name__", ""))
            await asyncio.sleep(RETRY_SECONDS)


async def attempt(act: Callable[..., Awaitable[None]], *args: object) -> None:
    """One page that went away does not keep the others waiting."""
    try:
        await act(*args)
    except Exception as error:
        log.info("hub.page_not_reached", error=str(error))


def _on_fresh_connection(work: Callable[..., Answer], args: tuple[object, ...]) -> Answer:
    close_old_connections()
    return work(*args)
