"""The simulator posts and answers what a running WAHA did, key by key and kind by kind.

The recordings are of NOWEB 2026.2.1 with a stand-in for WhatsApp behind it. ALLOWED says where the
simulator differs on purpose, and why.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chats.waha.simulator import WahaSimulator

from .asking import CHAT, GROUP, JOAO, KEY, QUICK, Api
from .receiving import Receiver
from .recordings import CAPTURES, RECORDED, differences

LID = "99887766554433"
OURS = f"true_{CHAT}_3EB0OURS"
SAID = f"false_{CHAT}_3ASAID"

ALLOWED = {
    # What a phone says about its file, and the stand-in did not.
    ".fileLength: added",
    ".width: added",
    ".height: added",
    ".mediaKey: added",
    # Coordinates that happened to be whole, or not.
    ".degreesLongitude: int, not float",
}


def says(waha: WahaSimulator, *args: Any, **more: Any) -> str:
    return waha.customer_says("default", JOAO, *args, name="João", **more)


def send(waha: WahaSimulator, **more: Any) -> None:
    Api(waha).send("Olá", **more)


def forget(waha: WahaSimulator) -> None:
    """Nobody has logged in yet."""
    waha.session().phone = None


EVENTS: dict[str, Callable[[WahaSimulator], object]] = {
    "call.received--01": lambda waha: waha.call("default", JOAO),
    "message--01": lambda waha: says(waha, "Bom dia!"),
    "message.ack--01": lambda waha: waha.ack("default", "3EB0OURS", 1),
    "message.ack--02": lambda waha: waha.ack("default", "3EB0OURS", 2),
    "message.ack--03": lambda waha: waha.ack("default", "3EB0OURS", 3),
    "message.ack--04": lambda waha: waha.ack("default", "3EB0OURS", -1),
    "message.ack.group--01": lambda waha: waha.ack("default", "3EB0GROUP", 3),
    "message.any--01": lambda waha: send(waha),
    "message.any--02": lambda waha: says(waha, "Bom dia!"),
    "message.any--03": lambda waha: says(waha, "por LID", lid=LID),
    "message.any--05": lambda waha: says(waha, "respondendo", quoted="3ASAID"),
    "message.any--06": lambda waha: says(waha, "oi grupo", lid=LID, group=GROUP),
    "message.any--07": lambda waha: says(waha, "foto", kind="image"),
    "message.any--09": lambda waha: says(waha, kind="voice"),
    "message.any--10": lambda waha: says(waha, kind="image", download="failed"),
    "message.any--11": lambda waha: says(waha, "Av. Paulista; São Paulo", kind="location"),
    "message.any--12": lambda waha: says(waha, "Maria", kind="contact"),
    "message.any--16": lambda waha: waha.customer_says("default", JOAO, "do celular", from_me=True),
    "message.any--20": lambda waha: send(waha, reply_to=SAID),
    "message.any--26": lambda waha: (waha.faults.next("sendText", "500-but-sent"), send(waha)),
    "message.edited--01": lambda waha: waha.edit("default", SAID, "Bom dia! Tudo bem?"),
    "message.reaction--01": lambda waha: waha.react("default", OURS, "👍"),
    "message.reaction--02": lambda waha: waha.react("default", OURS, ""),
    "message.revoked--01": lambda waha: waha.revoke("default", SAID),
    "presence.update--01": lambda waha: waha.presence("default", JOAO, "typing"),
    "session.status--01": lambda waha: (forget(waha), waha.set_status("default", "STARTING")),
    "session.status--02": lambda waha: waha.set_status("default", "SCAN_QR_CODE"),
    "session.status--04": lambda waha: (waha.set_status("default", "STARTING"), waha.set_status("default", "WORKING")),
    "session.status--05": lambda waha: waha.set_status("default", "STOPPED"),
}


@pytest.fixture
def old(receiver: Receiver) -> WahaSimulator:
    """The version that was recorded, with an empty history but for what the events are about."""
    waha = WahaSimulator(version="2026.2.1", time_scale=0.01, ack_delays=())
    waha.start()
    metadata = {"tenant": "42", "inbox": "7"}
    waha.add_session("default", receiver.url, hmac_key=KEY, retries=QUICK, metadata=metadata, events=["*"])
    waha.customer_says("default", JOAO, "Bom dia! Tudo certo?", name="João", uid="3ASAID", announced=False)
    waha.customer_says("default", JOAO, "Olá", from_me=True, uid="3EB0OURS", announced=False)
    waha.customer_says("default", JOAO, "Olá", from_me=True, uid="3EB0GROUP", group=GROUP, announced=False)
    return waha


def test_every_capture_is_compared() -> None:
    assert set(EVENTS) == set(CAPTURES)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_looks_like_the_captured_one(old: WahaSimulator, receiver: Receiver, name: str) -> None:
    with_status = name.startswith("session.status")
    try:
        EVENTS[name](old)
        old.wait_idle()
    finally:
        old.stop()
    told = receiver.events(name.partition("--")[0])
    known = json.loads(CAPTURES[name]["body"])
    wanted = known["payload"]["status"] if with_status else None
    (envelope,) = [event for event in told if not with_status or event["payload"]["status"] == wanted]
    assert list(envelope) == list(known)
    assert unexplained(differences(envelope, known)) == set()


@pytest.fixture
def asked(old: WahaSimulator) -> Iterator[Api]:
    """What the recorded requests ask about."""
    waha = old
    waha.customer_says("default", JOAO, "duplicada", name="João", uid="3AIN0000000000000011", announced=False)
    waha.customer_says("default", JOAO, "Tudo bem?", name="João", uid="3AIN0000000000000001", announced=False)
    waha.customer_says("default", JOAO, "Foto", kind="image", name="João", uid="3AIN0000000000000006", announced=False)
    waha.customer_says("default", JOAO, "Olá", from_me=True, uid="3EB09DD0340B1F404BEFC6", announced=False)
    waha.label("default", "3", "Cliente novo")
    replied = Api(waha).send("resposta", reply_to="3AIN0000000000000001").json()["key"]["id"]
    waha.ack("default", replied, 1)
    yield Api(waha, None)
    waha.stop()


# Recorded under other circumstances: another status, no session, a fault. Their own tests are named.
ELSEWHERE = {
    "sessions-list-all", "create-exists-422", "delete", "get-deleted-404", "put-deleted-404",
    "start-deleted-404", "create-start-201", "qr-image", "qr-json", "qr-raw", "me-not-authenticated-empty",
    "request-code", "stop",  # test_sessions
    "sendText-no-session-422", "sendText-scan-qr-422", "sendText-stopped-422",  # test_sessions
    "bad-json-400",  # test_server
    "sendText-500-but-actually-sent",  # test_faults
    "check-exists-no",  # test_texts
    "session-working",  # test_sessions
    "all-messages-since",  # test_history
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(RECORDED.keys() - ELSEWHERE))
def test_an_answer_looks_like_the_recorded_one(asked: Api, name: str) -> None:
    request, known = RECORDED[name]["request"], RECORDED[name]["response"]
    headers = {key: value.replace("test-key-123456", "test-key") for key, value in request["headers"].items()}
    answer = asked(request["method"], request["path"], request["body"], **headers)
    assert answer.status_code == known["status"]
    if isinstance(known["body"], str):  # a file
        assert answer.headers["Content-Type"] in known["body"]
    elif known["body"] is None:
        assert answer.content == b""
    else:
        assert unexplained(differences(answer.json(), known["body"])) == set()


def unexplained(found: set[str]) -> set[str]:
    return {each for each in found if not any(each.endswith(allowed) for allowed in ALLOWED)}
