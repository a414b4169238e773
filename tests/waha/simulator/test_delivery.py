"""How webhooks are posted, signed, retried, doubled and lost."""

import hashlib
import hmac
import time

import pytest

from chats.waha.simulator import WahaSimulator
from chats.waha.simulator.webhooks import Webhook

from .asking import JOAO, KEY, QUICK, Api
from .receiving import Receiver
from .recordings import CAPTURES


def test_the_signature_is_over_the_raw_bytes(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.customer_says("default", JOAO, "ação 👋")
    waha.wait_idle()
    (posted,) = receiver.received
    digest = hmac.new(KEY.encode(), posted.body, hashlib.sha512).hexdigest()
    assert posted.headers["X-Webhook-Hmac"] == digest
    assert "ação 👋".encode() in posted.body
    assert b'": ' not in posted.body
    assert posted.headers["X-Webhook-Timestamp"] == str(posted.envelope["timestamp"])
    assert set(CAPTURES["message--01"]["headers"]) <= set(posted.headers)


def test_captures_verify_by_the_same_rule() -> None:
    for capture in CAPTURES.values():
        digest = hmac.new(capture["hmac_key"].encode(), capture["body"].encode(), hashlib.sha512).hexdigest()
        assert capture["headers"]["X-Webhook-Hmac"] == digest


def test_message_and_message_any_share_one_event_id(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.add_session("default", receiver.url, events=["*"])
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    assert {r.envelope["event"] for r in receiver.received} == {"message", "message.any"}
    assert len({r.envelope["id"] for r in receiver.received}) == 1


def test_retries_are_the_same_bytes(waha: WahaSimulator, receiver: Receiver) -> None:
    receiver.answers = [(500, {}), (404, {}), (202, {})]
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    assert [attempt.status for attempt in waha.deliveries] == [500, 404, 202]
    assert [attempt.attempt for attempt in waha.deliveries] == [1, 2, 3]
    same = ("X-Webhook-Request-Id", "X-Webhook-Timestamp", "X-Webhook-Hmac")
    assert len({r.body for r in receiver.received}) == 1
    assert len({tuple(r.headers[name] for name in same) for r in receiver.received}) == 1


def test_an_event_is_given_up_after_the_last_retry(waha: WahaSimulator, receiver: Receiver) -> None:
    receiver.answers = [(503, {})] * 4
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    assert [attempt.delivered for attempt in waha.deliveries] == [False] * 4


def test_nobody_there_is_retried_too(waha: WahaSimulator) -> None:
    waha.add_session("default", "http://127.0.0.1:9/", retries={**QUICK, "attempts": 1})
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    assert [attempt.status for attempt in waha.deliveries] == [None, None]


def test_a_wish_to_be_left_alone_is_honoured(waha: WahaSimulator, receiver: Receiver) -> None:
    receiver.answers = [(503, {"Retry-After": "20"})]
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    first, second = waha.deliveries
    assert second.at - first.at >= 20 * 0.01


@pytest.mark.parametrize(("policy", "low", "high"), [("constant", 4, 4), ("linear", 12, 12), ("exponential", 32, 38.4)])
def test_the_third_retry_waits_as_its_policy_says(policy: str, low: float, high: float) -> None:
    webhook = Webhook("http://x", frozenset(), policy=policy, delay_seconds=4)
    assert low <= webhook.delay_before(3) <= high


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_loses_the_event_and_calls_it_delivered(
    waha: WahaSimulator, receiver: Receiver, status: int
) -> None:
    receiver.answers = [(status, {"Location": "/elsewhere/"})]
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    assert [(r.method, r.path, bool(r.body)) for r in receiver.received] == [
        ("POST", "/hook/", True),
        ("GET", "/elsewhere/", False),
    ]
    assert [(attempt.status, attempt.delivered) for attempt in waha.deliveries] == [(200, True)]


def test_a_307_keeps_the_body(waha: WahaSimulator, receiver: Receiver) -> None:
    receiver.answers = [(307, {"Location": "/elsewhere/"})]
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    assert len({r.body for r in receiver.received}) == 1


def test_a_duplicate_has_its_own_event_id_and_a_repeat_has_not(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.faults.next("message.any", "duplicate")
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    first, second = receiver.events("message.any")
    assert first["id"] != second["id"]
    assert first["payload"] == second["payload"]
    receiver.received.clear()
    waha.faults.next("message.any", "repeat")
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    assert len({r.body for r in receiver.received}) == 1
    assert len(receiver.received) == 2


def test_shuffled_deliveries_wait_for_each_other(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.faults.next("webhook", "shuffle", times=5)
    for number in range(4):
        waha.customer_says("default", JOAO, str(number))
    time.sleep(0.05)
    assert receiver.received == []
    waha.customer_says("default", JOAO, "4")
    waha.wait_idle()
    assert {event["payload"]["body"] for event in receiver.events("message.any")} == set("01234")


def test_a_swallowed_event_is_in_the_history_only(api: Api, receiver: Receiver) -> None:
    api.waha.faults.next("message.any", "swallow")
    api.waha.customer_says("default", JOAO, "perdida")
    api.waha.wait_idle()
    assert receiver.received == []
    (found,) = api("GET", "/api/default/chats/all/messages").json()
    assert found["body"] == "perdida"
