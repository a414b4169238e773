"""Another process pulls the strings."""

import base64

import pytest
import requests

from .asking import CHAT, GROUP, JOAO, Api, wait_until
from .receiving import Receiver


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


def test_every_string_can_be_pulled_from_afar(api: Api, receiver: Receiver) -> None:
    content = base64.b64encode(b"mine").decode()
    said = api("POST", "/_simulator/say", {"phone": JOAO, "kind": "image", "content": content}).json()["id"]
    assert api.waha.file("default", said) == b"mine"
    poll = api("POST", "/_simulator/say", {"phone": JOAO, "text": "Qual?; A; B", "kind": "poll"}).json()["id"]
    orders: list[tuple[str, dict[str, object]]] = [
        ("album", {"phone": JOAO, "captions": ["um", "dois"]}),
        ("tell-again", {"message_id": said}),
        ("waiting", {"phone": JOAO}),
        ("edit", {"message_id": said, "text": "Olá"}),
        ("react", {"message_id": said, "emoji": "👍"}),
        ("vote", {"poll_id": poll, "phone": JOAO, "options": ["A"]}),
        ("presence", {"phone": JOAO, "state": "typing"}),
        ("call", {"phone": JOAO, "states": ["received", "rejected"]}),
        ("ack", {"message_id": said, "value": 3}),
        ("group-join", {"group": GROUP, "subject": "Família"}),
        ("group-update", {"group": GROUP, "subject": "Amigos"}),
        ("group-people", {"group": GROUP, "change": "join", "phones": [JOAO]}),
        ("group-leave", {"group": GROUP}),
        ("label", {"label_id": "3", "name": "Cliente"}),
        ("label-chat", {"phone": JOAO, "label_id": "3"}),
        ("archive", {"phone": JOAO}),
        ("lose-file", {"message_id": said}),
        ("revoke", {"message_id": said}),
        ("learn-lid", {"lid": "998877", "phone": JOAO}),
        ("tell-lids", {}),
        ("unregister", {"phone": "5511900000000"}),
        ("register-as", {"phone": JOAO, "account": "551188887777"}),
        ("show-face", {"phone": JOAO}),
        ("jam", {}),
        ("silence", {}),
        ("deafen", {}),
        ("disconnect", {"times": 2}),
    ]
    for name, order in orders:
        answer = api("POST", f"/_simulator/{name}", order)
        assert answer.status_code == 200, (name, answer.text)
    assert api("DELETE", "/_simulator/faults").status_code == 200
    assert api.waha.session().status == "STARTING"
    api.waha.wait_idle()


def test_the_server_can_be_cut_from_afar_and_comes_back(api: Api) -> None:
    assert api("POST", "/_simulator/cut", {"seconds": 0.2}).status_code == 200
    wait_until(lambda: not _answers(api))
    wait_until(lambda: _answers(api))


@pytest.mark.parametrize("what", ["sent", "amended", "shown", "calls", "deliveries"])
def test_what_was_seen_can_be_read_from_afar(api: Api, what: str) -> None:
    uid = api.send().json()["key"]["id"]
    api("PUT", "/api/reaction", {"session": "default", "messageId": f"true_{CHAT}_{uid}", "reaction": "👍"})
    api("POST", "/api/startTyping", {"session": "default", "chatId": CHAT})
    api.waha.wait_idle()
    assert api("GET", f"/_simulator/{what}").json() != []


def _answers(api: Api) -> bool:
    try:
        return api("GET", "/ping").ok
    except requests.ConnectionError:
        return False
