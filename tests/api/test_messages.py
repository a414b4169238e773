"""Messages through the API: read, written, corrected, and once however often they are asked for."""

import base64
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from chats import actions
from chats.models import Amendment, Chat, Message, SendState
from chats.waha.models import WhatsAppSession
from crm.models import RepeatableRequest
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.filemaking import png
from tests.webhooks import says

from .conftest import Program

Programs = Callable[..., Program]


@pytest.fixture
def chat(company: Company) -> Chat:
    return ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana)


def messages_of(chat: Chat) -> str:
    return f"/api/chats/{chat.pk}/messages"


def test_a_text_is_queued_for_the_customer(company: Company, chat: Chat, program: Programs) -> None:
    ana = program(company.ana)
    sent = ana.post(messages_of(chat), {"type": "TEXT", "body": "  Bom dia  "})
    assert (ana.status, sent["body"], sent["from_me"], sent["ack"]) == (201, "Bom dia", True, 0)
    assert sent["author"] == {"id": str(company.ana.pk), "name": "Ana Souza"}
    assert Message.objects.get().send_state == SendState.QUEUED
    assert ana.get(f"{messages_of(chat)}/{sent['id']}") == sent


@pytest.mark.parametrize(
    ("body", "kind", "details"),
    [
        (
            {"type": "LOCATION", "latitude": -23.5, "longitude": -46.6, "name": "Loja"},
            "LOCATION",
            {"latitude": -23.5, "longitude": -46.6, "name": "Loja"},
        ),
        (
            {"type": "CONTACT", "contacts": [{"name": "Bia", "phone": "(11) 98888-7777"}]},
            "CONTACT",
            {"contacts": [{"name": "Bia", "phone": "5511988887777"}]},
        ),
        (
            {"type": "POLL", "question": "Quando?", "options": ["Hoje", "Amanhã"]},
            "POLL",
            {"poll": {"name": "Quando?", "options": ["Hoje", "Amanhã"], "multiple": False}},
        ),
        ({"type": "NOTE", "body": "Só entre nós"}, "NOTE", {}),
    ],
)
def test_other_kinds_go_the_same_way(
    company: Company, chat: Chat, program: Programs, body: dict[str, Any], kind: str, details: dict[str, Any]
) -> None:
    sent = program(company.ana).post(messages_of(chat), body)
    assert (sent["type"], sent["details"]) == (kind, details)
    assert sent["send_state"] == (None if kind == "NOTE" else "QUEUED")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "TEXT", "body": ""}, "TEXT.body"),
        ({"type": "TEXT", "body": "oi", "colour": "red"}, "TEXT.colour"),
        ({"type": "CONTACT", "contacts": [{"name": "Bia", "phone": "abc"}]}, "contacts.0.phone"),
        ({"type": "POLL", "question": "Quando?", "options": ["Hoje", "Hoje"]}, "options"),
        ({"type": "TEXT", "body": "oi", "quoted_id": str(uuid4())}, "quoted_id"),
        ({"type": "FILE", "name": "a.pdf", "content_base64": "%%%"}, "content_base64"),
    ],
)
def test_what_is_wrong_is_named(
    company: Company, chat: Chat, program: Programs, body: dict[str, Any], field: str
) -> None:
    ana = program(company.ana)
    answer = ana.post(messages_of(chat), body)
    assert (ana.status, answer["code"], list(answer["fields"])) == (422, "invalid", [field])
    assert not Message.objects.exists()


def test_files_come_as_a_form_or_within_the_json(company: Company, chat: Chat, program: Programs) -> None:
    ana, picture = program(company.ana), png((8, 6))
    upload = SimpleUploadedFile("foto.png", picture)
    sent = ana.upload(f"/api/chats/{chat.pk}/files", {"file": upload, "caption": "A fachada"})
    assert (ana.status, sent["type"], sent["body"]) == (201, "IMAGE", "A fachada")
    assert (sent["file"]["width"], sent["file"]["height"], sent["file"]["mime_type"]) == (8, 6, "image/png")
    within = {"type": "FILE", "name": "foto.png", "content_base64": base64.b64encode(picture).decode()}
    assert ana.post(messages_of(chat), within)["file"]["size_bytes"] == len(picture)
    served = ana.ask("GET", sent["file"]["url"])
    assert b"".join(served.streaming_content) == picture
    assert served.headers["Content-Type"] == "image/png"
    part = ana.ask("GET", sent["file"]["url"], Range="bytes=0-3")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, picture[:4])
    served.close()
    part.close()


