"""Whoever the webhooks go to: an HTTP server that notes everything and answers as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def envelope(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Receiver:
    """Whoever the webhooks go to. `answers` are the next ones, then it is 200 for ever."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def events(self, name: str) -> list[dict[str, Any]]:
        return [r.envelope for r in self.received if r.body and r.envelope["event"] == name]


@contextmanager
def receiving() -> Iterator[Receiver]:
    state, lock = Receiver(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                state.received.append(Received(self.command, self.path, body, dict(self.headers)))
                status, headers = state.answers.pop(0) if state.answers else (200, {})
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_POST = do_GET = _take  # noqa: N815 (the names are the library's)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the library's)
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/hook/"
    yield state
    server.shutdown()
    server.server_close()
