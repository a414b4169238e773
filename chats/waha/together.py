"""Work that is cheaper done for many at once than for each by itself."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class _Ticket(Generic[Item, Result]):
    """Who waits for what became of `item`."""

    item: Item
    is_done: bool = False
    result: Result | None = None
    error: BaseException | None = None


class Together(Generic[Item, Result]):
    """Called by many threads: whoever comes while work is under way goes with the next turn, with all who wait then.

    Who has the turn does it for the others, in the order in which they came. There is no thread for it and no delay:
    who comes alone is served alone. Where many fail together, each is tried by itself and gets an error of its own.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        self._work, self._most = work, most
        self._turn = threading.Lock()
        self._waiting: deque[_Ticket[Item, Result]] = deque()
        self._alone: deque[_Ticket[Item, Result]] = deque()

    def __call__(self, item: Item) -> Result:
        ticket: _Ticket[Item, Result] = _Ticket(item)
        self._waiting.append(ticket)
        with self._turn:
            while not ticket.is_done:
                self._serve()
        if ticket.error:
            raise ticket.error
        return ticket.result  # type: ignore[return-value] # done, and without an error

    def _serve(self) -> None:
        tickets = self._next()
        try:
            results = self._work([ticket.item for ticket in tickets])
        except BaseException as error:  # whatever it is, somebody waits for it
            if len(tickets) == 1:
                tickets[0].error, tickets[0].is_done = error, True
            else:
                # Each gets a turn of its own, before anybody who came later.
                self._alone.extend(tickets)
        else:
            for ticket, result in zip(tickets, results, strict=True):
                ticket.result, ticket.is_done = result, True

    def _next(self) -> list[_Ticket[Item, Result]]:
        if self._alone:
            return [self._alone.popleft()]
        return [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
