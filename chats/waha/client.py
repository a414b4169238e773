"""How we talk to WAHA: its address, its key, its time-outs; every trouble is one `WahaError`.

The calls themselves are in `calls/`.

Source of shapes and status codes: WAHA's OpenAPI document (2026.7.1) and what a running server
answers. A call on a session that is not WORKING blocks 5 to 15 s before it is refused, so the
read time-out lies above that.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests
from urllib3.exceptions import NewConnectionError

from .models import WhatsAppSession

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30
# The answers after which nothing has certainly left: WAHA refused before it did anything.
DEFINITE_REFUSALS = {400, 401, 403, 404, 413, 422, 501}
# WhatsApp's own refusal, which WAHA passes on as a 500: this number may not begin conversations for now.
RESTRICTED = re.compile(r"\berror[^0-9]{0,12}463\b", re.IGNORECASE)


class WahaError(Exception):
    """WAHA did not do what we asked.

    `permanent`: trying the same again cannot help. `maybe_done`: it may have happened all the same
    (a time-out, a connection that broke, a 5xx), so that trying again might do it twice. `restricted`: WhatsApp
    does not let this number begin conversations for now.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        maybe_done: bool = False,
        status: int | None = None,
        restricted: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.maybe_done = maybe_done
        self.status = status
        self.restricted = restricted


class WahaClient:
    """Speaks to the WAHA behind one number. Keeps its connection; use it in one thread."""

    def __init__(self, session: WhatsAppSession) -> None:
        self.session = session
        self._http = requests.Session()
        self._http.headers["X-Api-Key"] = session.api_key

    @property
    def name(self) -> str:
        """The session's name in WAHA, fit for a path."""
        return quote(self.session.waha_name, safe="")

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str | int] | None = None,
        timeout_seconds: float | None = None,
    ) -> Any:
        """The JSON of a good answer, None when it has no body; anything else is a `WahaError`."""
        answer = self.request(method, path, json=body, params=query, timeout_seconds=timeout_seconds)
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError as error:
            raise WahaError("WAHA answered with something that is not JSON.", maybe_done=True) from error

    def request(
        self, method: str, path: str, *, timeout_seconds: float | None = None, **options: Any
    ) -> requests.Response:
        """A good answer (2xx) as it is, for files and pictures; `options` are those of `requests`."""
        try:
            answer = self._http.request(
                method,
                self.session.base_url.rstrip("/") + path,
                timeout=(CONNECT_TIMEOUT_SECONDS, timeout_seconds or READ_TIMEOUT_SECONDS),
                # Nobody but the WAHA we were told of is ever asked.
                allow_redirects=False,
                **options,
            )
        except requests.ConnectTimeout as error:
            raise WahaError("WAHA does not answer.") from error
        except requests.ConnectionError as error:
            raise WahaError(f"No connection to WAHA: {error}", maybe_done=not _was_refused(error)) from error
        except requests.RequestException as error:
            raise WahaError(f"The call to WAHA broke off: {error}", maybe_done=True) from error
        if 200 <= answer.status_code < 300:
            return answer
        raise _error(answer)


def _was_refused(error: requests.ConnectionError) -> bool:
    """Nobody listened, so nothing was asked."""
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)


def _error(answer: requests.Response) -> WahaError:
    """The meaning of a bad answer. A session that is not ready refuses now and takes it later."""
    status = answer.status_code
    try:
        body = answer.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    not_ready = status == 422 and "expected" in body
    words = _words(body)
    restricted = RESTRICTED.search(words) is not None
    refused = status in DEFINITE_REFUSALS or restricted
    return WahaError(
        f"WAHA answered {status}: {words}",
        permanent=refused and not not_ready,
        maybe_done=not refused,
        status=status,
        restricted=restricted,
    )


def _words(body: dict[str, Any]) -> str:
    """Why WAHA refused, from any of its error shapes."""
    message = body.get("message") or body.get("error") or body.get("exception")
    if isinstance(message, dict):
        message = message.get("message")
    if isinstance(message, list):
        return "; ".join(map(str, message))
    return str(message or "")
