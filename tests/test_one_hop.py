"""The bridge between the ASGI server and Django: a client that goes away never holds a thread."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from config.one_hop import PIECE_BYTES, OneHop
from tests.apart import run_apart

Environ = dict[str, Any]


def request(**changes: Any) -> dict[str, Any]:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/olá/",
        "query_string": b"q=1",
        "headers": [(b"host", b"example.com"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"content-length", b"4")],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 8000),
    }
    return scope | changes


class Client:
    """Sends a body in two parts, and keeps what comes back."""

    def __init__(self) -> None:
        self.parts = [
            {"type": "http.request", "body": b"ab", "more_body": True},
            {"type": "http.request", "body": b"cd"},
        ]
        self.heard: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        return self.parts.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        self.heard.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.heard)


def answering(chunks: Iterable[bytes], seen: list[Environ] | None = None) -> Callable[..., Iterable[bytes]]:
    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["read"] = environ["wsgi.input"].read()
        if seen is not None:
            seen.append(environ)
        start_response("201 Created", [("Content-Type", "text/plain")])
        return chunks

    return application


def test_request_and_answer_pass_unchanged() -> None:
    client, seen = Client(), []
    run_apart(OneHop(answering([b"oi"], seen), threads=1)(request(), client.receive, client.send))
    environ = seen[0]
    assert environ["read"] == b"abcd"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/olá/"
    assert (environ["HTTP_COOKIE"], environ["CONTENT_LENGTH"]) == ("a=1; b=2", "4")
    assert client.heard == [
        {"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"text/plain")]},
        {"type": "http.response.body", "body": b"oi"},
    ]


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    client, seen = Client(), []
    scope = request(headers=[(b"x_forwarded_proto", b"https")])
    run_apart(OneHop(answering([b""], seen), threads=1)(scope, client.receive, client.send))
    assert "HTTP_X_FORWARDED_PROTO" not in seen[0]


def test_a_long_answer_goes_out_piece_by_piece() -> None:
    client = Client()
    chunks = [bytes([number]) * (PIECE_BYTES // 2) for number in range(7)]
    run_apart(OneHop(answering(chunks), threads=1)(request(), client.receive, client.send))
    assert client.body == b"".join(chunks)
    assert max(len(message.get("body", b"")) for message in client.heard) <= PIECE_BYTES


def test_a_client_that_leaves_before_its_request_is_complete_is_not_served() -> None:
    client, seen = Client(), []
    client.parts = [{"type": "http.disconnect"}]
    run_apart(OneHop(answering([b"oi"], seen), threads=1)(request(), client.receive, client.send))
    assert (seen, client.heard) == ([], [])


def test_clients_that_leave_in_the_middle_of_a_long_answer_hold_no_thread() -> None:
    closed = threading.Semaphore(0)

    class Endless:
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x" * PIECE_BYTES

        def close(self) -> None:
            closed.release()

    async def scenario() -> Client:
        one_hop = OneHop(answering(Endless()), threads=2)
        leavers = []
        for _ in range(5):
            client = Client()
            leavers.append(asyncio.ensure_future(one_hop(request(), client.receive, client.send)))
        await asyncio.sleep(0.3)
        for leaver in leavers:
            leaver.cancel()
        await asyncio.gather(*leavers, return_exceptions=True)
        one_hop._application = answering([b"still here"])
        client = Client()
        await asyncio.wait_for(one_hop(request(), client.receive, client.send), 5)
        return client

    assert run_apart(scenario()).body == b"still here"
    for _ in range(5):
        assert closed.acquire(timeout=5), "an abandoned answer was not closed"


def test_an_application_that_breaks_breaks_only_its_request() -> None:
    def broken(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise ValueError("broken")

    client = Client()
    with pytest.raises(ValueError, match="broken"):
        run_apart(OneHop(broken, threads=1)(request(), client.receive, client.send))
