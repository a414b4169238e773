"""What goes wrong on demand."""

import pytest
import requests

from chats.waha.simulator import WahaSimulator

from .asking import CHAT, JOAO, Api, wait_until
from .receiving import Receiver
from .recordings import recorded


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


def test_whatsapp_may_forbid_new_chats_at_once_or_later(api: Api, receiver: Receiver) -> None:
    api.waha.faults.next("sendText", "463")
    assert api.send().json()["exception"]["message"] == "server returned error 463"
    assert api.waha.sent == []
    api.waha.faults.next("sendText", "463-ack")
    assert api.send().status_code == 201
    api.waha.wait_idle()
    (ack,) = receiver.events("message.ack")
    assert (ack["payload"]["ack"], ack["payload"]["_data"]["update"]["messageStubParameters"]) == (-1, ["463"])


@pytest.mark.parametrize(("kind", "content_type"), [("empty", "image/jpeg"), ("wrong-type", "text/html")])
def test_a_file_may_arrive_as_something_else(api: Api, kind: str, content_type: str) -> None:
    said = api.waha.customer_says("default", JOAO, kind="image", announced=False)
    api.waha.faults.next("file", kind)
    answer = api("GET", f"/api/files/default/{said.rpartition('_')[2]}.jpeg")
    assert answer.headers["Content-Type"].startswith(content_type)
    assert answer.content != api.waha.file("default", said)


def test_a_file_may_break_off_in_the_middle(api: Api) -> None:
    said = api.waha.customer_says("default", JOAO, kind="image", announced=False)
    api.waha.faults.next("file", "truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api("GET", f"/api/files/default/{said.rpartition('_')[2]}.jpeg")


def test_a_jammed_session_refuses_every_send_until_it_is_restarted(api: Api) -> None:
    api.waha.jam("default")
    assert [api.send().status_code, api.send().status_code] == [400, 400]
    assert api("GET", "/api/sessions/default").json()["status"] == "WORKING"
    api("POST", "/api/sessions/default/restart")
    wait_until(lambda: api.waha.session().status == "WORKING")
    assert api.send().status_code == 201
    api.waha.wait_idle()


def test_a_silent_session_remembers_and_tells_all_at_once_after_the_restart(api: Api, receiver: Receiver) -> None:
    api.waha.silence("default")
    for number in range(3):
        api.waha.customer_says("default", JOAO, str(number))
    api.waha.wait_idle()
    assert receiver.received == []
    assert len(api("GET", "/api/default/chats/all/messages").json()) == 3
    api("POST", "/api/sessions/default/restart")
    api.waha.wait_idle()
    assert {event["payload"]["body"] for event in receiver.events("message.any")} == set("012")


def test_a_deaf_session_hears_it_all_after_the_restart(api: Api, receiver: Receiver) -> None:
    api.waha.deafen("default")
    api.waha.customer_says("default", JOAO, "Oi", at=1_795_458_499)
    assert api("GET", "/api/default/chats/all/messages").json() == []
    api("POST", "/api/sessions/default/restart")
    api.waha.wait_idle()
    (event,) = receiver.events("message.any")
    assert event["payload"]["timestamp"] == 1_795_458_499


@pytest.mark.parametrize(("keeps", "told"), [(False, []), (True, ["durante"])])
def test_a_server_that_was_away_knows_what_happened_meanwhile(
    api: Api, receiver: Receiver, keeps: bool, told: list[str]
) -> None:
    api.waha.cut(keeps=keeps)
    with pytest.raises(requests.ConnectionError):
        api("GET", "/ping")
    api.waha.customer_says("default", JOAO, "durante")
    api.waha.mend()
    api.waha.wait_idle()
    assert [event["payload"]["body"] for event in receiver.events("message.any")] == told
    assert [m["body"] for m in api("GET", f"/api/default/chats/{CHAT}/messages").json()] == ["durante"]


def test_a_cut_heals_by_itself(api: Api) -> None:
    api.waha.cut(0.1)
    with pytest.raises(requests.ConnectionError):
        api("GET", "/ping")

    def is_back() -> bool:
        try:
            return api("GET", "/ping").ok
        except requests.ConnectionError:
            return False

    wait_until(is_back)


def test_one_message_may_flood_the_receiver(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.faults.next("message.any", "flood")
    waha.customer_says("default", JOAO, "Oi")
    waha.wait_idle()
    told = receiver.events("message.any")
    assert len(told) == len({event["id"] for event in told}) == 30
    assert len({event["payload"]["id"] for event in told}) == 1
