"""The TCP port: routing, the API key, and the faults that befall requests."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from . import control, lifecycle
from .answers import RefusedError, broken, refusal, refuse, unauthorized, wrong_status
from .faults import ANY_REQUEST, Fault, Kind
from .routes import HANDLERS, Handler, url_map
from .sessions import STARTING, WrongStatusError
from .store import Json
from .world import QUERY_KEY_SINCE, Call, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ECHO_WAIT_SECONDS = 10
RESTRICTED = "463"  # WhatsApp's code for an account that may not start chats
BODY_LIMIT_BYTES = 50 * 1024 * 1024
BUT_SENT = {Kind.ERROR_BUT_SENT, Kind.HANG_BUT_SENT, Kind.DROP_BUT_SENT}
HANGS = {Kind.HANG, Kind.HANG_BUT_SENT}
DROPS = HANGS | {Kind.DROP, Kind.DROP_BUT_SENT}


class ConnectionCutError(ConnectionError):
    """The request ends without an answer. The WSGI server takes it for a client that left."""


class Server:
    """Answers requests of one world on one port, a thread each."""

    def __init__(self, world: World, knows_key: Callable[[str], bool], host: str, port: int) -> None:
        self._world, self._knows_key = world, knows_key
        self._urls = url_map()
        self._host, self._port = host, port
        self._listen()
        self.url = f"http://{host}:{self._port}"
        world.outage.on_begin, world.outage.on_end = self.stop, self._open_again

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def _listen(self) -> None:
        """Take the port; a free one the first time, when none was wished for."""
        self._http: BaseWSGIServer = make_server(
            self._host, self._port, self._application, threaded=True, request_handler=_QuietHandler
        )
        self._port = self._http.server_port
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, name="waha-http", daemon=True
        )

    def _open_again(self) -> None:
        if not self._world.scheduler.stopped.is_set():
            self._listen()
            self.start()

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        too_much = (request.content_length or 0) > BODY_LIMIT_BYTES
        request.get_data()  # an unread body would reset the connection under the answer
        try:
            answer = refusal(413, "request entity too large") if too_much else self._answer(request)
        except ConnectionCutError:
            with contextlib.suppress(OSError):
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise
        return answer(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path.startswith("/_simulator/"):
            return control.answer(self._world, request)
        if request.path.startswith("/api/") and not self._has_key(request):
            return unauthorized()
        try:
            operation, arguments = self._urls.bind_to_environ(request.environ).match()
        except HTTPException:
            return refusal(404, f"Cannot {request.method} {request.full_path.rstrip('?')}")
        return self._perform(request, operation, dict(arguments))

    def _perform(self, request: Request, operation: str, arguments: dict[str, Any]) -> Response:
        body: Json = {}
        status = 0
        try:
            body = _body_of(request)
            fault = self._world.faults.take(operation, ANY_REQUEST)
            answer = self._with_fault(fault, request, operation, arguments, body)
            status = answer.status_code
        except RefusedError as error:
            answer, status = error.answer, error.answer.status_code
        finally:
            self._world.calls.append(
                Call(operation, request.method, request.full_path.rstrip("?"), _without_files(body), status)
            )
        return answer

    def _with_fault(
        self, fault: Fault | None, request: Request, operation: str, arguments: dict[str, Any], body: Json
    ) -> Response:
        handle = HANDLERS[operation]
        if fault is None:
            return self._handled(handle, request, arguments, body)
        if fault.kind is Kind.DELAY:
            self._pause(fault)
        if fault.kind is Kind.DISCONNECT:
            self._disconnect(arguments.get("session") or body.get("session"))
        if fault.kind is Kind.RESTRICTED_LATER:
            self._world.doomed.reason = RESTRICTED
        if fault.kind in BUT_SENT:
            self._handled(handle, request, arguments, body)
        if fault.kind in HANGS:
            self._pause(fault)
        if fault.kind in DROPS:
            raise ConnectionCutError(fault.kind)
        answer = self._failure(fault, request, body)
        if answer is None:
            answer = _spoiled(fault, self._handled(handle, request, arguments, body))
        if fault.kind is Kind.ECHO_FIRST:
            self._world.courier.wait_idle(ECHO_WAIT_SECONDS)
        return answer

    def _handled(self, handle: Handler, request: Request, arguments: dict[str, Any], body: Json) -> Response:
        try:
            return handle(self._world, request, body, **arguments)
        except RefusedError as error:
            return error.answer
        except WrongStatusError as error:
            return wrong_status(error)
        except (KeyError, IndexError, TypeError) as error:
            # A body that lacks something: most of WAHA's addresses look at nothing beforehand.
            said = f"Cannot read properties of undefined (reading {error})"
            return broken(request, body, self._world.environment(), said, "TypeError")

    def _failure(self, fault: Fault, request: Request, body: Json) -> Response | None:
        """The answer of a fault that has one of its own."""
        name = body.get("session") or "default"
        environment = self._world.environment()
        made: dict[Kind, Callable[[], Response]] = {
            Kind.ERROR: lambda: broken(request, body, environment, "Connection Closed"),
            Kind.ERROR_BUT_SENT: lambda: broken(request, body, environment, "Timed Out"),
            Kind.UNPROCESSABLE: lambda: wrong_status(WrongStatusError(name, STARTING, "WORKING")),
            Kind.BAD_REQUEST: lambda: refusal(400, ["chatId must be a string"]),
            Kind.UNAUTHORIZED: unauthorized,
            Kind.NOT_FOUND: lambda: refusal(404, "Session not found"),
            Kind.NOT_IMPLEMENTED: lambda: refusal(501, "The method is not implemented by 'NOWEB' engine."),
            Kind.RESTRICTED: lambda: broken(request, body, environment, f"server returned error {RESTRICTED}"),
        }
        return made[fault.kind]() if fault.kind in made else None

    def _pause(self, fault: Fault) -> None:
        """Real seconds, cut short when the simulator stops."""
        self._world.scheduler.stopped.wait(fault.seconds)

    def _disconnect(self, name: str | None) -> None:
        session = self._world.sessions.find(name or "")
        if session is not None:
            lifecycle.set_status(self._world, session, STARTING)

    def _has_key(self, request: Request) -> bool:
        key = request.headers.get("X-Api-Key")
        if key is None and self._world.options.at_least(QUERY_KEY_SINCE):
            key = request.args.get("x-api-key")
        return key is not None and self._knows_key(key)


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the simulator tells what matters in its own words."""


