"""GOWS and WEBJS speak otherwise than NOWEB."""

from collections.abc import Iterator

import pytest

from chats.waha.simulator import WahaSimulator

from .asking import CHAT, GROUP, JOAO, Api
from .receiving import Receiver


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


@pytest.fixture
def webjs(receiver: Receiver) -> Iterator[WahaSimulator]:
    with WahaSimulator(time_scale=0.01, ack_delays=()) as waha:
        waha.add_session("default", receiver.url, engine="WEBJS", events=["*"])
        yield waha


def test_webjs_puts_the_sender_in_from_and_the_chat_in_to_of_our_own(webjs: WahaSimulator, receiver: Receiver) -> None:
    webjs.customer_says("default", JOAO, "Oi", name="João")
    webjs.customer_says("default", JOAO, "Olá", from_me=True)
    webjs.wait_idle()
    posted = {event["payload"]["fromMe"]: event["payload"] for event in receiver.events("message.any")}
    assert (posted[False]["from"], posted[False]["to"]) == (CHAT, "5511900000001@c.us")
    assert (posted[True]["from"], posted[True]["to"]) == ("5511900000001@c.us", CHAT)
    assert posted[False]["_data"]["notifyName"] == "João"
    assert posted[False]["_data"]["id"]["_serialized"] == posted[False]["id"]


def test_webjs_tells_message_and_message_any_apart(webjs: WahaSimulator, receiver: Receiver) -> None:
    webjs.customer_says("default", JOAO, "Oi")
    webjs.wait_idle()
    assert len({received.envelope["id"] for received in receiver.received}) == 2


def test_webjs_answers_with_an_id_that_is_an_object(webjs: WahaSimulator, receiver: Receiver) -> None:
    sent = Api(webjs).send("Olá", id="3EB0MINE").json()
    assert sent["id"]["_serialized"] == f"true_{CHAT}_{sent['id']['id']}"
    assert sent["id"]["id"] != "3EB0MINE"  # it takes no ids of ours
    assert Api(webjs)("GET", "/api/default/new-message-id").status_code == 501


def test_webjs_names_a_file_by_the_full_id_of_its_message(webjs: WahaSimulator, receiver: Receiver) -> None:
    said = webjs.customer_says("default", JOAO, "Veja", kind="image", group=GROUP)
    webjs.wait_idle()
    (event,) = receiver.events("message.any")
    assert event["payload"]["media"]["url"].endswith(f"/api/files/default/{said}.jpeg")
    path = event["payload"]["media"]["url"].removeprefix(webjs.url)
    assert Api(webjs)("GET", path).content == webjs.file("default", said)


def test_webjs_dates_a_reaction_in_fractions_and_names_the_chat_in_to(webjs: WahaSimulator, receiver: Receiver) -> None:
    webjs.react("default", webjs.customer_says("default", JOAO, "Oi", group=GROUP), "👍", phone="5511977776666")
    webjs.wait_idle()
    (event,) = receiver.events("message.reaction")
    assert event["payload"]["timestamp"] % 1
    assert (event["payload"]["to"], event["payload"]["from"]) == (GROUP, "5511977776666@c.us")


def test_webjs_edits_a_message_under_its_own_id_and_shows_what_a_deletion_took(
    webjs: WahaSimulator, receiver: Receiver
) -> None:
    said = webjs.customer_says("default", JOAO, "Oi")
    webjs.edit("default", said, "Olá")
    webjs.revoke("default", said)
    webjs.wait_idle()
    (edited,) = receiver.events("message.edited")
    (revoked,) = receiver.events("message.revoked")
    assert (edited["payload"]["id"], edited["payload"]["body"]) == (said, "Olá")
    assert revoked["payload"]["before"]["body"] == "Olá"
    assert revoked["payload"]["revokedMessageId"] == said.rpartition("_")[2]


def test_webjs_tells_of_a_message_that_waits_for_its_key(webjs: WahaSimulator, receiver: Receiver) -> None:
    full = webjs.waiting("default", JOAO)
    webjs.customer_says("default", JOAO, "Agora sim", uid=full.rpartition("_")[2])
    webjs.wait_idle()
    (waiting,) = receiver.events("message.waiting")
    (said,) = receiver.events("message.any")
    assert waiting["payload"]["id"] == said["payload"]["id"] == full
    assert waiting["payload"]["_data"]["type"] == "ciphertext"


def test_gows_spells_whatsapps_names_as_go_does(receiver: Receiver) -> None:
    with WahaSimulator(time_scale=0.01) as waha:
        waha.add_session("default", receiver.url, engine="GOWS")
        waha.customer_says("default", JOAO, kind="voice", quoted=waha.customer_says("default", JOAO, "Oi"))
        waha.wait_idle()
        (voice,) = [e["payload"] for e in receiver.events("message.any") if e["payload"]["hasMedia"]]
        audio = voice["_data"]["Message"]["audioMessage"]
        assert audio["PTT"] is True
        assert audio["contextInfo"]["stanzaID"] == voice["replyTo"]["id"]
        assert isinstance(audio["fileLength"], int)
