"""Whatever is posted with a valid signature: a clear answer, a true state, and never half of anything."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chats.models import Chat, EarlyChange, Message
from chats.waha import payloads
from chats.waha.handlers import HANDLERS
from chats.waha.models import EventState, WahaEvent
from chats.waha.payloads import Ignored, MessagePayload
from chats.waha.reading import read_message
from chats.waha.taking import Refused, _read
from crm.models import Contact
from tests.cast import Company
from tests.webhooks import post

from .engines import ENGINES, message
from .message_kinds import KINDS

CAPTURES = [
    json.loads(json.loads(path.read_text(encoding="utf-8"))["body"])
    for path in sorted((Path(__file__).parent / "captures").glob("*.json"))
]
WRITTEN = [message(engine, raw, webjs or {}, **more).payload for engine in ENGINES for _, raw, webjs, more, *_ in KINDS]
SEEDS = CAPTURES + [
    CAPTURES[0] | {"event": "message.any", "payload": payload} for payload in WRITTEN[:: max(1, len(WRITTEN) // 40)]
]

# The same in every run; EXAMPLES=1000 (as for the property test) tries others, and more of them.
SCALE = int(os.environ.get("EXAMPLES", "30")) / 30


def fuzz(examples: int) -> settings:
    return settings(
        max_examples=int(examples * SCALE),
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
        derandomize=SCALE == 1,
        database=None,
    )


def nested(depth: int) -> Any:
    value: Any = {}
    for level in range(depth):
        value = {"message": value} if level % 2 else [value]
    return value


TEXTS = [
    "",
    " ",
    "\x00",
    "\ud83d",
    "a\udc00b",
    "@",
    "_",
    "true_",
    "false__x",
    "x_y_z",
    "1e400",
    "-1",
    "🙂" * 9,
    "\u202e",
]
STRANGE: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 2**64, -(2**70), 10**400, 1e308, "NaN", [], {}, [[]], [None],
    {"": None}, nested(8), nested(90), "x" * 1_000_000, {"_serialized": 3}, {"$oid": "x"}, *TEXTS,
]  # fmt: skip
WIRE = {"NaN": "NaN", "Infinity": "Infinity", "1e400": "1e400", "deep": "[" * 3000 + "]" * 3000}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def changed(value: Any, path: tuple[Any, ...], act: Callable[[Any, Any], None]) -> Any:
    """A copy in which `act(parent, key)` was done at this place."""
    copy = json.loads(json.dumps(value))
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    act(parent, path[-1])
    return copy


class Body(dict[str, Any]):
    """A webhook's body; a megabyte of it is not printed."""

    def __repr__(self) -> str:
        return super().__repr__()[:3000]


@st.composite
def mutations(draw: st.DrawFn) -> Body:
    """A real webhook, changed in one to four places."""
    body = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        found = [path for path in places(body) if path not in {("session",), ("id",), ("event",)}]
        if not found:
            break
        path, swap = draw(st.sampled_from(found)), draw(st.one_of(st.just("drop"), st.sampled_from(STRANGE)))
        if swap == "drop":
            body = changed(body, path, lambda parent, key: parent.pop(key))
        else:
            body = changed(body, path, lambda parent, key, swap=swap: parent.__setitem__(key, swap))  # type: ignore[misc]
    return Body(body)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Message, Chat, Contact, EarlyChange))


def check(company: Company, body: bytes) -> None:
    """What must be true of every answer."""
    with transaction.atomic():
        before = rows()
        answer = post(company.number, body)
        assert answer.status_code in {200, 400, 413}, answer.content[:300]
        if answer.status_code != 200:
            assert not WahaEvent.objects.exists()
            assert rows() == before
        else:
            event = WahaEvent.objects.get()
            assert answer.json() == {"state": event.state}
            if event.state == EventState.FAILED:
                assert rows() == before, "a failure left half of it behind"
                assert "ValidationError" in event.error, event.error[-1500:]
            elif event.state == EventState.IGNORED:
                assert event.reason
                assert not Message.objects.exists()
            else:
                assert event.handled_at
        transaction.set_rollback(True)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(TEXTS)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)),
    max_leaves=12,
)


BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    JSON.map(lambda value: json.dumps(value).encode()),
)


@fuzz(200)
@given(body=BYTES)
def test_any_bytes_get_a_clear_answer(company: Company, body: bytes) -> None:
    check(company, body)


@fuzz(150)
@given(payload=JSON, name=st.sampled_from([*HANDLERS, "something.new", "\x00", "x" * 61]), extra=JSON)
def test_any_payload_of_any_event_gets_a_clear_answer(company: Company, payload: Any, name: str, extra: Any) -> None:
    envelope = {"id": "evt_1", "event": name, "session": company.number.waha_name, "payload": payload}
    envelope |= {"me": extra, "timestamp": extra, "environment": extra, "engine": extra}
    check(company, json.dumps(envelope).encode())


@fuzz(250)
@given(body=mutations())
def test_a_real_webhook_with_anything_changed_gets_a_clear_answer(company: Company, body: Any) -> None:
    check(company, json.dumps(body).encode())


@fuzz(80)
@given(data=st.data(), wire=st.sampled_from(sorted(WIRE)))
def test_what_is_no_json_is_refused_wherever_it_stands(company: Company, data: st.DataObject, wire: str) -> None:
    body = data.draw(st.sampled_from(CAPTURES))
    path = data.draw(st.sampled_from(list(places(body))))
    marked = changed(body, path, lambda parent, key: parent.__setitem__(key, "@@@"))
    answer = post(company.number, json.dumps(marked).replace('"@@@"', WIRE[wire]).encode())
    assert answer.status_code == 400
    assert not WahaEvent.objects.exists()


@pytest.mark.parametrize("body", [CAPTURES[0]], ids=["capture"])
@pytest.mark.parametrize("coding", ["utf-16", "utf-32", "utf-8-sig"])
def test_other_codings_of_a_real_webhook_are_refused(company: Company, body: Any, coding: str) -> None:
    check(company, json.dumps(body).encode(coding))
    assert post(company.number, json.dumps(body).encode(coding)).status_code == 400


def test_a_lone_half_of_an_emoji_in_raw_bytes_is_refused(company: Company) -> None:
    body = json.dumps(CAPTURES[0], ensure_ascii=False).replace("default", "\ud83d").encode("utf-8", "surrogatepass")
    assert post(company.number, body).status_code == 400


@fuzz(600)
@given(body=mutations())
def test_the_reader_of_messages_raises_nothing_but_what_it_says(company: Company, body: Any) -> None:
    """Without the database: many more of them."""
    try:
        envelope, _content = _read(json.dumps(body).encode())
    except Refused:
        return
    with suppress(ValidationError, Ignored):
        read_message(company.number, MessagePayload.model_validate(envelope.payload), envelope.me)


@fuzz(300)
@given(value=JSON)
def test_every_reader_of_payloads_raises_nothing_but_what_it_says(value: Any) -> None:
    readers = [
        each for each in vars(payloads).values() if isinstance(each, type) and issubclass(each, payloads.Tolerant)
    ]
    for reader in readers:
        try:
            reader.model_validate(value)
        except ValidationError:
            continue
