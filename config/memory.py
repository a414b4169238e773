"""How a process of many threads keeps what they gave back."""

import ctypes
from contextlib import suppress

M_ARENA_MAX = -8  # of glibc's malloc.h


def share_one_heap() -> None:
    """Before there are threads. glibc gives each a heap of its own, where what one page took stays for that thread
    alone: 15 MiB with eight of them. Only one runs Python at a time, so a heap for all makes nobody wait.

    Other C libraries have no such heaps, and no such knob.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
