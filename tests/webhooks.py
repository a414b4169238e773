"""WAHA at the front door: envelopes as it builds them, signed as it signs them."""

import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass
from typing import Any

import requests
from django.http import HttpResponse
from django.test import Client

from chats.waha.models import WhatsAppSession

from .apart import loopless
from .factories import NOON

_numbers = itertools.count(1)
JOAO, MARIA = "5511988887777", "5521977776666"


def signature(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()


def post(number: WhatsAppSession, body: bytes, *, hmac_hex: str | None = None, **headers: str) -> HttpResponse:
    """POST raw bytes to the number's webhook, signed with its secret unless told otherwise."""
    signed = signature(number.webhook_secret, body) if hmac_hex is None else hmac_hex
    with loopless():
        return Client().post(
            number.webhook_path, body, content_type="application/json", headers={"X-Webhook-Hmac": signed, **headers}
        )


@dataclass(frozen=True)
class Event:
    """One webhook of WAHA's; deliver it once, or as often as you like."""

    name: str
    payload: dict[str, Any]
    id: str
    timestamp: int = int(NOON.timestamp() * 1000)

    def body(self, number: WhatsAppSession) -> bytes:
        envelope = {
            "id": self.id,
            "timestamp": self.timestamp,
            "event": self.name,
            "session": number.waha_name,
            "me": {"id": "5511900000001@c.us", "pushName": "Casa Aurora"},
            "payload": self.payload,
            "engine": "NOWEB",
            "environment": {"version": "2026.7.1", "engine": "NOWEB", "tier": "CORE"},
        }
        return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()

    def deliver(self, number: WhatsAppSession) -> HttpResponse:
        return post(number, self.body(number))

    def deliver_at(self, url: str, number: WhatsAppSession) -> None:
        """Over the wire, to a process that serves there and has to take it."""
        body = self.body(number)
        signed = {"X-Webhook-Hmac": signature(number.webhook_secret, body), "Content-Type": "application/json"}
        assert requests.post(url + number.webhook_path, body, headers=signed, timeout=60).status_code == 200


def says(
    text: str | None,
    *,
    phone: str = JOAO,
    name: str = "João da Silva",
    at: int = 0,
    from_me: bool = False,
    source: str = "app",
    message_id: str = "",
    **payload: Any,
) -> Event:
    """Somebody writes `at` seconds after noon: the customer, or we on the phone (`from_me`)."""
    number = next(_numbers)
    address = phone if "@" in phone else f"{phone}@c.us"
    bare = message_id or f"3EB0{number:016X}"
    seconds = int(NOON.timestamp()) + at
    return Event(
        "message.any",
        {
            "id": f"{'true' if from_me else 'false'}_{address}_{bare}",
            "timestamp": seconds,
            "from": address,
            "fromMe": from_me,
            "source": source,
            "body": text,
            "hasMedia": False,
            "media": None,
            "ack": 2,
            "ackName": "DEVICE",
            "location": None,
            "vCards": None,
            "replyTo": None,
            "_data": {"message": {"conversation": text}, "pushName": name} if text else {"pushName": name},
            **payload,
        },
        id=f"evt_{number:026d}",
        timestamp=seconds * 1000,
    )


def ticks(message_id: str, ack: int, *, phone: str = JOAO) -> Event:
    """One of our messages got a tick."""
    number = next(_numbers)
    address = phone if "@" in phone else f"{phone}@c.us"
    payload = {"id": f"true_{address}_{message_id}", "from": address, "fromMe": True, "ack": ack}
    return Event("message.ack", payload, id=f"evt_{number:026d}")


def status(value: str, *, at: int = 0, **more: Any) -> Event:
    """The number's status changes `at` seconds after noon."""
    number = next(_numbers)
    moment = int(NOON.timestamp() * 1000) + at * 1000
    payload = {"name": "default", "status": value, **more}
    return Event("session.status", payload, id=f"evt_{number:026d}", timestamp=moment)


def about(name: str, payload: dict[str, Any], *, at: int = 0, event_id: str = "") -> Event:
    """Something told `at` seconds after noon about a message, a call or a person."""
    moment = int(NOON.timestamp()) + at
    return Event(name, payload, id=event_id or f"evt_{next(_numbers):026d}", timestamp=moment * 1000)


def reacts(
    message_id: str, emoji: str, *, phone: str = JOAO, at: int = 0, from_me: bool = False, act_id: str = ""
) -> Event:
    """The customer (or we, on the phone) reacts to a message of the chat; blank takes it back."""
    address = phone if "@" in phone else f"{phone}@c.us"
    payload = {
        "id": f"{'true' if from_me else 'false'}_{address}_{act_id or next(_numbers)}",
        "timestamp": int(NOON.timestamp()) + at,
        "from": address,
        "fromMe": from_me,
        "source": "app",
        "reaction": {"text": emoji, "messageId": f"false_{address}_{message_id}"},
    }
    return about("message.reaction", payload, at=at)


def edits(
    message_id: str, text: str, *, phone: str = JOAO, at: int = 0, from_me: bool = False, act_id: str = ""
) -> Event:
    """The author changes the text of a message; the change has an id of its own."""
    act = says(text, phone=phone, at=at, from_me=from_me, message_id=act_id)
    return about("message.edited", {**act.payload, "editedMessageId": message_id}, at=at)


def revokes(message_id: str, *, phone: str = JOAO, at: int = 0, from_me: bool = False, act_id: str = "") -> Event:
    """The author deletes a message for everyone."""
    act = says(None, phone=phone, at=at, from_me=from_me, message_id=act_id)
    payload = {"after": act.payload, "before": None, "revokedMessageId": message_id, "_data": act.payload["_data"]}
    return about("message.revoked", payload, at=at)


def votes(poll_id: str, *options: str, phone: str = JOAO, at: int = 0, act_id: str = "") -> Event:
    """The customer votes in a poll of ours; each vote takes the place of the last."""
    address = phone if "@" in phone else f"{phone}@c.us"
    seconds = int(NOON.timestamp()) + at
    vote = {
        "id": f"false_{address}_{act_id or next(_numbers)}",
        "from": address,
        "to": "5511900000001@c.us",
        "fromMe": False,
        "selectedOptions": list(options),
        "timestamp": seconds * 1000,
    }
    poll = {"id": f"true_{address}_{poll_id}", "from": "5511900000001@c.us", "to": address, "fromMe": True}
    return about("poll.vote", {"vote": vote, "poll": poll}, at=at)


def rings(call_id: str, step: str = "received", *, phone: str = JOAO, at: int = 0, video: bool = False) -> Event:
    """A customer's call: "received", then perhaps "accepted" or "rejected". `at` is when it began."""
    address = phone if "@" in phone else f"{phone}@c.us"
    seconds = int(NOON.timestamp()) + at
    payload = {"id": call_id, "from": address, "timestamp": seconds, "isVideo": video, "isGroup": False}
    return about(f"call.{step}", payload, at=at)
