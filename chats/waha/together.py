"""Work that is cheaper done for many at once than for each by itself."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from asgiref.sync import sync_to_async

Item = TypeVar("Item")
Result = TypeVar("Result")

# Fewer than these are nothing to wait for.
CROWD = 8
STEP_SECONDS = 0.003


@dataclass(eq=False)
class _Ticket(Generic[Item, Result]):
    """Who waits, on which loop, for what becomes of `item`."""

    item: Item
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Result]"
    result: Result | None = None
    error: BaseException | None = None

    def tell(self) -> None:
        """On its loop. Who went away meanwhile hears nothing."""
        if self.future.done():
            return
        if self.error:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type] # done, and without an error


@dataclass
class _Turns(threading.local):
    """What belongs to the thread that serves, as caches and languages do, outlives whoever called."""

    context: Context = field(default_factory=Context)


class Together(Generic[Item, Result]):
    """Awaited by many: whoever comes while work is under way goes with the next turn, with all who wait then.

    `work` is synchronous and gets them in the order in which they came, in the thread of
    `sync_to_async(thread_sensitive=True)`. There is no delay: who comes alone is served alone. Only a crowd is let come
    back, where each asks anew as soon as it is answered: else the first of them gets a turn alone, which costs hardly
    less than one of all, and the others the next, again and again.

    Where many fail together, each is tried by itself and gets an error of its own, unless it is one of `common`, that
    would meet each of them. Who stops waiting does not take back what was asked.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result]],
        most: int,
        common: tuple[type[Exception], ...] = (),
    ) -> None:
        self._work, self._most, self._common = work, most, common
        self._lock = threading.Lock()
        self._is_serving = False
        self._waiting: deque[_Ticket[Item, Result]] = deque()
        self._alone: deque[_Ticket[Item, Result]] = deque()
        self._tasks: set[asyncio.Future[None]] = set()
        self._turns = _Turns()

    async def __call__(self, item: Item) -> Result:
        loop = asyncio.get_running_loop()
        ticket: _Ticket[Item, Result] = _Ticket(item, loop, loop.create_future())
        with self._lock:
            self._waiting.append(ticket)
            begins, self._is_serving = not self._is_serving, True
        if begins:
            # A task of its own: who began must neither wait for the others nor, going away, leave them waiting.
            task = asyncio.ensure_future(sync_to_async(self._serve)())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await ticket.future

    def _serve(self) -> None:
        """Turn after turn, until nobody waits."""
        while tickets := self._next():
            began = time.monotonic()
            self._turns.context.run(self._take_turn, tickets)
            ended = time.monotonic()
            if not self._alone:
                self._gather(len(tickets) + len(self._waiting), until=ended + (ended - began) / 2)

    def _gather(self, crowd: int, until: float) -> None:
        """Let them come who were there until now, as long as each step brings more."""
        there, crowd = -1, min(crowd, self._most)
        while crowd >= CROWD and there < len(self._waiting) < crowd and time.monotonic() < until:
            there = len(self._waiting)
            time.sleep(STEP_SECONDS)

    def _next(self) -> list[_Ticket[Item, Result]]:
        with self._lock:
            if self._alone:
                return [self._alone.popleft()]
            self._is_serving = bool(self._waiting)
            return [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]

    def _take_turn(self, tickets: list[_Ticket[Item, Result]]) -> None:
        try:
            results = self._work([ticket.item for ticket in tickets])
        except BaseException as error:  # whatever it is, somebody waits for it
            if len(tickets) > 1 and not isinstance(error, self._common):
                # Each gets a turn of its own, before anybody who came later.
                self._alone.extend(tickets)
                return
            for ticket in tickets:
                ticket.error = error
        else:
            for ticket, result in zip(tickets, results, strict=True):
                ticket.result = result
        _tell(tickets)


def _tell(tickets: list[_Ticket[Item, Result]]) -> None:
    """Wake each loop once, however many wait on it."""
    for loop in {ticket.loop for ticket in tickets}:
        theirs = [ticket for ticket in tickets if ticket.loop is loop]
        with suppress(RuntimeError):  # a loop that is closed has nobody who waits
            loop.call_soon_threadsafe(_tell_all, theirs)


def _tell_all(tickets: list[_Ticket[Item, Result]]) -> None:
    for ticket in tickets:
        ticket.tell()
