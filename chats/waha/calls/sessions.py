"""Calls about the session itself: how it is, how it is set up, how somebody logs in.

WAHA holds a lock per session while it starts or stops it: another order waits 5 s there and gets a 500.
"""

from typing import Any, NamedTuple

from chats.waha.client import WahaClient, WahaError

# A QR code is there at once or not at all; WAHA would block for 10 s where none is shown.
QR_TIMEOUT_SECONDS = 4
GLANCE_TIMEOUT_SECONDS = 10


class Picture(NamedTuple):
    content: bytes
    mime_type: str


def server_version(client: WahaClient) -> str:
    """The version of the WAHA itself; also the cheapest call that needs the key."""
    answer = client.call("GET", "/api/server/version", timeout_seconds=GLANCE_TIMEOUT_SECONDS)
    return str(answer.get("version") or "") if isinstance(answer, dict) else ""


def session_info(client: WahaClient) -> dict[str, Any]:
    """The session as WAHA sees it: `status`, `me`, `engine`, `config` (with the HMAC key in clear)."""
    answer = client.call("GET", f"/api/sessions/{client.name}", timeout_seconds=GLANCE_TIMEOUT_SECONDS)
    return answer if isinstance(answer, dict) else {}


def create_session(client: WahaClient, config: dict[str, Any]) -> dict[str, Any]:
    """Make the session and start it. `start` is always said: versions differ in what its absence means."""
    body = {"name": client.session.waha_name, "start": True, "config": config}
    answer = client.call("POST", "/api/sessions", body)
    return answer if isinstance(answer, dict) else {}


def replace_config(client: WahaClient, config: dict[str, Any]) -> None:
    """Replace the whole configuration; a session that runs is stopped and started again (about 3 s)."""
    client.call("PUT", f"/api/sessions/{client.name}", {"config": config})


def start(client: WahaClient) -> None:
    """Start the session; one that runs already is left alone, though older versions refuse (422)."""
    try:
        client.call("POST", f"/api/sessions/{client.name}/start")
    except WahaError as error:
        if error.status != 422 or "already" not in str(error):
            raise


def stop(client: WahaClient) -> None:
    """Stop it; about 3 s."""
    client.call("POST", f"/api/sessions/{client.name}/stop")


def restart(client: WahaClient) -> None:
    """Stop and start it."""
    client.call("POST", f"/api/sessions/{client.name}/restart")


def log_out(client: WahaClient) -> None:
    """Unpair the phone and forget its credentials; a session that ran starts anew, with a QR code."""
    client.call("POST", f"/api/sessions/{client.name}/logout")


def delete_session(client: WahaClient) -> None:
    """Log out, stop and remove it. WAHA is content when there is none."""
    client.call("DELETE", f"/api/sessions/{client.name}")


def qr_code(client: WahaClient) -> Picture:
    """The QR code shown now. Ask only where the status is SCAN_QR_CODE."""
    answer = client.request("GET", f"/api/{client.name}/auth/qr", timeout_seconds=QR_TIMEOUT_SECONDS)
    mime_type = answer.headers.get("Content-Type", "").split(";")[0]
    if not mime_type.startswith("image/"):
        raise WahaError("WAHA sent no picture.")
    return Picture(answer.content, mime_type)


def pairing_code(client: WahaClient, phone: str) -> str:
    """A code to type on the phone instead of reading the QR code, such as `ABCD-1234`."""
    answer = client.call("POST", f"/api/{client.name}/auth/request-code", {"phoneNumber": phone})
    code = answer.get("code") if isinstance(answer, dict) else None
    if not code:
        raise WahaError("WAHA told no code.")
    return str(code)


def newest_messages(client: WahaClient) -> list[dict[str, Any]]:
    """The end of the session's history, newest first; NOWEB needs its store for that."""
    query: dict[str, str | int] = {"limit": 5, "sortBy": "timestamp", "sortOrder": "desc", "downloadMedia": "false"}
    path = f"/api/{client.name}/chats/all/messages"
    answer = client.call("GET", path, query=query, timeout_seconds=GLANCE_TIMEOUT_SECONDS)
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
