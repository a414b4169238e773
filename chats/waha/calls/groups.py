"""Calls about groups."""

from typing import Any
from urllib.parse import quote

from chats.waha.client import WahaClient
from chats.waha.proto import mapping, text


def group_subject(client: WahaClient, address: str) -> str:
    """What a group is called, "" when WAHA does not say; each engine answers in its own words."""
    answer: Any = client.call("GET", f"/api/{client.name}/groups/{quote(address, safe='')}")
    return text(answer, "subject", "Name", "name") or text(mapping(answer, "groupMetadata"), "subject")
