"""How a process of many threads keeps what they gave back, and when it looks for what nobody needs any more."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

M_ARENA_MAX = -8  # of glibc's malloc.h
# New objects until the youngest are looked through; with Python's usual 700, 130 times in a thousand webhooks.
LOOK_AFTER = 10_000


def share_one_heap() -> None:
    """Before there are threads. glibc gives each a heap of its own, where what one page took stays for that thread
    alone: 15 MiB with eight of them. Only one runs Python at a time, so a heap for all makes nobody wait.

    Other C libraries have no such heaps, and no such knob.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


@contextmanager
def nothing_is_garbage() -> Iterator[None]:
    """While modules load, all that is made stays: looking through it again and again takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        keep_what_is_loaded()
        gc.enable()


def keep_what_is_loaded() -> None:
    """Nor is it looked through later: that stops everything for a third of a second, every thousand messages or so."""
    gc.freeze()
    gc.set_threshold(LOOK_AFTER)
