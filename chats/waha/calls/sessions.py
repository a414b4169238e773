"""Calls about the session itself: how it is, how it is set up, how somebody logs in."""

from typing import Any

from chats.waha.client import WahaClient


def session_info(client: WahaClient) -> dict[str, Any]:
    """The session as WAHA sees it: `status`, `me`, `engine`, `config`."""
    answer = client.call("GET", f"/api/sessions/{client.name}")
    return answer if isinstance(answer, dict) else {}
