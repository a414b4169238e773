"""What a running WAHA answered and posted, and how to compare with it."""

import json
from pathlib import Path
from typing import Any

import requests

WAHA = Path(__file__).parent.parent
RECORDED = {call["name"]: call for call in json.loads((WAHA / "api-calls.json").read_text())}
CAPTURES = {path.stem: json.loads(path.read_text()) for path in sorted((WAHA / "captures").glob("*.json"))}


def shape(value: Any, at: str = "") -> Any:
    """Keys and kinds of a JSON value, in order; the contents aside. Null is only null."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


def recorded(name: str) -> tuple[int, Any]:
    answer = RECORDED[name]["response"]
    return answer["status"], answer["body"]


def same_shape(response: requests.Response, name: str) -> None:
    status, body = recorded(name)
    assert (response.status_code, shape(response.json())) == (status, shape(body))


def same_answer(response: requests.Response, name: str) -> None:
    assert (response.status_code, response.json() if response.content else None) == recorded(name)


def differences(value: Any, known: Any, place: str = "") -> set[str]:
    """Where two JSON values differ in keys or in kinds of values; what they say aside."""
    if isinstance(value, dict) and isinstance(known, dict):
        missing = {f"{place}.{key}: missing" for key in known.keys() - value.keys()}
        added = {f"{place}.{key}: added" for key in value.keys() - known.keys()}
        within = [differences(value[key], known[key], f"{place}.{key}") for key in value.keys() & known.keys()]
        return missing.union(added, *within)
    if isinstance(value, list) and isinstance(known, list):
        return set().union(*(differences(each, known[0], f"{place}[]") for each in value[:1] if known))
    kinds = type(value).__name__, type(known).__name__
    return set() if kinds[0] == kinds[1] else {f"{place}: {kinds[0]}, not {kinds[1]}"}
