"""What never stands in a log: keys, passwords and signatures at all; phones only so far that a line can be followed."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

REMOVED = "[removed]"
# Names whose values are somebody's secret, wherever they stand.
SECRET_NAME = re.compile(
    r"(?:api_?key|secret|passw|senha|token|authorization|cookie|hmac|signature|session_?key|csrf|\bkey\b)",
    re.IGNORECASE,
)
# The same inside a text: headers, JSON, query strings, and addresses that carry a password.
SECRET_IN_TEXT = re.compile(
    r"(?P<name>\b(?:x-api-key|api_?key|\w*secret|password|senha|\w*token|authorization|cookie|x-webhook-hmac|hmac|sessionid)"
    r"[\"']?\s*[:=]\s*[\"']?)(?:(?:bearer|basic)\s+)?[^\s\"',;&}\]]+",
    re.IGNORECASE,
)
BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}")
PASSWORD_IN_ADDRESS = re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@")
# E.164 digits with or without `+`, also before `@c.us`; never a part of a UUID, a moment or a longer name.
DIGITS = re.compile(r"(?<![\w.-])\+?\d{10,15}(?=$|[^\w.-]|[.-](?:\D|$)|-\d+@)")
IN_ID = re.compile(r"(?<=_)\d{10,15}(?=@)")
AS_WRITTEN = re.compile(r"(?<![\w-])(?:\+?55[\s-]?)?\(?\d{2}\)?[\s-]?9?\d{4}[\s-]\d{4}(?![\w-])")
# Its last digits tell two customers apart for whoever follows a line, and call nobody.
SHOWN_DIGITS = 4
DEEPEST = 6


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog's, after which nothing secret is left in the event."""
    for name, value in list(event.items()):
        if name not in {"_record", "_from_structlog", "timestamp", "level", "logger"}:
            event[name] = _clean(value, name)
    return event


def _clean(value: Any, name: str = "", depth: int = 0) -> Any:
    if SECRET_NAME.search(name) and value not in (None, "", True, False):
        return REMOVED
    if isinstance(value, str):
        return _clean_text(value)
    if depth >= DEEPEST:
        return REMOVED
    if isinstance(value, Mapping):
        return {key: _clean(each, str(key), depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(each, "", depth + 1) for each in value]
    if value is None or isinstance(value, bool | float):
        return value
    text = str(value)
    cleaned = _clean_text(text)
    return value if cleaned == text and isinstance(value, int) else cleaned


def _clean_text(text: str) -> str:
    text = SECRET_IN_TEXT.sub(lambda match: f"{match['name']}{REMOVED}", text)
    text = BEARER.sub(rf"\1 {REMOVED}", text)
    text = PASSWORD_IN_ADDRESS.sub(rf"\1{REMOVED}@", text)
    for phones in (IN_ID, DIGITS, AS_WRITTEN):
        text = phones.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return "•" * (len(digits) - SHOWN_DIGITS) + digits[-SHOWN_DIGITS:]
