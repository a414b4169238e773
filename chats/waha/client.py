"""The calls we make to WAHA, one method each; every trouble is one `WahaError`.

Source of shapes and status codes: WAHA's OpenAPI document (2026.7.1) and what a running server
answers. A call on a session that is not WORKING blocks 5 to 15 s before it is refused, so the
read time-out lies above that.
"""

from typing import Any
from urllib.parse import quote

import requests
from urllib3.exceptions import NewConnectionError

from chats.actions.delivery import Receipt
from chats.models import Ack

from .models import WhatsAppSession
from .payloads import bare_id, from_epoch

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30
# The answers after which nothing has certainly left: WAHA refused before it did anything.
DEFINITE_REFUSALS = {400, 401, 403, 404, 413, 422, 501}
# First version with ids made beforehand (`GET …/new-message-id`, `id` in sendText).
CALLER_IDS_SINCE = (2026, 4, 3)


class WahaError(Exception):
    """WAHA did not do what we asked.

    `permanent`: trying the same again cannot help. `maybe_done`: it may have happened all the same
    (a time-out, a connection that broke, a 5xx), so that trying again might do it twice.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, maybe_done: bool = False, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.maybe_done = maybe_done
        self.status = status


class WahaClient:
    """Speaks to the WAHA behind one number. Keeps its connection; use it in one thread."""

    def __init__(self, session: WhatsAppSession) -> None:
        self.session = session
        self._http = requests.Session()
        self._http.headers["X-Api-Key"] = session.api_key

    def new_message_id(self) -> str:
        """An id to give to a send beforehand; only where the version has it."""
        answer = self._call("GET", f"/api/{quote(self.session.waha_name)}/new-message-id")
        return bare_id(str(answer["id"]))

    def send_text(
        self, address: str, text: str, *, message_id: str | None = None, reply_to: str | None = None
    ) -> Receipt:
        """Send a text to a WhatsApp address; `message_id` only where the version takes one."""
        body = {"session": self.session.waha_name, "chatId": address, "text": text, "linkPreview": True}
        if message_id:
            body["id"] = message_id
        if reply_to:
            body["reply_to"] = reply_to
        return _receipt(self._call("POST", "/api/sendText", body))

    def session_info(self) -> dict[str, Any]:
        """The session as WAHA sees it: `status`, `me`, `engine`, `config`."""
        return self._call("GET", f"/api/sessions/{quote(self.session.waha_name)}")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._http.request(
                method,
                self.session.base_url.rstrip("/") + path,
                json=body,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
                allow_redirects=False,
            )
        except requests.ConnectTimeout as error:
            raise WahaError("WAHA does not answer.") from error
        except requests.ConnectionError as error:
            raise WahaError(f"No connection to WAHA: {error}", maybe_done=not _was_refused(error)) from error
        except requests.RequestException as error:
            raise WahaError(f"The call to WAHA broke off: {error}", maybe_done=True) from error
        if 200 <= answer.status_code < 300:
            return _object(answer)
        raise _error(answer)


def _was_refused(error: requests.ConnectionError) -> bool:
    """Nobody listened, so nothing was asked."""
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)


def _object(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of a good answer; WAHA answers some calls with an empty body."""
    if not answer.content:
        return {}
    try:
        body = answer.json()
    except ValueError as error:
        raise WahaError("WAHA answered with something that is not JSON.", maybe_done=True) from error
    return body if isinstance(body, dict) else {}


def _error(answer: requests.Response) -> WahaError:
    """The meaning of a bad answer. A session that is not ready refuses now and takes it later."""
    status = answer.status_code
    try:
        body = answer.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    not_ready = status == 422 and "expected" in body
    refused = status in DEFINITE_REFUSALS
    return WahaError(
        f"WAHA answered {status}: {_words(body)}",
        permanent=refused and not not_ready,
        maybe_done=not refused,
        status=status,
    )


def _words(body: dict[str, Any]) -> str:
    """Why WAHA refused, from any of its error shapes."""
    message = body.get("message") or body.get("error") or body.get("exception")
    if isinstance(message, dict):
        message = message.get("message")
    if isinstance(message, list):
        return "; ".join(map(str, message))
    return str(message or "")


def _receipt(answer: dict[str, Any]) -> Receipt:
    """One reading for three engines: NOWEB `key.id`, GOWS `id` as text, WEBJS `id` as an object."""
    raw = answer.get("key", {}).get("id") or answer.get("id") or ""
    if isinstance(raw, dict):
        raw = raw.get("id") or raw.get("_serialized") or ""
    if not raw:
        raise WahaError("WAHA took the message and told no id.", maybe_done=True)
    seconds = answer.get("messageTimestamp") or answer.get("timestamp")
    sent_at = from_epoch(seconds) if seconds else None
    ack = answer.get("ack")
    return Receipt(bare_id(str(raw)), sent_at, ack if isinstance(ack, int) else Ack.PENDING)


def takes_caller_ids(version: str) -> bool:
    """Whether this WAHA version sends under an id that we choose."""
    parts = version.split(".")
    return all(part.isdigit() for part in parts) and tuple(map(int, parts)) >= CALLER_IDS_SINCE
