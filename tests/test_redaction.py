"""What the log tells: every line that can be followed, and nothing that calls a customer or opens a door."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client

from chats.waha import inbox
from chats.waha.models import WhatsAppSession
from chats.waha.payloads import Envelope
from config.redaction import REMOVED, redact
from tests.cast import Company
from tests.webhooks import post

CAPTURES = sorted((Path(__file__).parent / "waha" / "captures").glob("*.json"))
PHONE = re.compile(r"55\d{10,11}")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that this process logs, at every level, through the very formatter of the settings."""
    stream = io.StringIO()
    formatters: Any = settings.LOGGING["formatters"]
    options = dict(formatters["structured"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(options.pop("()")(**options))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def cleaned(**event: Any) -> dict[str, Any]:
    return dict(redact(None, "info", dict(event)))


@pytest.mark.parametrize(
    ("written_text", "shown"),
    [
        ("chat 5511912340987@c.us", "chat •••••••••0987@c.us"),
        ("+5511912340987", "•••••••••0987"),
        ("+55 11 91234-0987 ligou", "•••••••••0987 ligou"),
        ("(11) 91234-0987", "•••••••0987"),
        ("false_5511912340987@c.us_3EB0", "false_•••••••••0987@c.us_3EB0"),
        ("/api/x?phone=5511912340987&a=1", "/api/x?phone=•••••••••0987&a=1"),
        ("tel:5511912340987.", "tel:•••••••••0987."),
        ("{'phone': '5511912340987'}", "{'phone': '•••••••••0987'}"),
        ("X-Api-Key: sha512:abcdef", f"X-Api-Key: {REMOVED}"),
        ("Authorization: Bearer abc.def-123", f"Authorization: {REMOVED}"),
        ("sent Bearer abcdefgh123", f"sent Bearer {REMOVED}"),
        ('{"api_key": "abc", "n": 1}', f'{{"api_key": "{REMOVED}", "n": 1}}'),
        ("postgresql://user:hunter2@db/x", f"postgresql://user:{REMOVED}@db/x"),
        ("redis://:hunter2@cache:6379", f"redis://:{REMOVED}@cache:6379"),
    ],
)
def test_inside_a_text(written_text: str, shown: str) -> None:
    assert cleaned(event=written_text)["event"] == shown


@pytest.mark.parametrize(
    "text",
    [
        "0192f0c1-0000-7000-8000-000000000001",
        "2026-11-26T11:12:53.123456Z",
        "3EB0ABCDEF1234567890",
        "http://127.0.0.1:8000/atendimento/",
        "took 12345 ms",
        "evt_00000000000000000000000001",
    ],
)
def test_what_one_follows_a_line_by_stays(text: str) -> None:
    assert cleaned(event=text)["event"] == text


@pytest.mark.parametrize("name", ["api_key", "webhook_secret", "password", "senha", "token", "Authorization", "Cookie"])
def test_what_is_called_a_secret_is_removed_however_deep(name: str) -> None:
    assert cleaned(**{name: "xyz"})[name] == REMOVED
    assert "xyz" not in str(cleaned(event="a", details={"inner": [{name: "xyz"}]}))


def test_what_a_library_logs_is_cleaned_too_and_so_is_a_traceback(written: io.StringIO) -> None:
    logging.getLogger("urllib3").warning("Retrying %s for %s", "X-Api-Key: geheim", "5511912340987")
    log = structlog.get_logger("chats")
    try:
        raise ValueError("no account 5511912340987, password=geheim")
    except ValueError:
        log.exception("chat.broken", phone="5511912340987")
        logging.getLogger("django.request").exception("Internal Server Error")
    text = written.getvalue()
    assert text.count("Traceback") == 2
    assert "no account •••••••••0987" in text
    assert "5511912340987" not in text and "geheim" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("breaks", [False, True], ids=["handled", "failing"])
def test_a_day_of_webhooks_leaves_no_phone_and_no_key_in_the_log(
    company: Company, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, breaks: bool
) -> None:
    """Every capture, at level DEBUG, with a right signature, a wrong one, and a handler that fails in the middle."""
    number = company.number
    number.api_key, number.webhook_secret = "chave-da-waha-bem-secreta", "segredo-do-webhook"
    number.save()

    def fail(session: WhatsAppSession, envelope: Envelope) -> None:
        raise RuntimeError(f"cannot handle {envelope.payload} with {session.api_key=}")

    if breaks:
        monkeypatch.setattr(inbox, "_handle", fail)
    phones: set[str] = set()
    for path in CAPTURES:
        body = json.loads(path.read_text(encoding="utf-8"))["body"].encode()
        phones |= set(PHONE.findall(body.decode()))
        post(number, body)
        post(number, body, hmac_hex="00")
    Client().post("/entrar/", {"username": "ana@aurora.example", "password": "minha senha 5511912340987"})
    text = written.getvalue()
    assert len(phones) > 1 and text.count("webhook.refused") == len(CAPTURES)
    assert not breaks or "RuntimeError" in text
    assert [phone for phone in phones if phone in text] == []
    assert not re.search(r"(?<![\w-])55\d{10,11}(?![\w-])", text)
    for secret in (number.api_key, number.webhook_secret, "minha senha"):
        assert secret not in text
