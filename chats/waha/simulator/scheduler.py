"""Things that happen later, on one thread that stops at once."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class _Entry:
    due: float
    number: int
    act: Callable[[], None] = field(compare=False)
    counted: bool = field(compare=False)


class Scheduler:
    """Runs short callables after a delay, scaled by `time_scale`."""

    def __init__(self, time_scale: float) -> None:
        self.time_scale = time_scale
        self.stopped = threading.Event()
        self._wake = threading.Condition()
        self._entries: list[_Entry] = []
        self._numbers = itertools.count()
        self._counted = 0
        self._thread = threading.Thread(target=self._run, name="waha-scheduler", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Forget what was still to come. Whoever sleeps here wakes up."""
        self.stopped.set()
        with self._wake:
            self._entries.clear()
            self._wake.notify_all()

    def after(self, seconds: float, act: Callable[[], None], *, counted: bool = True) -> None:
        """Do `act` after `seconds` of simulated time. It must not block.

        What is not `counted` does not keep the simulator from being idle.
        """
        due = time.monotonic() + seconds * self.time_scale
        with self._wake:
            heapq.heappush(self._entries, _Entry(due, next(self._numbers), act, counted))
            self._counted += counted
            self._wake.notify_all()

    def sleep(self, seconds: float) -> None:
        """Block for `seconds` of simulated time, or until the simulator stops."""
        self.stopped.wait(seconds * self.time_scale)

    @property
    def busy(self) -> bool:
        """Whether something counted is still to come or being done."""
        with self._wake:
            return self._counted > 0

    def _run(self) -> None:
        while not self.stopped.is_set():
            entry = self._next_due()
            if entry is None:
                continue
            try:
                entry.act()
            finally:
                with self._wake:
                    self._counted -= entry.counted

    def _next_due(self) -> _Entry | None:
        with self._wake:
            if not self._entries:
                self._wake.wait()
                return None
            remaining = self._entries[0].due - time.monotonic()
            if remaining > 0:
                self._wake.wait(remaining)
                return None
            return heapq.heappop(self._entries)
