"""What happens around messages: votes, calls, groups, advertisements, leaked device numbers."""

import pytest

from chats.waha.simulator import WahaSimulator

from .asking import CHAT, GROUP, JOAO
from .receiving import Receiver


def test_a_vote_names_the_poll_and_the_whole_choice(waha: WahaSimulator, receiver: Receiver) -> None:
    poll = waha.customer_says("default", JOAO, "Qual?; A; B", kind="poll", from_me=True, announced=False)
    waha.vote("default", poll, JOAO, ["A", "B"])
    waha.wait_idle()
    (event,) = receiver.events("poll.vote")
    vote = event["payload"]["vote"]
    assert (vote["from"], vote["to"], vote["selectedOptions"]) == (CHAT, "me", ["A", "B"])
    assert vote["timestamp"] > 10**12  # milliseconds
    assert event["payload"]["poll"] == {"id": poll, "to": CHAT, "from": "me", "fromMe": True}


def test_a_vote_that_cannot_be_read_fails(waha: WahaSimulator, receiver: Receiver) -> None:
    poll = waha.customer_says("default", JOAO, "Qual?; A; B", kind="poll", from_me=True, announced=False)
    waha.vote("default", poll, JOAO, ["A"], readable=False)
    waha.wait_idle()
    (event,) = receiver.events("poll.vote.failed")
    assert event["payload"]["vote"]["selectedOptions"] == []


@pytest.mark.parametrize(
    "states", [("received", "accepted"), ("received", "rejected"), ("rejected", "received"), ("accepted",)]
)
def test_a_call_goes_through_any_states_under_one_id(
    waha: WahaSimulator, receiver: Receiver, states: tuple[str, ...]
) -> None:
    call_id = waha.call("default", JOAO, states=states, video=True)
    waha.wait_idle()
    told = [received.envelope for received in receiver.received]
    assert {event["event"] for event in told} == {f"call.{state}" for state in states}
    assert {event["payload"]["id"] for event in told} == {call_id}


def test_a_group_takes_in_lets_go_and_changes_its_name(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.group_join("default", GROUP, "Família", [JOAO])
    waha.group_people("default", GROUP, "join", ["5511977776666"])
    waha.group_update("default", GROUP, subject="Amigos")
    waha.group_leave("default", GROUP)
    waha.wait_idle()
    (joined,), (moved,), (changed,), (left,) = (
        receiver.events(f"group.v2.{name}") for name in ("join", "participants", "update", "leave")
    )
    assert joined["payload"]["group"]["subject"] == "Família"
    assert moved["payload"]["participants"] == [{"id": "5511977776666@c.us", "role": "participant"}]
    assert changed["payload"]["group"] == {"id": GROUP, "subject": "Amigos"}
    assert left["payload"]["group"] == {"id": GROUP}


def test_an_advertisement_comes_with_the_first_message(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.customer_says("default", JOAO, "Quero saber mais; Sofá Lisboa; https://fb.me/x", kind="ad")
    waha.wait_idle()
    (event,) = receiver.events("message.any")
    context = event["payload"]["_data"]["message"]["extendedTextMessage"]["contextInfo"]
    assert event["payload"]["body"] == "Quero saber mais"
    assert context["externalAdReply"]["title"] == "Sofá Lisboa"
    assert context["externalAdReply"]["sourceUrl"] == "https://fb.me/x"


def test_a_device_number_may_leak_into_ids(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.customer_says("default", JOAO, "Oi", device=3)
    waha.customer_says("default", JOAO, "Oi", device=3, lid="998877")
    waha.wait_idle()
    told = {event["payload"]["from"]: event["payload"] for event in receiver.events("message.any")}
    assert told[f"{JOAO}:3@c.us"]["id"].startswith(f"false_{JOAO}:3@c.us_")
    assert told["998877@lid"]["_data"]["key"]["remoteJidAlt"] == f"{JOAO}:3@s.whatsapp.net"


def test_one_message_may_come_under_two_addresses(waha: WahaSimulator, receiver: Receiver) -> None:
    waha.customer_says("default", JOAO, "Oi", uid="3ATWICE")
    waha.customer_says("default", JOAO, "Oi", uid="3ATWICE", lid="998877")
    waha.wait_idle()
    told = {event["payload"]["id"] for event in receiver.events("message.any")}
    assert told == {f"false_{CHAT}_3ATWICE", "false_998877@lid_3ATWICE"}
