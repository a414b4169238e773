"""Django's synchronous stack under an ASGI server, in one thread hop per request.

Django's own ASGI handler crosses between threads for each synchronous middleware and view; under
daphne that costs most of the time of a small request. Here the WSGI handler serves a request on
one of a few long-lived threads, which keep their database connections (so `CONN_MAX_AGE` works)
and their cache clients.

A thread never waits for the client: request bodies are complete before it starts, and long
answers go out chunk by chunk, each when the client has taken the one before. A client that goes
away, or takes its time, therefore holds neither a thread nor memory.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from config.backpressure import paced

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

IN_MEMORY_BYTES = 1024 * 1024
# An answer up to this size is finished in the one hop; beyond it, each further piece costs another.
PIECE_BYTES = 256 * 1024


@dataclass
class Answer:
    """A response under way: `piece` is ready to go, `rest` holds what follows, if anything does."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    piece: bytes = b""
    chunks: Iterable[bytes] = ()
    rest: Iterator[bytes] | None = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        """WSGI's `start_response`."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def advance(self) -> None:
        """Read the next piece; the response is closed when there is none after it."""
        pieces, size = [], 0
        for chunk in self.rest or ():
            pieces.append(chunk)
            size += len(chunk)
            if size >= PIECE_BYTES:
                break
        else:
            self.close()
        self.piece = b"".join(pieces)

    def close(self) -> None:
        """Let Django finish: it ends the request's bookkeeping here."""
        self.rest = None
        chunks, self.chunks = self.chunks, ()
        if hasattr(chunks, "close"):
            chunks.close()


class OneHop:
    """An ASGI application that serves HTTP through a WSGI one, on `threads` threads."""

    def __init__(self, application: WSGIApplication, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="web")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
            if not await read_body(receive, body):
                return
            answer = await self._in_thread(self._serve, _environ(scope, body))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        try:
            if answer.rest is not None:
                await self._send_pieces(answer, send)
        except asyncio.CancelledError:
            self._threads.submit(answer.close)
            raise
        await send({"type": "http.response.body", "body": answer.piece})

    async def _send_pieces(self, answer: Answer, send: Send) -> None:
        """All pieces but the last, each when the client has taken the ones before."""
        with paced(send) as ready:
            while answer.rest is not None:
                await send({"type": "http.response.body", "body": answer.piece, "more_body": True})
                await ready()
                await self._in_thread(_advanced, answer)

    def _serve(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()
        answer.chunks = self._application(environ, answer.start)
        answer.rest = iter(answer.chunks)
        answer.advance()
        return answer

    async def _in_thread(self, work: Callable[[Any], Answer], argument: object) -> Answer:
        """Run in a thread. Who gave up waiting leaves an answer behind that is closed when it comes."""
        future = self._threads.submit(work, argument)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            future.add_done_callback(_close)
            raise


def _advanced(answer: Answer) -> Answer:
    answer.advance()
    return answer


def _close(future: "Future[Answer]") -> None:
    if not future.cancelled() and future.exception() is None:
        future.result().close()


async def read_body(receive: Receive, body: IO[bytes]) -> bool:
    """Read the whole request body; False when the client went away before its end."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        body.write(message.get("body", b""))
        if not message.get("more_body", False):
            body.seek(0)
            return True


def _environ(scope: Message, body: IO[bytes]) -> dict[str, Any]:
    """The request in the words of PEP 3333."""
    server_name, server_port = scope.get("server") or ("localhost", 80)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server_name,
        "SERVER_PORT": str(server_port or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = scope["client"][0], str(scope["client"][1])
    for raw_name, raw_value in scope["headers"]:
        _add_header(environ, raw_name.decode("latin-1"), raw_value.decode("latin-1"))
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    # An underscore would pass for the dash of another header's name, which a proxy may trust.
    if "_" in name:
        return
    key = name.upper().replace("-", "_")
    if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
        key = f"HTTP_{key}"
    if key in environ:
        separator = "; " if key == "HTTP_COOKIE" else ","
        value = f"{environ[key]}{separator}{value}"
    environ[key] = value
