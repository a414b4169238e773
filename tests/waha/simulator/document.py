"""WAHA's OpenAPI document (2026.7.1), and what it says against an answer, a request, an event.

A running WAHA breaks its own document: it leaves out fields that are required, and says null where
an object is wanted. What the recordings of one do so is let pass here too, and read out of them;
EXCUSED adds the little that no recording shows. Nothing else is let pass.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from jsonschema import Draft202012Validator, ValidationError

from .recordings import CAPTURES, RECORDED, WAHA

Json = dict[str, Any]
DOCUMENT: Json = json.loads((WAHA / "openapi-2026.7.1.json").read_text())

# Answers of another shape than documented, which the recordings show and test_recordings compares.
ANSWERED_OTHERWISE = {
    ("POST", "/api/sendText"): "the engine's raw message",
    ("GET", "/api/default/groups"): "a list but on NOWEB",
    ("POST", "/api/forwardMessage"): "an id and the raw message on GOWS, {sent} on WEBJS",
}
WRAPPINGS = {"payload", "after", "before", "environment", "lastMessage"}
# (name, complaint), with the reason.
EXCUSED = {
    ("to", "null"): "GOWS in a direct chat",
    ("participant", "null"): "GOWS in a direct chat",
    ("vote.to", "null"): "GOWS in a direct chat",
    ("replyTo.media", "null"): "the quoted message has none",
    ("lid", "null"): "observed, when nobody knows",
    ("label", "null"): "a label made before WAHA looked",
    ("url", "null"): "somebody without a picture",
    ("vote.selectedOptions", "null"): "a vote that GOWS could not decrypt",
}


@cache
def operation(method: str, path: str) -> Json | None:
    """What the document says of a request; exact addresses go before those with variables."""
    segments = urlsplit(path).path.split("/")
    fitting = [known for known in DOCUMENT["paths"] if _fits(known.split("/"), segments)]
    fitting = [known for known in fitting if method.lower() in DOCUMENT["paths"][known]]
    best = min(fitting, key=lambda known: known.count("{"), default=None)
    return None if best is None else dict(DOCUMENT["paths"][best][method.lower()])


def complaints_about_answer(method: str, path: str, answer: requests.Response) -> set[str]:
    """About a good answer in JSON; there is no schema for errors."""
    if not answer.ok or not answer.headers.get("Content-Type", "").startswith("application/json"):
        return set()
    if (method, urlsplit(path).path) in ANSWERED_OTHERWISE:
        return set()
    return _told(_about_answer(method, path, answer.status_code, answer.json()))


def complaints_about_request(method: str, path: str, body: Any) -> set[str]:
    """About a body our software sends. What the document does not know is a complaint."""
    described = operation(method, path)
    if described is None:
        return {f"no operation {method} {urlsplit(path).path}"}
    schema = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    # The events of a webhook are "objects" to the document, and names in every recorded configuration.
    named = {("config.webhooks.events", "type")}
    found = _complaints(schema, body) if schema else []
    return {complaint.text for complaint in found if (complaint.name, complaint.what) not in named}


def complaints_about_event(envelope: Json) -> set[str]:
    return _told(_about_event(envelope))


@dataclass(frozen=True)
class Complaint:
    """Where, by the names on the way but those of wrappings, and what: "null", "absent", or the
    validator's name for it."""

    name: str
    what: str
    text: str


def _about_answer(method: str, path: str, status: int, body: Any) -> list[Complaint]:
    described = (operation(method, path) or {}).get("responses", {}).get(str(status), {})
    schema = described.get("content", {}).get("application/json", {}).get("schema")
    return _complaints(schema, body) if schema else []


def _about_event(envelope: Json) -> list[Complaint]:
    described = DOCUMENT["webhooks"].get(envelope["event"])
    if described is None:
        return [Complaint("event", "unknown", f"no event {envelope['event']}")]
    return _complaints(described["post"]["requestBody"]["content"]["application/json"]["schema"], envelope)


def _complaints(schema: Json, value: Any) -> list[Complaint]:
    whole = {"components": COMPONENTS, **_in_json_schema(schema)}
    return [_complaint(error) for error in Draft202012Validator(whole).iter_errors(value)]


def _complaint(error: ValidationError) -> Complaint:
    steps = [step for step in error.absolute_path if isinstance(step, str)]
    named = [step for step in steps if step not in WRAPPINGS]
    if error.validator == "required":
        missing = re.match("'(.+)' is a required", error.message)
        named.append(missing[1] if missing else "")
        what = "absent"
    else:
        what = "null" if error.instance is None else str(error.validator)
    return Complaint(".".join(named or steps[-1:]), what, f"{'.'.join(steps)}: {error.message[:200]}")


def _told(complaints: list[Complaint]) -> set[str]:
    """Without what real servers do as well."""
    excused = learned() | set(EXCUSED)
    return {complaint.text for complaint in complaints if (complaint.name, complaint.what) not in excused}


@cache
def learned() -> frozenset[tuple[str, str]]:
    """What a running WAHA did against its document."""
    found: set[tuple[str, str]] = set()
    for call in RECORDED.values():
        asked, answer = call["request"], call["response"]
        is_json = answer["headers"].get("Content-Type", "").startswith("application/json")
        if is_json and answer["status"] < 400 and (asked["method"], asked["path"]) not in ANSWERED_OTHERWISE:
            for each in _about_answer(asked["method"], asked["path"], answer["status"], answer["body"]):
                found.add((each.name, each.what))
    for capture in CAPTURES.values():
        found |= {(each.name, each.what) for each in _about_event(json.loads(capture["body"]))}
    return frozenset(found)


def _fits(known: list[str], asked: list[str]) -> bool:
    return len(known) == len(asked) and all(k == a or k.startswith("{") for k, a in zip(known, asked, strict=True))


def _in_json_schema(value: Any) -> Any:
    """The document's schemas as JSON Schema: `nullable` is spelled out, a property's own
    `required: true` means nothing, and an "object" whose default is none is of its default's type."""
    if isinstance(value, list):
        return [_in_json_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _in_json_schema(inner) for key, inner in value.items() if key not in ("example", "default")}
    if plain.get("type") == "object" and isinstance(value.get("default"), str | bool):
        plain["type"] = "string" if isinstance(value["default"], str) else "boolean"
    if isinstance(plain.get("required"), bool):
        del plain["required"]
    if plain.pop("nullable", False) is True and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


COMPONENTS = _in_json_schema(DOCUMENT["components"])
