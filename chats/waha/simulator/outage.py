"""The whole server is away for a while: nobody can connect, and no webhook leaves."""

import threading
from collections.abc import Callable


class Outage:
    """Off until it begins. What would have been told meanwhile is dropped, or told when it ends.

    WAHA keeps its retries in memory, so that those are lost in any case.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None
        self._untold: list[Callable[[], None]] = []
        self._keeps = False
        self.active = False
        self.on_begin: Callable[[], None] = lambda: None
        self.on_end: Callable[[], None] = lambda: None

    def begin(self, seconds: float | None, *, keeps: bool) -> None:
        """For so many real seconds, or until `end`."""
        with self._lock:
            if self.active:
                return
            self.active, self._keeps = True, keeps
            if seconds is not None:
                self._timer = threading.Timer(seconds, self.end)
                self._timer.daemon = True
                self._timer.start()
        self.on_begin()

    def end(self) -> None:
        with self._lock:
            if not self.active:
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer, self.active = None, False
            untold, self._untold = self._untold, []
        self.on_end()
        for tell in untold:
            tell()

    def swallows(self, tell: Callable[[], None]) -> bool:
        """Whether this is not to be told now."""
        with self._lock:
            if self.active and self._keeps:
                self._untold.append(tell)
            return self.active
