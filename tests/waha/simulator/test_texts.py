"""How texts are sent, read and typed."""

import json

from .asking import CHAT, JOAO, Api
from .receiving import Receiver
from .recordings import CAPTURES, same_answer, same_shape, shape


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
