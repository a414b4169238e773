"""Calls that change what is out already. To make one twice changes nothing. Source: WAHA's OpenAPI (2026.7.1).

Each comes back with WhatsApp's name for the act, which is not the message's; None where the engine tells none.
"""

from typing import Any
from urllib.parse import quote

from chats.actions.delivery import Receipt
from chats.waha.client import WahaClient, WahaError

from .sending import read_receipt


def react(client: WahaClient, full_id: str, emoji: str) -> Receipt | None:
    """Blank `emoji` takes the reaction back."""
    body = {"session": client.session.waha_name, "messageId": full_id, "reaction": emoji}
    return _act(client.call("PUT", "/api/reaction", body))


def edit(client: WahaClient, chat_id: str, full_id: str, text: str) -> Receipt | None:
    return _act(client.call("PUT", _path(client, chat_id, full_id), {"text": text, "linkPreview": True}))


def delete_for_everyone(client: WahaClient, chat_id: str, full_id: str) -> Receipt | None:
    return _act(client.call("DELETE", _path(client, chat_id, full_id)))


def _act(answer: Any) -> Receipt | None:
    try:
        return read_receipt(answer)
    except WahaError:
        return None


def _path(client: WahaClient, chat_id: str, full_id: str) -> str:
    """With `@` escaped, as WAHA asks for."""
    return f"/api/{client.name}/chats/{quote(chat_id, safe='')}/messages/{quote(full_id, safe='')}"
