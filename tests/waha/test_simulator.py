"""The simulator speaks WAHA's contract: compared with what a running WAHA answered and posted."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from chats.waha.simulator import WahaSimulator
from chats.waha.simulator.contents import KINDS
from chats.waha.simulator.customers import Customers
from chats.waha.simulator.webhooks import Webhook

HERE = Path(__file__).parent
RECORDED = {call["name"]: call for call in json.loads((HERE / "api-calls.json").read_text())}
CAPTURES = {path.stem: json.loads(path.read_text()) for path in sorted((HERE / "captures").glob("*.json"))}
KEY = "s3cr3t-chave-ção"
JOAO = "5511988887777"
CHAT = f"{JOAO}@c.us"
QUICK = {"policy": "constant", "delaySeconds": 1, "attempts": 3}


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


@pytest.fixture
def receiver() -> Iterator[Receiver]:
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


@dataclass
class Api:
    waha: WahaSimulator
    key: str | None = "test-key"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        keyed = {"X-Api-Key": self.key} if self.key else {}
        return requests.request(method, self.waha.url + path, json=body, headers={**keyed, **headers}, timeout=10)

    def send(self, text: str = "Olá", **more: Any) -> requests.Response:
        return self("POST", "/api/sendText", {"session": "default", "chatId": CHAT, "text": text, **more})


@pytest.fixture
def waha(receiver: Receiver) -> Iterator[WahaSimulator]:
    with WahaSimulator(time_scale=0.01) as simulator:
        simulator.add_session("default", receiver.url, hmac_key=KEY, metadata={"tenant": "42"}, retries=QUICK)
        yield simulator


@pytest.fixture
def api(waha: WahaSimulator) -> Api:
    return Api(waha)


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


# Who may ask, and what an unknown thing answers


@pytest.mark.parametrize("key", [None, "nope"])
def test_without_the_key_nothing_is_told(waha: WahaSimulator, key: str | None) -> None:
    same_answer(Api(waha, key)("GET", "/api/sessions"), "401-no-key")
    same_answer(Api(waha, key)("GET", "/ping"), "ping")


def test_the_key_may_stand_in_the_query_since_2026_4_3(waha: WahaSimulator) -> None:
    assert Api(waha, None)("GET", "/api/sessions?x-api-key=test-key").status_code == 200
    with WahaSimulator(version="2026.2.1") as old:
        assert Api(old, None)("GET", "/api/sessions?x-api-key=test-key").status_code == 401


def test_unknown_things_answer_as_waha_does(api: Api) -> None:
    same_answer(api("GET", "/api/nope"), "404-unknown-route")
    assert api("GET", "/api/sendText").json()["message"] == "Cannot GET /api/sendText"
    same_shape(api("GET", "/api/default/chats/all/messages/NOPE"), "message-404")
    same_shape(api("GET", "/api/sessions/other"), "get-deleted-404")
    same_shape(api("PUT", "/api/sessions/other", {"config": {}}), "put-deleted-404")
    same_shape(api("POST", "/api/sessions/other/start"), "start-deleted-404")
    same_shape(api("GET", "/api/files/default/gone.jpeg"), "media-gone-404")


def test_the_server_tells_about_itself(api: Api) -> None:
    same_shape(api("GET", "/api/version"), "version")
    same_shape(api("GET", "/api/server/version"), "version")
    same_shape(api("GET", "/api/server/status"), "server-status")


def test_requests_that_make_no_sense_are_refused(api: Api) -> None:
    same_answer(api("POST", "/api/sendText", {"chatId": CHAT, "text": "oi"}), "sendText-missing-session-400")
    same_shape(api("POST", "/api/sendText", {"session": "default", "text": "x"}), "sendText-missing-chat-500")
    same_answer(api("POST", "/api/sessions", {"name": "a b"}), "create-bad-name-400")
    bad = {"name": "x", "config": {"webhooks": [{"url": "notaurl", "events": ["nope"]}]}}
    same_shape(api("POST", "/api/sessions", bad), "create-bad-webhook-400")
    broken = requests.post(f"{api.waha.url}/api/sendText", "{bad", headers={"X-Api-Key": "test-key"}, timeout=5)
    same_answer(broken, "bad-json-400")


def test_before_2026_6_there_is_one_session_and_no_message_id(receiver: Receiver) -> None:
    with WahaSimulator(version="2026.2.1", time_scale=0.01, ack_delays=()) as old:
        old.add_session("default", receiver.url)
        api = Api(old)
        same_answer(api("GET", "/api/sessions/other"), "session-other-core")
        assert api("GET", "/api/default/new-message-id").status_code == 404
        assert api.send(id="3EB0MINE").json()["key"]["id"] != "3EB0MINE"
        old.wait_idle()


# How sessions live


def test_a_session_is_made_scanned_and_removed(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.01) as waha:
        api = Api(waha)
        config = RECORDED["create-start-201"]["response"]["body"]["config"]
        config["webhooks"][0]["url"] = receiver.url
        made = api("POST", "/api/sessions", {"name": "default", "start": True, "config": config})
        same_shape(made, "create-start-201")
        same_answer(api("POST", "/api/sessions", {"name": "default"}), "create-exists-422")
        waha.wait_idle()
        same_shape(api("GET", "/api/default/auth/qr?format=raw"), "qr-raw")
        same_shape(api("GET", "/api/default/auth/qr", Accept="application/json"), "qr-json")
        picture = api("GET", "/api/default/auth/qr")
        assert Image.open(BytesIO(picture.content)).format == "PNG"
        same_answer(api("POST", "/api/default/auth/request-code", {"phoneNumber": "55"}), "request-code")
        assert api("GET", "/api/sessions/default/me").content == b""
        waha.scan("default", "5511900000001", "Loja Exemplo")
        waha.wait_idle()
        same_shape(api("GET", "/api/sessions/default/me"), "me")
        same_shape(api("GET", "/api/default/auth/qr"), "qr-when-working-422")
        seen = sorted(receiver.events("session.status"), key=lambda event: event["id"])
        assert {event["payload"]["status"] for event in seen} == {"STARTING", "SCAN_QR_CODE", "WORKING"}
        stopped = api("POST", "/api/sessions/default/stop")
        same_shape(stopped, "stop")
        (listed,) = api("GET", "/api/sessions?all=true").json()
        assert list(listed) == list(recorded("sessions-list-all")[1][0])
        assert api("GET", "/api/sessions").json() == []
        assert api("DELETE", "/api/sessions/default").content == b""
        assert api("DELETE", "/api/sessions/default").status_code == 200


def test_a_working_session_says_so(api: Api) -> None:
    info = api("GET", "/api/sessions/default").json()
    _, known = recorded("session-working")
    assert list(info) == list(known)
    assert (info["status"], shape(info["me"]), info["engine"]) == (
        "WORKING",
        shape(known["me"]),
        known["engine"],
    )
    assert info["config"]["webhooks"][0]["hmac"] == {"key": KEY}  # in clear, as the real one


def test_a_qr_code_nobody_scans_ends_in_failed(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.0005) as waha:
        Api(waha)("POST", "/api/sessions", {"name": "default", "start": True, "config": {}})
        wait_until(lambda: waha.session("default").status == "FAILED")


def test_put_replaces_the_configuration_and_restarts(api: Api) -> None:
    api("PUT", "/api/sessions/default", {"config": {"metadata": {"a": "b"}}})
    api.waha.wait_idle()
    info = api("GET", "/api/sessions/default").json()
    assert (info["config"], info["status"]) == ({"metadata": {"a": "b"}}, "WORKING")


@pytest.mark.parametrize(
    ("status", "name", "seconds"),
    [("SCAN_QR_CODE", "sendText-scan-qr-422", 10), ("STOPPED", "sendText-stopped-422", 5)],
)
def test_a_send_on_a_session_that_does_not_work_blocks_and_is_refused(
    api: Api, status: str, name: str, seconds: int
) -> None:
    api.waha.set_status("default", status)
    started = time.monotonic()
    same_answer(api.send(), name)
    assert time.monotonic() - started >= seconds * 0.01
    assert api.waha.sent == []


def test_a_send_on_an_unknown_session_is_refused_in_its_own_shape(waha: WahaSimulator) -> None:
    waha.world.sessions.remove("default")
    same_answer(Api(waha).send(), "sendText-no-session-422")


# How texts are sent


def test_a_sent_text_is_answered_raw_echoed_and_acknowledged(api: Api, receiver: Receiver) -> None:
    answer = api.send("olá ção 👋")
    same_shape(answer, "sendText-ok")
    api.waha.wait_idle()
    (echo,) = receiver.events("message.any")
    assert shape(echo["payload"]) == shape(json.loads(CAPTURES["message.any--01"]["body"])["payload"])
    assert (echo["payload"]["source"], echo["payload"]["ack"]) == ("api", 0)
    assert echo["payload"]["id"] == f"true_{CHAT}_{answer.json()['key']['id']}"
    assert sorted(event["payload"]["ack"] for event in receiver.events("message.ack")) == [1, 2, 3]
    assert receiver.events("message") == []
    assert [(sent.chat_id, sent.text) for sent in api.waha.sent] == [(CHAT, "olá ção 👋")]


def test_an_answer_quotes_and_a_reply_to_nothing_is_sent_without_quote(api: Api) -> None:
    asked = api.waha.customer_says("default", JOAO, "Bom dia! Tudo bem?", name="João da Silva")
    same_shape(api.send("resposta", reply_to=asked), "sendText-reply")
    same_shape(api.send("resposta", reply_to="false_x@c.us_NOPE"), "sendText-ok")
    api.waha.wait_idle()


def test_our_own_message_id_is_used(api: Api, receiver: Receiver) -> None:
    made = api("GET", "/api/default/new-message-id").json()["id"]
    assert api.send(id=made).json()["key"]["id"] == made
    assert api("GET", f"/api/default/chats/all/messages/{made}").json()["id"] == f"true_{CHAT}_{made}"
    api.waha.wait_idle()


def test_a_hidden_id_can_be_written_to(api: Api) -> None:
    body = {"session": "default", "chatId": "99887766554433@lid", "text": "x"}
    same_shape(api("POST", "/api/sendText", body), "sendText-to-lid")
    api.waha.wait_idle()


def test_a_number_without_account_gets_as_far_as_the_server(api: Api) -> None:
    path = "/api/contacts/check-exists?session=default&phone="
    api.waha.unregister("default", JOAO)
    same_answer(api("GET", path + JOAO), "check-exists-no")
    same_answer(api("GET", path + "551188887777"), "check-exists-yes")
    uid = api.send().json()["key"]["id"]
    api.waha.wait_idle()
    assert api.waha.message("default", uid).ack == 1


def test_reading_and_typing_are_answered(api: Api, receiver: Receiver) -> None:
    asked = api.waha.customer_says("default", JOAO, "Oi")
    api.waha.customer_says("default", JOAO, "Tudo bem?")
    where = {"session": "default", "chatId": CHAT}
    same_answer(api("POST", "/api/startTyping", where), "startTyping")
    same_answer(api("POST", "/api/stopTyping", where), "stopTyping")
    same_answer(api("POST", "/api/sendSeen", {**where, "messageIds": [asked]}), "sendSeen-ids")
    same_shape(api("POST", "/api/sendSeen", where), "sendSeen-all")
    assert api("POST", "/api/sendSeen", where).json() == {"ids": []}
    api.waha.wait_idle()
    assert all(not ack["payload"]["fromMe"] for ack in receiver.events("message.ack"))


def test_hidden_ids_resolve_when_known(api: Api) -> None:
    same_answer(api("GET", "/api/default/lids/99887766554433@lid"), "lid-unknown")
    assert api("GET", f"/api/default/lids/pn/{JOAO}").json() == {"lid": None, "pn": CHAT}
    api.waha.learn_lid("default", "99887766554433", JOAO)
    assert api("GET", "/api/default/lids/99887766554433").json()["pn"] == CHAT
    assert api("GET", f"/api/default/lids/pn/{JOAO}").json()["lid"] == "99887766554433@lid"


# Faults


def test_a_500_may_mean_that_it_was_sent(api: Api, receiver: Receiver) -> None:
    api.waha.faults.next("sendText", "500-but-sent")
    failed = api.send("E1 ambígua")
    status, body = recorded("sendText-500-but-actually-sent")
    assert (failed.status_code, list(failed.json())) == (status, list(body))
    assert failed.json()["exception"]["message"] == "Timed Out"
    api.waha.wait_idle()
    assert [event["payload"]["body"] for event in receiver.events("message.any")] == ["E1 ambígua"]


@pytest.mark.parametrize("kind", ["500", "422", "404", "401", "400", "501"])
def test_a_refusal_sends_nothing(api: Api, kind: str) -> None:
    api.waha.faults.next("sendText", kind)
    assert api.send().status_code == int(kind)
    assert api.waha.sent == []
    assert api.send().status_code == 201
    api.waha.wait_idle()


@pytest.mark.parametrize(("kind", "sent"), [("drop", 0), ("drop-but-sent", 1), ("hang", 0), ("hang-but-sent", 1)])
def test_a_connection_may_end_without_an_answer(api: Api, kind: str, sent: int) -> None:
    api.waha.faults.next("sendText", kind, seconds=0.05)
    with pytest.raises(requests.ConnectionError):
        api.send()
    assert len(api.waha.sent) == sent
    api.waha.wait_idle()
    assert api.waha.calls[-1].status == 0


def test_the_echo_may_come_before_the_answer(api: Api, receiver: Receiver) -> None:
    api.waha.faults.next("sendText", "echo-first")
    api.send()
    assert len(receiver.events("message.any")) == 1
    api.waha.wait_idle()


def test_a_disconnected_session_blocks_the_request_that_found_it_so(api: Api) -> None:
    api.waha.faults.next("sendText", "disconnect")
    assert api.send().json()["status"] == "STARTING"
    api.waha.set_status("default", "WORKING")
    assert api.send().status_code == 201
    api.waha.wait_idle()


@pytest.mark.parametrize(("where", "kind"), [("sendText", "nope"), ("sendText", "shuffle"), ("webhook", "500")])
def test_a_fault_that_cannot_happen_is_refused(waha: WahaSimulator, where: str, kind: str) -> None:
    with pytest.raises(ValueError, match=kind):
        waha.faults.next(where, kind)


# Webhooks


LIKE_CAPTURES: dict[str, Callable[[WahaSimulator], object]] = {
    "message.any--02": lambda waha: waha.customer_says("default", JOAO, "Bom dia!", name="João da Silva"),
    "message.any--03": lambda waha: waha.customer_says("default", JOAO, "x", lid="99887766554433", name="João"),
    "message.any--06": lambda waha: waha.customer_says(
        "default", JOAO, "oi grupo", lid="99887766554433", group="120363041234567890@g.us", name="João"
    ),
    "message.any--07": lambda waha: waha.customer_says("default", JOAO, "foto", kind="image", name="João"),
    "message.any--09": lambda waha: waha.customer_says("default", JOAO, kind="voice", name="João"),
    "message.any--11": lambda waha: waha.customer_says(
        "default", JOAO, "Av. Paulista; São Paulo", kind="location", name="João"
    ),
    "message.any--12": lambda waha: waha.customer_says("default", JOAO, "Maria", kind="contact", name="João"),
    "message.any--16": lambda waha: waha.customer_says("default", JOAO, "do celular", from_me=True),
    "message.ack--01": lambda waha: waha.ack("default", _spoken(waha, from_me=True), 3),
    "message.edited--01": lambda waha: waha.edit("default", _spoken(waha), "Bom dia! Tudo bem?"),
    "message.revoked--01": lambda waha: waha.revoke("default", _spoken(waha)),
    "message.reaction--01": lambda waha: waha.react("default", _spoken(waha), "👍"),
    "presence.update--01": lambda waha: waha.presence("default", JOAO, "typing"),
    "call.received--01": lambda waha: waha.call("default", JOAO),
    "session.status--05": lambda waha: waha.set_status("default", "STOPPED"),
}


def _spoken(waha: WahaSimulator, *, from_me: bool = False) -> str:
    return waha.customer_says("default", JOAO, "Oi", name="João", from_me=from_me, announced=False)


@pytest.mark.parametrize("name", LIKE_CAPTURES)
def test_a_webhook_looks_like_the_captured_one(waha: WahaSimulator, receiver: Receiver, name: str) -> None:
    LIKE_CAPTURES[name](waha)
    waha.wait_idle()
    event = name.partition("--")[0]
    (posted,) = receiver.events(event)
    captured = json.loads(CAPTURES[name]["body"])
    assert list(posted) == list(captured)
    payload, known = dict(posted["payload"]), dict(captured["payload"])
    details, known_details = payload.pop("_data", None), known.pop("_data", None)
    if event == "session.status":
        payload["statuses"], known["statuses"] = payload["statuses"][:1], known["statuses"][:1]
    if event == "message.revoked":
        payload["after"].pop("_data"), known["after"].pop("_data")
    if known.get("location"):
        assert set(payload.pop("location")) == set(known.pop("location"))
    assert shape(payload) == shape(known)
    if known_details is not None:
        assert list(details) == list(known_details)
        if "key" in known_details:
            assert shape(details["key"]) == shape(known_details["key"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message_arrives_and_its_file_can_be_fetched(api: Api, receiver: Receiver, kind: str) -> None:
    api.waha.customer_says("default", JOAO, "Um; dois; três", kind=kind)
    api.waha.wait_idle()
    (event,) = receiver.events("message.any")
    media = event["payload"]["media"]
    assert (media is not None) == event["payload"]["hasMedia"]
    if media:
        fetched = requests.get(media["url"], headers={"X-Api-Key": "test-key"}, timeout=5)
        assert fetched.headers["Content-Type"] == media["mimetype"].partition(";")[0]
        assert len(fetched.content) > 30
        assert requests.get(media["url"], timeout=5).status_code == 401


def test_a_lost_file_comes_back_when_the_message_is_asked_for(api: Api) -> None:
    message_id = api.waha.customer_says("default", JOAO, kind="image")
    api.waha.wait_idle()
    path = f"/api/default/chats/{CHAT}/messages/{message_id}?downloadMedia="
    api.waha.lose_file("default", message_id)
    assert api("GET", path + "false").json()["media"] is None
    url = api("GET", path + "false").json()
    assert url["hasMedia"]
    uid = message_id.rpartition("_")[2]
    assert api("GET", f"/api/files/default/{uid}.jpeg").status_code == 404
    again = api("GET", path + "true").json()["media"]["url"]
    assert api("GET", again.removeprefix(api.waha.url)).status_code == 200


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


# History


def test_history_is_filtered_sorted_and_paged(api: Api) -> None:
    for second in range(100, 110):
        api.waha.customer_says("default", JOAO, str(second), at=second, announced=False, from_me=second % 2 == 0)
    api.waha.customer_says("default", "5521999990000", "outra", at=105, announced=False)

    def bodies(chat: str, query: str) -> list[str]:
        return [m["body"] for m in api("GET", f"/api/default/chats/{chat}/messages?{query}").json()]

    assert bodies(CHAT, "limit=3") == ["109", "108", "107"]
    assert bodies(CHAT, "limit=3&offset=3&sortOrder=asc") == ["103", "104", "105"]
    assert bodies("all", "filter.timestamp.gte=105&filter.timestamp.lte=105") == ["outra", "105"]
    assert bodies("all", "filter.timestamp.gte=107&filter.fromMe=true") == ["108"]
    assert len(bodies("all", "")) == 10
    assert bodies(CHAT.replace("@", "%40"), "limit=1") == ["109"]


def test_history_looks_as_recorded(api: Api) -> None:
    asked = api.waha.customer_says("default", JOAO, "Bom dia! Tudo bem?", name="João da Silva")
    api.send("resposta")
    api.waha.wait_idle()
    _, known = recorded("all-messages-since")
    shown = api("GET", "/api/default/chats/all/messages?sortOrder=asc&downloadMedia=false").json()
    by_me = {message["fromMe"]: message for message in shown}
    known_by_me = {message["fromMe"]: message for message in reversed(known)}
    assert shape(by_me[True]) == shape(known_by_me[True])
    assert list(by_me[False]) == list(known_by_me[False])
    same_shape(api("GET", f"/api/default/chats/{CHAT}/messages/{asked}"), "message-by-id")


def test_without_a_store_there_is_no_history(waha: WahaSimulator) -> None:
    waha.add_session("default", store=False)
    assert Api(waha)("GET", "/api/default/chats/all/messages").status_code == 400


def test_hidden_and_phone_chats_are_one_history_when_known(api: Api) -> None:
    api.waha.customer_says("default", JOAO, "por telefone", announced=False)
    api.waha.customer_says("default", JOAO, "por LID", lid="998877", announced=False)
    api.waha.learn_lid("default", "998877", JOAO)
    path = f"/api/default/chats/{CHAT}/messages"
    assert len(api("GET", path).json()) == 2
    assert len(api("GET", path + "?merge=false").json()) == 1


def test_a_state_file_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "waha.jsonl"
    with WahaSimulator(state=state) as waha:
        waha.add_session()
        kept = waha.customer_says("default", JOAO, "foto", kind="image")
        gone = waha.customer_says("default", JOAO, "apagada")
        waha.revoke("default", gone)
    with WahaSimulator(state=state) as again:
        session = again.add_session()
        assert [(m.id, m.body) for m in again.history(session)] == [(kept, "foto")]


# Other engines, other processes, the demo


def test_gows_answers_and_posts_in_its_own_shape(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.01, ack_delays=()) as waha:
        waha.add_session("default", receiver.url, engine="GOWS")
        answer = Api(waha).send("Oi").json()
        assert list(answer) == ["id", "_data"]
        waha.customer_says("default", JOAO, "Oi", name="João", lid="998877", group="120363041234567890@g.us")
        waha.wait_idle()
        posted = {event["payload"]["fromMe"]: event["payload"] for event in receiver.events("message.any")}
        assert posted[True]["ack"] == 1
        assert posted[False]["to"] == "998877@lid"
        assert posted[False]["_data"]["Info"]["PushName"] == "João"
        assert posted[False]["_data"]["Info"]["SenderAlt"] == f"{JOAO}@s.whatsapp.net"


def test_another_process_can_pull_the_strings(api: Api, receiver: Receiver) -> None:
    said = api("POST", "/_simulator/say", {"phone": JOAO, "text": "Oi", "name": "João"})
    assert said.json()["id"].startswith(f"false_{CHAT}_")
    assert api("POST", "/_simulator/fault", {"where": "sendText", "kind": "500"}).status_code == 200
    assert api.send().status_code == 500
    api.send("agora foi")
    api.waha.wait_idle()
    assert [sent["text"] for sent in api("GET", "/_simulator/sent").json()] == ["agora foi"]
    assert api("POST", "/_simulator/status", {"status": "FAILED"}).json()["status"] == "FAILED"
    api.waha.wait_idle()
    events = [delivery["event"] for delivery in api("GET", "/_simulator/deliveries").json()]
    assert events[0] == "message.any"
    assert events[-1] == "session.status"
    assert api("POST", "/_simulator/fault", {"where": "sendText", "kind": "nope"}).status_code == 400
    assert api("GET", "/_simulator/nope").status_code == 404


def test_customers_write_read_and_answer(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.01, ack_delays=(0.1, 0.2)) as waha:
        session = waha.add_session("default", receiver.url)
        Customers(waha, seconds_between=1, seed=1).start()
        wait_until(lambda: len(waha.history(session)) >= 20)
        api = Api(waha)
        for number in range(8):
            api.send(f"Posso ajudar? {number}")
            time.sleep(0.09)
        wait_until(lambda: any(m.ack == 3 for m in waha.history(session) if m.from_me))
        wait_until(lambda: any(not m.from_me for m in waha.history(session, CHAT)))


def wait_until(true: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It never came true"
        time.sleep(0.005)
