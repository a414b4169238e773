"""Delivery of events: as many independent posts as there are, in no order, retried for a while."""

import hashlib
import hmac
import json
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from . import ids
from .faults import ANY_DELIVERY, Faults, Kind
from .outage import Outage
from .scheduler import Scheduler

NOT_IN_STAR = {"state.change", "engine.event"}
FLOOD_COUNT = 30
ANSWER_WITHIN_SECONDS = 600  # WAHA itself waits for ever


@dataclass(frozen=True, slots=True)
class Webhook:
    """One entry of a session's `config.webhooks`."""

    url: str
    events: frozenset[str]
    key: str | None = None
    policy: str = "constant"
    delay_seconds: float = 2
    retries: int = 15
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Webhook":
        retries = config.get("retries") or {}
        return cls(
            url=config["url"],
            events=frozenset(config.get("events") or ()),
            key=(config.get("hmac") or {}).get("key"),
            policy=retries.get("policy", "constant"),
            delay_seconds=retries.get("delaySeconds", 2),
            retries=retries.get("attempts", 15),
            headers=tuple((h["name"], h["value"]) for h in config.get("customHeaders") or ()),
        )

    def wants(self, event: str) -> bool:
        return event in self.events or ("*" in self.events and event not in NOT_IN_STAR)

    def delay_before(self, retry: int) -> float:
        """Seconds to wait before retry number `retry`, counted from 1."""
        if self.policy == "exponential":
            return self.delay_seconds * float(2**retry) * random.uniform(1, 1.2)
        return self.delay_seconds * (retry if self.policy == "linear" else 1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One post and what became of it. `status` is None when there was no answer."""

    event: str
    event_id: str
    session: str
    url: str
    attempt: int
    status: int | None
    delivered: bool
    error: str
    body: bytes
    headers: dict[str, str]
    at: float = field(default_factory=time.time)


@dataclass(slots=True)
class _Delivery:
    """Made once: every retry sends the same bytes."""

    webhook: Webhook
    envelope: dict[str, Any]
    body: bytes
    headers: dict[str, str]
    attempts: int = 0


class Courier:
    """Posts envelopes, in memory, fire and forget: what a stop interrupts is gone."""

    def __init__(self, scheduler: Scheduler, faults: Faults, outage: Outage, user_agent: str) -> None:
        self.attempts: deque[Attempt] = deque(maxlen=20_000)
        self._scheduler, self._faults, self._user_agent = scheduler, faults, user_agent
        self._outage = outage
        self._changed = threading.Condition()
        self._open = 0
        self._held: list[_Delivery] = []

    @property
    def busy(self) -> bool:
        """Whether a delivery is neither accepted nor given up. Held ones do not count."""
        with self._changed:
            return self._open > 0

    def wait_idle(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, seconds)

    def deliver(self, webhook: Webhook, envelope: dict[str, Any]) -> None:
        fault = self._faults.take(envelope["event"], ANY_DELIVERY)
        if fault is None:
            self._launch(self._prepare(webhook, envelope))
        elif fault.kind is Kind.DELAY:
            delivery = self._prepare(webhook, envelope)
            timer = threading.Timer(fault.seconds, self._attempt, [delivery])
            timer.daemon = True
            self._opened(1)
            timer.start()
        elif fault.kind is Kind.SHUFFLE:
            self._hold(self._prepare(webhook, envelope))
        elif fault.kind is Kind.FLOOD:
            for number in range(FLOOD_COUNT):
                again = envelope | {"id": ids.event_id(envelope["timestamp"])} if number else envelope
                self._launch(self._prepare(webhook, again))
        elif fault.kind in (Kind.DUPLICATE, Kind.REPEAT):
            self._twice(webhook, envelope, same=fault.kind is Kind.REPEAT)

    def release(self) -> int:
        """Deliver what is held, one after the other, in any order. Returns how many there were."""
        with self._changed:
            held, self._held = self._held, []
        random.shuffle(held)
        self._opened(len(held))
        if held:
            self._in_background(lambda: self._in_turn(held))
        return len(held)

    def _twice(self, webhook: Webhook, envelope: dict[str, Any], *, same: bool) -> None:
        first = self._prepare(webhook, envelope)
        if same:
            second = _Delivery(webhook, envelope, first.body, first.headers)
        else:
            again = envelope | {"id": ids.event_id(envelope["timestamp"])}
            second = self._prepare(webhook, again)
        self._launch(first)
        self._launch(second)

    def _hold(self, delivery: _Delivery) -> None:
        with self._changed:
            self._held.append(delivery)
        if not self._faults.waits(Kind.SHUFFLE):
            self.release()

    def _prepare(self, webhook: Webhook, envelope: dict[str, Any]) -> _Delivery:
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
        return _Delivery(webhook, envelope, body, self._headers(webhook, envelope, body))

    def _headers(self, webhook: Webhook, envelope: dict[str, Any], body: bytes) -> dict[str, str]:
        headers = {
            "Accept": "application/json, text/plain, */*",
            "Content-Type": "application/json",
            "User-Agent": self._user_agent,
            **dict(webhook.headers),
            "X-Webhook-Request-Id": ids.request_id(),
            "X-Webhook-Timestamp": str(envelope["timestamp"]),
            # A fresh connection each time: an idle one would pin a thread of the receiver.
            "Connection": "close",
        }
        if webhook.key:
            digest = hmac.new(webhook.key.encode(), body, hashlib.sha512).hexdigest()
            headers |= {"X-Webhook-Hmac": digest, "X-Webhook-Hmac-Algorithm": "sha512"}
        return headers

    def _launch(self, delivery: _Delivery) -> None:
        self._opened(1)
        self._in_background(lambda: self._attempt(delivery))

    def _in_background(self, act: Callable[[], None]) -> None:
        # A thread each: a receiver that stalls piles up connections, it delays nobody else.
        threading.Thread(target=act, name="waha-webhook", daemon=True).start()

    def _in_turn(self, deliveries: Iterable[_Delivery]) -> None:
        for delivery in deliveries:
            self._attempt(delivery)

    def _attempt(self, delivery: _Delivery) -> None:
        if self._scheduler.stopped.is_set():
            return
        if self._outage.active:
            self._opened(-1)  # the process that would have retried is gone
            return
        delivery.attempts += 1
        response, error = _post(delivery)
        delivered = response is not None and 200 <= response.status_code < 300
        self._record(delivery, response, error, delivered=delivered)
        if delivered or delivery.attempts > delivery.webhook.retries:
            self._opened(-1)
        else:
            delay = delivery.webhook.delay_before(delivery.attempts)
            delay = max(delay, _retry_after(response))
            self._scheduler.after(delay, lambda: self._in_background(lambda: self._attempt(delivery)))

    def _record(self, delivery: _Delivery, response: requests.Response | None, error: str, *, delivered: bool) -> None:
        envelope = delivery.envelope
        self.attempts.append(
            Attempt(
                event=envelope["event"],
                event_id=envelope["id"],
                session=envelope["session"],
                url=delivery.webhook.url,
                attempt=delivery.attempts,
                status=None if response is None else response.status_code,
                delivered=delivered,
                error=error,
                body=delivery.body,
                headers=delivery.headers,
            )
        )

    def _opened(self, count: int) -> None:
        with self._changed:
            self._open += count
            self._changed.notify_all()


def _post(delivery: _Delivery) -> tuple[requests.Response | None, str]:
    """The last answer, or the error. A 301 or 302 is followed as a GET without a body,
    as WAHA's HTTP client does: whatever answers 200 there makes the event vanish."""
    try:
        with requests.Session() as client:
            client.trust_env = False
            client.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            response = client.post(
                delivery.webhook.url,
                data=delivery.body,
                headers=delivery.headers,
                timeout=ANSWER_WITHIN_SECONDS,
            )
            return response, ""
    except requests.RequestException as error:
        return None, repr(error)


def _retry_after(response: requests.Response | None) -> float:
    """Seconds the receiver asked for, by number or by date; 0 without a wish."""
    wish = "" if response is None else response.headers.get("Retry-After", "")
    if wish.isdigit():
        return float(wish)
    try:
        return (parsedate_to_datetime(wish) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0
