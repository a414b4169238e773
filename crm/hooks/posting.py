"""One POST to an address that an administrator chose: never inside our own network, never led on, never long."""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests_hardened import Config, HTTPSession

from crm.models import Webhook, WebhookDelivery

from .shapes import VERSION
from .signing import HEADER, signature

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
ANSWER_BYTES = 2048
USER_AGENT = "Atendimento-Webhook/1"


class NotAllowed(Exception):
    """The address is none that we post to; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What came of a POST: a status, or an `error` in words; anything but 2xx is a failure."""

    status: int | None = None
    text: str = ""
    error: str = ""
    milliseconds: int = 0

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def check_address(url: str) -> None:
    """Raise `NotAllowed` for what is no https address; over plain http secrets would travel in the open.

    Whether the name leads to a private network is found out when it is posted to: it may change until then.
    """
    parts = urlsplit(url)
    schemes = {"https", "http"} if settings.WEBHOOK_PRIVATE_HOSTS else {"https"}
    if parts.scheme not in schemes or not parts.hostname:
        raise NotAllowed("https")
    if parts.username or parts.password:
        raise NotAllowed("password")


def body_of(delivery: WebhookDelivery) -> bytes:
    """The envelope as it is posted; the same bytes at every try."""
    envelope: dict[str, Any] = {
        "version": VERSION,
        "id": str(delivery.pk),
        "number": delivery.number,
        "event": delivery.event,
        "created_at": delivery.created_at.isoformat().replace("+00:00", "Z"),
        "company_id": str(delivery.webhook.tenant_id),
        "data": delivery.data,
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(webhook: Webhook, delivery: WebhookDelivery, body: bytes, moment: int) -> dict[str, str]:
    """What goes with it; the signature is of this very moment, so that an old one proves nothing."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Atendimento-Event": delivery.event,
        "X-Atendimento-Delivery": str(delivery.pk),
        HEADER: signature(webhook.secret, moment, body),
    }


def post(webhook: Webhook, delivery: WebhookDelivery) -> Answer:
    """Post it and tell what came of it; never raises for what the other side does."""
    body = body_of(delivery)
    began = time.monotonic()
    try:
        check_address(webhook.url)
        with HTTPSession(_outside()) as session:
            session.trust_env = False
            headers = headers_of(webhook, delivery, body, int(time.time()))
            with session.post(webhook.url, data=body, headers=headers, stream=True) as response:
                return Answer(response.status_code, _beginning(response), milliseconds=_since(began))
    except NotAllowed:
        return Answer(error="The address is not allowed.", milliseconds=_since(began))
    except (requests.RequestException, ValueError, OSError) as error:
        return Answer(error=_reason(error), milliseconds=_since(began))


def _outside() -> Config:
    return Config(
        ip_filter_enable=not settings.WEBHOOK_PRIVATE_HOSTS,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
        user_agent_override=USER_AGENT,
    )


def _beginning(response: requests.Response) -> str:
    """The first bytes of the answer, within the time that is left to it."""
    deadline, taken = time.monotonic() + ANSWER_SECONDS, bytearray()
    for chunk in response.iter_content(1024):
        taken += chunk
        if len(taken) >= ANSWER_BYTES or time.monotonic() > deadline:
            break
    return bytes(taken[:ANSWER_BYTES]).decode(errors="replace").replace("\x00", "")


def _reason(error: Exception) -> str:
    """In words that tell an administrator what to look at, and a stranger nothing of our network."""
    match error:
        case requests.exceptions.SSLError():
            return "TLS: the certificate was not accepted."
        case requests.exceptions.ConnectTimeout():
            return "No connection within 5 s."
        case requests.exceptions.Timeout():
            return "No answer within 10 s."
        case requests.exceptions.ConnectionError():
            return "No connection."
        case _:
            return "The address is not allowed." if type(error).__name__ == "InvalidIPAddress" else "No valid answer."


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
