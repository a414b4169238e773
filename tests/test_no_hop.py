"""Webhooks on the event loop: the same view, and of what surrounds it what concerns a machine."""

from typing import Any

import pytest
import requests
import structlog
from asgiref.sync import async_to_sync
from django.test import override_settings

from chats.models import Message
from config.no_hop import NoHop
from tests.cast import Company
from tests.processes import Web
from tests.webhooks import Event, says, signature


def ask(path: str, body: bytes, *headers: tuple[str, str], method: str = "POST") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to a request that came in two parts."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "client": ("10.0.0.7", 5000),
        "server": ("127.0.0.1", 8000),
    }
    half = len(body) // 2
    parts = [
        {"type": "http.request", "body": body[:half], "more_body": True},
        {"type": "http.request", "body": body[half:]},
    ]
    heard: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send(message: dict[str, Any]) -> None:
        heard.append(message)

    async_to_sync(NoHop())(scope, receive, send)
    start, end = heard
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, end["body"]


def tell(company: Company, event: Event, *headers: tuple[str, str]) -> tuple[int, dict[str, str], bytes]:
    body = event.body(company.number)
    signed = ("X-Webhook-Hmac", signature(company.number.webhook_secret, body))
    return ask(company.number.webhook_path, body, signed, *headers)


def test_a_message_is_taken_and_the_answer_says_so(company: Company) -> None:
    status, headers, body = tell(company, says("chegou pela via curta"))
    assert (status, body) == (200, b'{"state": "HANDLED"}')
    assert (headers["content-type"], headers["content-length"]) == ("application/json", str(len(body)))
    assert Message.objects.get().body == "chegou pela via curta"


def test_the_answer_and_the_log_name_the_request_as_the_proxy_does(company: Company) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        status, headers, _ = ask(company.number.webhook_path, b"{}", ("X-Request-Id", "of-the-proxy-1"))
    assert (status, headers["x-request-id"]) == (401, "of-the-proxy-1")
    assert [line["request"] for line in lines if line["event"] == "webhook.refused"] == ["of-the-proxy-1"]


def test_a_get_is_refused(company: Company) -> None:
    assert ask(company.number.webhook_path, b"", method="GET")[0] == 405


@pytest.mark.parametrize("path", ["/webhooks/", "/webhooks/waha/", "/webhooks/waha/x/"])
def test_an_address_that_there_is_not_is_not_found(path: str) -> None:
    assert ask(path, b"{}")[0] == 404


def test_an_error_of_ours_is_told_as_one_and_logged(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("chats.waha.webhook.metrics.note_taken", fail)
    with structlog.testing.capture_logs() as lines:
        status, _, body = tell(company, says("oi"))
    assert (status, b"secret" in body) == (500, False)
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["request.failed"]


@override_settings(WEBHOOK_MAX_BYTES=100)
def test_what_is_too_large_is_refused(company: Company) -> None:
    assert tell(company, says("x" * 200))[0] == 413


@pytest.mark.django_db(transaction=True)
def test_a_web_process_serves_webhooks_this_way_and_pages_the_other(company: Company, web: Web) -> None:
    """What only browsers need is on a page's answer, and not on a webhook's."""
    page = requests.get(f"{web.url}/entrar/", timeout=60)
    told = requests.post(f"{web.url}{company.number.webhook_path}", b"{}", timeout=60)
    assert (page.status_code, told.status_code) == (200, 401)
    assert "X-Frame-Options" in page.headers
    assert "X-Frame-Options" not in told.headers
