"""Coroutines of a test, and what else must not meet the loop that Playwright leaves running in our thread."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connections

Answer = TypeVar("Answer")


@contextmanager
def loopless() -> Iterator[None]:
    """Synchronous code that calls asynchronous code, as Django does for such a view, sees no loop in this thread."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


def run_apart(work: Coroutine[Any, Any, Answer]) -> Answer:
    """What it returns. In a thread of its own: a browser test before this one may have left a loop running in ours."""

    def alone() -> Answer:
        try:
            return asyncio.run(work)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result()
