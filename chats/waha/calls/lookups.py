"""Calls that ask what WhatsApp knows. Source: WAHA's OpenAPI document (2026.7.1) and what a running server answers."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from chats.waha.client import WahaClient, WahaError

TIMEOUT_SECONDS = 25


class NoHistory(Exception):
    """This WAHA keeps none (NOWEB without its store): nothing can be proven by asking."""


@dataclass(frozen=True)
class NumberFound:
    """Whether a phone has WhatsApp, where messages to it go, and its phone when the address hides it."""

    exists: bool
    address: str = ""


def message_by_id(client: WahaClient, chat_id: str, full_id: str) -> dict[str, Any] | None:
    """The message as WAHA holds it; None when it certainly has none of this id. `NoHistory` where it keeps none."""
    path = f"/api/{client.name}/chats/{quote(chat_id, safe='')}/messages/{quote(full_id, safe='')}"
    try:
        answer = client.call("GET", path, query={"downloadMedia": "false"}, timeout_seconds=TIMEOUT_SECONDS)
    except WahaError as error:
        if error.status == 404 and "essage" in str(error):
            return None
        if error.status == 400:
            raise NoHistory(str(error)) from error
        raise
    return answer if isinstance(answer, dict) else None


def check_exists(client: WahaClient, phone: str) -> NumberFound:
    """Whether these digits have WhatsApp. Never for many at once: WhatsApp restricts who asks much."""
    query = {"session": client.session.waha_name, "phone": phone}
    answer = client.call("GET", "/api/contacts/check-exists", query=query, timeout_seconds=TIMEOUT_SECONDS)
    if not isinstance(answer, dict) or not isinstance(answer.get("numberExists"), bool):
        raise WahaError("WAHA does not say whether the number exists.", permanent=True)
    address = answer.get("chatId")
    if isinstance(address, dict):
        address = address.get("_serialized")
    return NumberFound(answer["numberExists"], str(address or ""))
