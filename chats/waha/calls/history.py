"""Calls that read the past. Source: WAHA's OpenAPI document (2026.7.1) and what a running server answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from chats.waha.client import WahaClient, WahaError

# Everything of a number at once, on the engines that can.
ALL_CHATS = "all"
PAGE_SIZE = 100
CHATS_AT_ONCE = 20
# Media apart, WAHA reads its own store; a browser engine scrolls through WhatsApp itself.
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Window:
    """A stretch of provider time (UTC), both ends included; without `until` up to the present."""

    since: datetime
    until: datetime | None = None
    newest_first: bool = False


def messages(client: WahaClient, window: Window, offset: int, *, chat: str = ALL_CHATS) -> list[dict[str, Any]]:
    """At most `PAGE_SIZE` rows of the window, without their files; fewer is no sign of the end, none is.

    WAHA leaves rows out after it has counted them, so the next page begins `PAGE_SIZE` further on all the same.
    """
    query: dict[str, str | int] = {
        "filter.timestamp.gte": int(window.since.timestamp()),
        "sortBy": "timestamp",
        "sortOrder": "desc" if window.newest_first else "asc",
        "downloadMedia": "false",
        "limit": PAGE_SIZE,
        "offset": offset,
    }
    if window.until:
        query["filter.timestamp.lte"] = int(window.until.timestamp())
    return _rows(client, f"chats/{quote(chat, safe='')}/messages", query)


def latest_chats(client: WahaClient, offset: int) -> list[dict[str, Any]]:
    """Conversations with their `id` and `lastMessage`, the one spoken in last first."""
    return _rows(client, "chats/overview", {"limit": CHATS_AT_ONCE, "offset": offset})


def chats_by_id(client: WahaClient, offset: int) -> list[dict[str, Any]]:
    """Conversations in an order that new messages do not change."""
    query: dict[str, str | int] = {"sortBy": "id", "sortOrder": "asc", "limit": CHATS_AT_ONCE, "offset": offset}
    return _rows(client, "chats", query)


def _rows(client: WahaClient, path: str, query: dict[str, str | int]) -> list[dict[str, Any]]:
    """A list, or a `WahaError`: anything else must not pass for the end of the history."""
    answer = client.call("GET", f"/api/{client.name}/{path}", query=query, timeout_seconds=TIMEOUT_SECONDS)
    if not isinstance(answer, list):
        raise WahaError("WAHA answered with something that is no list.")
    return [row for row in answer if isinstance(row, dict)]
