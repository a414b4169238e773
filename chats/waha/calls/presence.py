"""Calls about who is there."""

from urllib.parse import quote

from chats.waha.client import WahaClient


def subscribe(client: WahaClient, address: str) -> None:
    """Have WhatsApp tell us of this person from now on; nothing comes without it."""
    client.call("POST", f"/api/{client.name}/presence/{quote(address, safe='')}/subscribe")
