"""Calls that send. Source of shapes: WAHA's OpenAPI document (2026.7.1) and what a running server answers."""

import base64
from dataclasses import dataclass
from typing import Any

from chats.actions.delivery import Receipt
from chats.models import Ack
from chats.waha.client import WahaClient, WahaError
from chats.waha.payloads import bare_id, from_epoch

# A file is uploaded to WAHA, and by WAHA to WhatsApp, before it answers.
FILE_TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Target:
    """Where a message goes, under which id (only where WAHA takes one), and what it answers (a full id)."""

    chat_id: str
    message_id: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True)
class Attachment:
    """A file as it travels, inside the request; WAHA takes 50 MB of JSON, base64 included."""

    content: bytes
    mime_type: str
    name: str = ""

    def as_json(self) -> dict[str, str]:
        named = {"filename": self.name} if self.name else {}
        return {"mimetype": self.mime_type, "data": base64.b64encode(self.content).decode(), **named}


def new_message_id(client: WahaClient) -> str:
    """An id to give to a send beforehand; only where the version has it."""
    answer = client.call("GET", f"/api/{client.name}/new-message-id")
    if not isinstance(answer, dict) or not answer.get("id"):
        raise WahaError("WAHA gave no id.", permanent=True)
    return bare_id(str(answer["id"]))


def send_text(client: WahaClient, to: Target, text: str) -> Receipt:
    return _send(client, "sendText", to, {"text": text, "linkPreview": True})


def send_image(client: WahaClient, to: Target, file: Attachment, caption: str) -> Receipt:
    return _send_file(client, "sendImage", to, file, {"caption": caption})


def send_video(client: WahaClient, to: Target, file: Attachment, caption: str, *, convert: bool) -> Receipt:
    """WhatsApp plays MP4 only; `convert` lets WAHA make that of any other film.

    `caption` is always said: left out, WAHA's schema has a joke for it.
    """
    return _send_file(client, "sendVideo", to, file, {"caption": caption, "asNote": False, "convert": convert})


def send_file(client: WahaClient, to: Target, file: Attachment, caption: str) -> Receipt:
    return _send_file(client, "sendFile", to, file, {"caption": caption})


def send_voice(client: WahaClient, to: Target, file: Attachment, *, convert: bool) -> Receipt:
    """WhatsApp plays Ogg/Opus only; `convert` lets WAHA make that of any other sound."""
    return _send_file(client, "sendVoice", to, file, {"convert": convert})


def send_sticker(client: WahaClient, to: Target, file: Attachment) -> Receipt:
    """A WebP of 512 by 512 pixels."""
    return _send_file(client, "sendSticker", to, file, {})


def send_location(client: WahaClient, to: Target, latitude: float, longitude: float, title: str) -> Receipt:
    return _send(client, "sendLocation", to, {"latitude": latitude, "longitude": longitude, "title": title})


def send_contacts(client: WahaClient, to: Target, cards: list[dict[str, str]]) -> Receipt:
    """`cards` have a `name` and a `phone` in digits."""
    contacts = [{"vcard": _vcard(card["name"], card["phone"])} for card in cards]
    return _send(client, "sendContactVcard", to, {"contacts": contacts})


def send_poll(client: WahaClient, to: Target, name: str, options: list[str], *, multiple: bool) -> Receipt:
    poll = {"name": name, "options": options, "multipleAnswers": multiple}
    return _send(client, "sendPoll", to, {"poll": poll})


def forward_message(client: WahaClient, to: Target, full_id: str) -> Receipt:
    return _send(client, "forwardMessage", to, {"messageId": full_id})


def send_seen(client: WahaClient, chat_id: str, full_ids: list[str]) -> None:
    """The customer sees blue ticks on these; without ids, WAHA marks what it holds for unread."""
    ids = {"messageIds": full_ids} if full_ids else {}
    client.call("POST", "/api/sendSeen", {"session": client.session.waha_name, "chatId": chat_id, **ids})


def show_typing(client: WahaClient, chat_id: str, *, typing: bool) -> None:
    """The customer sees "typing…", or sees it no longer."""
    operation = "startTyping" if typing else "stopTyping"
    client.call("POST", f"/api/{operation}", {"session": client.session.waha_name, "chatId": chat_id})


def read_receipt(answer: Any) -> Receipt:
    """One reading for three engines: NOWEB `key.id`, GOWS `id` as text, WEBJS `id` as an object."""
    answer = answer if isinstance(answer, dict) else {}
    key = answer.get("key")
    raw = (key.get("id") if isinstance(key, dict) else None) or answer.get("id") or ""
    if isinstance(raw, dict):
        raw = raw.get("id") or raw.get("_serialized") or ""
    if not raw:
        raise WahaError("WAHA took the message and told no id.", maybe_done=True)
    seconds = answer.get("messageTimestamp") or answer.get("timestamp")
    sent_at = from_epoch(seconds) if isinstance(seconds, int | float | str) and seconds else None
    ack = answer.get("ack")
    return Receipt(bare_id(str(raw)), sent_at, ack if isinstance(ack, int) and ack in Ack.values else Ack.PENDING)


def _vcard(name: str, phone: str) -> str:
    """A card whose number opens a conversation: `waid` is what WhatsApp goes by."""
    name = " ".join(name.split()).replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
    number = f"TEL;type=CELL;type=VOICE;waid={phone}:+{phone}"
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", number, "END:VCARD"])


def _send(
    client: WahaClient, operation: str, to: Target, what: dict[str, Any], *, timeout_seconds: float | None = None
) -> Receipt:
    body = {"session": client.session.waha_name, "chatId": to.chat_id, **what}
    if to.message_id:
        body["id"] = to.message_id
    if to.reply_to:
        body["reply_to"] = to.reply_to
    return read_receipt(client.call("POST", f"/api/{operation}", body, timeout_seconds=timeout_seconds))


def _send_file(client: WahaClient, operation: str, to: Target, file: Attachment, what: dict[str, Any]) -> Receipt:
    return _send(client, operation, to, {"file": file.as_json(), **what}, timeout_seconds=FILE_TIMEOUT_SECONDS)