def test_a_file_is_nobodys_who_may_not_see_its_conversation(
    company: Company, strangers: Strangers, chat: Chat, program: Programs
) -> None:
    upload = SimpleUploadedFile("foto.png", png((8, 6)))
    sent = program(company.ana).upload(f"/api/chats/{chat.pk}/files", {"file": upload})
    assert program(strangers.olga).get(sent["file"]["url"])["code"] == "not_found"


def test_the_past_is_paged_and_what_is_new_is_told_by_seq(company: Company, chat: Chat, program: Programs) -> None:
    ana = program(company.ana)
    for number in range(5):
        ana.post(messages_of(chat), {"type": "TEXT", "body": f"{number}"})
    first = ana.get(f"{messages_of(chat)}?limit=3")
    rest = ana.get(f"{messages_of(chat)}?limit=3&cursor={first['next']}")
    assert [item["body"] for item in first["items"] + rest["items"]] == ["4", "3", "2", "1", "0"]
    assert rest["next"] is None
    ana.post(f"{messages_of(chat)}/{rest['items'][0]['id']}/cancellation")
    ana.post(messages_of(chat), {"type": "TEXT", "body": "5"})
    news = ana.get(f"{messages_of(chat)}?after_seq={first['seq']}")["items"]
    assert [(item["body"], item["send_state"]) for item in news] == [("1", "CANCELLED"), ("5", "QUEUED")]


