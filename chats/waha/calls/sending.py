"""Calls that send. Source of shapes: WAHA's OpenAPI document (2026.7.1) and what a running server answers."""

from typing import Any

from chats.actions.delivery import Receipt
from chats.models import Ack
from chats.waha.client import WahaClient, WahaError
from chats.waha.payloads import bare_id, from_epoch

# First version with ids made beforehand (`GET …/new-message-id`, `id` in sendText).
CALLER_IDS_SINCE = (2026, 4, 3)


def takes_caller_ids(version: str) -> bool:
    """Whether this WAHA version sends under an id that we choose."""
    parts = version.split(".")
    return all(part.isdigit() for part in parts) and tuple(map(int, parts)) >= CALLER_IDS_SINCE


def new_message_id(client: WahaClient) -> str:
    """An id to give to a send beforehand; only where the version has it."""
    answer = client.call("GET", f"/api/{client.name}/new-message-id")
    return bare_id(str(answer["id"]))


def send_text(
    client: WahaClient, address: str, text: str, *, message_id: str | None = None, reply_to: str | None = None
) -> Receipt:
    """Send a text to a WhatsApp address; `message_id` only where the version takes one."""
    body = {"session": client.session.waha_name, "chatId": address, "text": text, "linkPreview": True}
    if message_id:
        body["id"] = message_id
    if reply_to:
        body["reply_to"] = reply_to
    return read_receipt(client.call("POST", "/api/sendText", body))


def read_receipt(answer: Any) -> Receipt:
    """One reading for three engines: NOWEB `key.id`, GOWS `id` as text, WEBJS `id` as an object."""
    answer = answer if isinstance(answer, dict) else {}
    raw = answer.get("key", {}).get("id") or answer.get("id") or ""
    if isinstance(raw, dict):
        raw = raw.get("id") or raw.get("_serialized") or ""
    if not raw:
        raise WahaError("WAHA took the message and told no id.", maybe_done=True)
    seconds = answer.get("messageTimestamp") or answer.get("timestamp")
    sent_at = from_epoch(seconds) if seconds else None
    ack = answer.get("ack")
    return Receipt(bare_id(str(raw)), sent_at, ack if isinstance(ack, int) else Ack.PENDING)
