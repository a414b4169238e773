"""What goes wrong, on demand: for the next request of an operation, or the next delivery of an event."""

import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

ANY_REQUEST = "*"
ANY_DELIVERY = "webhook"


class Kind(StrEnum):
    """The misfortunes known here. The first group befalls API requests, the second deliveries."""

    DELAY = "delay"  # both: wait `seconds`, then go on as usual
    ERROR = "500"  # before anything was done
    ERROR_BUT_SENT = "500-but-sent"
    HANG = "hang"  # silent for `seconds`, then the connection drops; nothing was done
    HANG_BUT_SENT = "hang-but-sent"
    DROP = "drop"  # the connection drops at once; nothing was done
    DROP_BUT_SENT = "drop-but-sent"
    UNPROCESSABLE = "422"
    BAD_REQUEST = "400"
    UNAUTHORIZED = "401"
    NOT_FOUND = "404"
    NOT_IMPLEMENTED = "501"
    DISCONNECT = "disconnect"  # the session falls to STARTING, then the request goes on
    ECHO_FIRST = "echo-first"  # webhooks are delivered before the HTTP answer leaves
    RESTRICTED = "463"  # WhatsApp forbids to start new chats, as a 500; nothing was sent
    RESTRICTED_LATER = "463-ack"  # the same, told by an ERROR ack after a good answer
    EMPTY = "empty"  # a good answer of no bytes
    WRONG_TYPE = "wrong-type"  # a web page instead of the file
    TRUNCATED = "truncated"  # the connection breaks in the middle of the answer

    DUPLICATE = "duplicate"  # delivered twice, each with its own event id
    REPEAT = "repeat"  # delivered twice, byte for byte the same
    SHUFFLE = "shuffle"  # held until all the shuffled ones are there, then delivered in any order
    FLOOD = "flood"  # delivered thirty times, each with its own event id
    SWALLOW = "swallow"  # never delivered; the history still knows


OF_DELIVERIES = {Kind.DELAY, Kind.DUPLICATE, Kind.REPEAT, Kind.SHUFFLE, Kind.FLOOD, Kind.SWALLOW}
OF_REQUESTS = (set(Kind) - OF_DELIVERIES) | {Kind.DELAY}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    seconds: float


class Faults:
    """Faults waiting for their moment, first in first out per place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Fault]] = {}

    def next(self, where: str, kind: str, *, times: int = 1, seconds: float = 1.0) -> None:
        """Let the next `times` requests or deliveries at `where` fail as `kind` says.

        `where` is an operation ("sendText", "messages", "new-message-id"…), "*" for any
        request, an event ("message.any") or "webhook" for any delivery. `seconds` are real
        ones, never scaled. A kind that is unknown, or cannot happen there, is a ValueError.
        """
        fault = Fault(Kind(kind), seconds)
        if fault.kind not in (OF_DELIVERIES if _is_delivery(where) else OF_REQUESTS):
            raise ValueError(f"{kind} cannot happen to {where}")
        with self._lock:
            self._waiting.setdefault(where, deque()).extend([fault] * times)

    def take(self, *places: str) -> Fault | None:
        """The fault that befalls now, removed from those that wait."""
        with self._lock:
            for place in places:
                if self._waiting.get(place):
                    return self._waiting[place].popleft()
        return None

    def waits(self, kind: Kind) -> bool:
        with self._lock:
            return any(fault.kind is kind for queue in self._waiting.values() for fault in queue)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()


def _is_delivery(where: str) -> bool:
    return where in (ANY_DELIVERY, "message") or "." in where