def test_a_quiet_conversation_costs_two_questions(
    company: Company, chat: Chat, program: Programs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ana = program(company.ana)
    ana.post(messages_of(chat), {"type": "TEXT", "body": "oi"})
    tag = ana.ask("GET", messages_of(chat)).headers["ETag"]
    with django_assert_max_num_queries(2):
        assert ana.ask("GET", messages_of(chat), If_None_Match=tag).status_code == 304
    ana.post(messages_of(chat), {"type": "TEXT", "body": "oi de novo"})
    assert ana.ask("GET", messages_of(chat), If_None_Match=tag).status_code == 200


def test_more_messages_ask_no_more_questions(
    company: Company, chat: Chat, program: Programs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ana = program(company.ana)
    for number in range(12):
        ana.post(messages_of(chat), {"type": "TEXT", "body": f"{number}"})
    with django_assert_max_num_queries(3):
        assert len(ana.get(messages_of(chat))["items"]) == 12


def test_what_a_customer_wrote_is_answered_to(company: Company, program: Programs) -> None:
    says("Tem na cor azul?").deliver(company.number)
    chat = Chat.objects.get()
    ana = program(company.ana)
    (asked,) = ana.get(messages_of(chat))["items"]
    sent = ana.post(messages_of(chat), {"type": "TEXT", "body": "Temos", "quoted_id": asked["id"]})
    assert sent["quote"]["text"] == "Tem na cor azul?"
    assert ana.get(f"{messages_of(chat)}/{sent['id']}")["quote"]["id"] == asked["id"]
    assert ana.get(f"/api/chats/{chat.pk}")["waiting_since"] is None


def test_whoever_is_overtaken_is_told_when_they_ask_for_it(company: Company, chat: Chat, program: Programs) -> None:
    ana = program(company.ana)
    actions.send_message(chat, company.bruno, "Já respondi")
    refused = ana.post(messages_of(chat), {"type": "TEXT", "body": "oi", "seen_seq": 0})
    assert (ana.status, refused["code"]) == (409, "overtaken")
    ana.post(messages_of(chat), {"type": "TEXT", "body": "oi"})
    assert ana.status == 201


def test_nobody_writes_where_no_number_answers(company: Company, program: Programs) -> None:
    mute, ana = ChatFactory(tenant=company.tenant, session=None), program(company.ana)
    answer = ana.post(messages_of(mute), {"type": "TEXT", "body": "oi"})
    assert (ana.status, answer["code"]) == (409, "not_sendable")
    assert answer["message"] == "Esta conversa não tem um número de WhatsApp para fazer o envio."


def test_a_sent_text_is_edited_reacted_to_and_deleted(company: Company, chat: Chat, program: Programs) -> None:
    ana = program(company.ana)
    message = actions.send_message(chat, company.ana, "Bom dia")
    path = f"{messages_of(chat)}/{message.pk}"
    assert ana.patch(path, {"body": "Boa tarde"})["code"] == "not_sendable"
    Message.objects.filter(pk=message.pk).update(send_state=SendState.SENT, message_id="3EB0")
    ana.patch(path, {"body": "Boa tarde"})
    ana.put(f"{path}/reaction", {"emoji": "👍"})
    assert set(Amendment.objects.values_list("kind", "value")) == {("EDIT", "Boa tarde"), ("REACTION", "👍")}
    ana.delete(path)
    assert (ana.status, Amendment.objects.filter(kind="REVOKE").count()) == (204, 1)


def test_a_failed_message_is_sent_again(company: Company, chat: Chat, program: Programs) -> None:
    message = actions.send_message(chat, company.ana, "Bom dia")
    Message.objects.filter(pk=message.pk).update(send_state=SendState.FAILED, send_error="x")
    again = program(company.ana).post(f"{messages_of(chat)}/{message.pk}/sending")
    assert (again["send_state"], again["send_error"]) == ("QUEUED", "")


def test_a_message_is_forwarded_only_to_what_one_sees(
    company: Company, strangers: Strangers, chat: Chat, program: Programs
) -> None:
    ana, number = program(company.ana), company.number
    says("Endereço: Rua A, 1").deliver(number)
    message = Message.objects.get(from_me=False)
    path = f"{messages_of(message.chat)}/{message.pk}/forwarding"
    assert ana.post(path, {"chat_id": str(chat.pk)})["chat_id"] == str(chat.pk)
    foreign = ChatFactory(tenant=strangers.tenant, session=strangers.number)
    assert ana.post(path, {"chat_id": str(foreign.pk)})["code"] == "not_found"
    assert not Message.objects.filter(chat=foreign).exists()


def test_the_same_key_is_one_message(company: Company, chat: Chat, program: Programs) -> None:
    ana, body = program(company.ana), {"type": "TEXT", "body": "Bom dia"}
    first = ana.ask("POST", messages_of(chat), body, Idempotency_Key="pedido-1")
    second = ana.ask("POST", messages_of(chat), body, Idempotency_Key="pedido-1")
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["Idempotency-Replayed"] == "true"
    other = ana.post(messages_of(chat), {"type": "TEXT", "body": "Boa noite"}, Idempotency_Key="pedido-1")
    assert (ana.status, other["code"]) == (422, "key_reused")
    assert Message.objects.count() == 1


def test_the_same_key_of_somebody_else_is_another_one(company: Company, chat: Chat, program: Programs) -> None:
    body = {"type": "TEXT", "body": "Bom dia"}
    for person in (company.ana, company.bruno):
        program(person).post(messages_of(chat), body, Idempotency_Key="pedido-1")
    assert Message.objects.count() == 2


def test_a_form_sent_again_is_one_message(company: Company, chat: Chat, program: Programs) -> None:
    """Its boundary is another one each time."""
    ana = program(company.ana)
    for _ in range(2):
        upload = SimpleUploadedFile("foto.png", png((8, 6)))
        ana.upload(f"/api/chats/{chat.pk}/files", {"file": upload}, Idempotency_Key="foto-1")
    assert (ana.status, Message.objects.count()) == (201, 1)


def test_a_key_whose_request_failed_is_free_again(company: Company, chat: Chat, program: Programs) -> None:
    ana, body = program(company.ana), {"type": "TEXT", "body": "Bom dia"}
    Chat.objects.update(session=None)
    assert ana.post(messages_of(chat), body, Idempotency_Key="pedido-1")["code"] == "not_sendable"
    Chat.objects.update(session=company.number)
    ana.post(messages_of(chat), body, Idempotency_Key="pedido-1")
    assert ana.status == 201


def test_a_key_means_nothing_after_a_day(company: Company, chat: Chat, program: Programs) -> None:
    ana, body = program(company.ana), {"type": "TEXT", "body": "Bom dia"}
    ana.post(messages_of(chat), body, Idempotency_Key="pedido-1")
    known = RepeatableRequest.objects.get()
    RepeatableRequest.objects.update(created_at=known.created_at - RepeatableRequest.KEPT)
    ana.post(messages_of(chat), body, Idempotency_Key="pedido-1")
    assert (Message.objects.count(), RepeatableRequest.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_is_one_message(company: Company, program: Programs) -> None:
    number = WhatsAppSession.objects.get()
    chat = ChatFactory(tenant=company.tenant, session=number, assigned_to=company.ana)
    ana, answers = program(company.ana), []

    def send() -> None:
        asking = Program(ana.secret)
        answers.append(asking.post(messages_of(chat), {"type": "TEXT", "body": "oi"}, Idempotency_Key="um")["id"])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.count() == 1
    assert answers == [str(Message.objects.get().pk)] * 6