def _spoiled(fault: Fault, answer: Response) -> Response:
    """A good answer that arrives damaged."""
    if fault.kind is Kind.EMPTY:
        return Response(b"", answer.status_code, content_type=answer.content_type)
    if fault.kind is Kind.WRONG_TYPE:
        return Response("<!doctype html><title>Not here</title>", 200, content_type="text/html")
    if fault.kind is Kind.TRUNCATED:
        whole = answer.get_data()
        cut = Response(whole[: len(whole) // 2], answer.status_code, content_type=answer.content_type)
        cut.automatically_set_content_length = False
        cut.headers["Content-Length"] = str(len(whole))
        return cut
    return answer


def _without_files(body: Json) -> Json:
    """The body with the length of a file in place of its content."""
    file = body.get("file")
    if not isinstance(file, dict) or "data" not in file:
        return body
    return body | {"file": file | {"data": f"<{len(str(file['data']))} characters>"}}


def _body_of(request: Request) -> Json:
    """The JSON body; {} when there is none. What is no JSON object is answered 400."""
    raw = request.get_data(as_text=True)
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError as error:
        position = getattr(error, "pos", 0)
        raise refuse(400, f"Expected property name or '}}' in JSON at position {position}") from None
    if not isinstance(body, dict):
        raise refuse(400, "Unexpected token in JSON at position 0")
    return body
