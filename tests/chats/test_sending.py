"""An agent writes: what the page gets back, what is stored, and who may."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from chats import actions
from chats.actions.send import MAX_TEXT_LENGTH
from chats.models import Ack, Chat, ChatStatus, Message, MessageType, SendState
from crm.models import ReplyPolicy, User
from tests.cast import Company
from tests.factories import NOON, ChatFactory, MessageFactory
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """A customer waits in the queue."""
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


def post(client: Client, chat: Chat, body: str = "Bom dia!", **more: str) -> HttpResponse:
    wanted = {"body": body, "client_id": str(uuid4()), **more}
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/messages/", wanted)
    return response


def send_jobs() -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(task_name="waha.send")


def ours() -> list[Message]:
    return list(Message.objects.filter(from_me=True, type=MessageType.TEXT))


def test_a_message_is_stored_queued_and_comes_back_as_its_bubble(chat: Chat, company: Company, browse: Browse) -> None:
    response = post(browse(company.ana), chat, "Cem reais.")
    (message,) = ours()
    assert response.status_code == 200
    assert f'id="message-{message.pk}"' in response.content.decode()
    assert (message.body, message.author, message.ack) == ("Cem reais.", company.ana, Ack.PENDING)
    assert (message.send_state, message.session_id) == (SendState.QUEUED, company.number.pk)
    assert send_jobs().get().args == {"message_pk": str(message.pk)}


def test_an_answer_ends_the_waiting_and_takes_a_chat_of_nobody(chat: Chat, company: Company, browse: Browse) -> None:
    post(browse(company.ana), chat)
    chat.refresh_from_db()
    assert (chat.unread_count, chat.waiting_since, chat.assigned_to) == (0, None, company.ana)
    assert chat.last_message == "Bom dia!"
    assert chat.first_response_at is not None


def test_an_answer_in_a_colleagues_chat_leaves_it_theirs(chat: Chat, company: Company, browse: Browse) -> None:
    actions.assign(chat, company.bruno, by=company.bruno)
    post(browse(company.ana), chat)
    chat.refresh_from_db()
    assert chat.assigned_to == company.bruno


def test_an_answer_opens_a_closed_chat(chat: Chat, company: Company, browse: Browse) -> None:
    actions.resolve(chat, company.ana)
    post(browse(company.ana), chat)
    chat.refresh_from_db()
    assert (chat.status, chat.resolved_at) == (ChatStatus.OPEN, None)


@pytest.mark.parametrize("body", ["", "   ", "\n\n", "x" * (MAX_TEXT_LENGTH + 1), "nulo \x00"])
def test_what_cannot_be_sent_is_refused_with_a_reason(chat: Chat, company: Company, browse: Browse, body: str) -> None:
    response = post(browse(company.ana), chat, body)
    assert response.status_code == 422
    text = response.content.decode()
    reason = text[text.index(">") + 1 : text.index("</p>")].strip()
    assert 'id="composer-error"' in text
    assert len(reason) > 10
    assert (ours(), ProcrastinateJob.objects.count()) == ([], 0)
    chat.refresh_from_db()
    assert (chat.unread_count, chat.assigned_to) == (1, None)


def test_the_longest_text_whatsapp_takes_is_taken(chat: Chat, company: Company, browse: Browse) -> None:
    assert post(browse(company.ana), chat, "x" * MAX_TEXT_LENGTH).status_code == 200


def test_a_line_break_of_the_browser_is_one_character(chat: Chat, company: Company, browse: Browse) -> None:
    assert post(browse(company.ana), chat, "a\r\nb" + "x" * (MAX_TEXT_LENGTH - 3)).status_code == 200
    assert (ours()[0].body or "").startswith("a\nb")


@pytest.mark.parametrize("client_id", ["", "nonsense"])
def test_a_request_without_its_own_id_is_refused(chat: Chat, company: Company, browse: Browse, client_id: str) -> None:
    assert post(browse(company.ana), chat, client_id=client_id).status_code == 422
    assert ours() == []


def test_the_same_id_twice_is_one_message_and_one_job(chat: Chat, company: Company, browse: Browse) -> None:
    client, client_id = browse(company.ana), str(uuid4())
    for text in ("Bom dia!", "Bom dia! (de novo)"):
        assert post(client, chat, text, client_id=client_id).status_code == 200
    assert [message.body for message in ours()] == ["Bom dia!"]
    assert send_jobs().count() == 1


def test_the_same_id_in_two_chats_is_two_messages(chat: Chat, company: Company, browse: Browse) -> None:
    client, client_id = browse(company.ana), str(uuid4())
    other = ChatFactory(tenant=company.tenant, session=company.number)
    post(client, chat, "para João", client_id=client_id)
    post(client, other, "para Maria", client_id=client_id)
    assert sorted(message.body or "" for message in ours()) == ["para João", "para Maria"]


def test_a_chat_without_a_number_says_so(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, session=None)
    assert post(browse(company.ana), chat).status_code == 422
    assert ours() == []


def test_where_only_the_owner_may_answer_a_colleague_is_refused(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.who_may_reply = ReplyPolicy.OWNER
    company.tenant.save()
    actions.assign(chat, company.bruno, by=company.bruno)
    assert post(browse(company.ana), chat).status_code == 422
    assert ours() == []
    assert post(browse(company.bruno), chat).status_code == 200


def test_where_only_the_owner_may_answer_anyone_may_take_what_nobody_has(
    chat: Chat, company: Company, browse: Browse
) -> None:
    company.tenant.who_may_reply = ReplyPolicy.OWNER
    company.tenant.save()
    assert post(browse(company.ana), chat).status_code == 200


def test_where_only_the_owner_may_answer_only_the_owner_may_try_again(
    chat: Chat, company: Company, browse: Browse
) -> None:
    message = actions.send_message(chat, company.ana, "Bom dia!")
    Message.objects.filter(pk=message.pk).update(send_state=SendState.FAILED)
    company.tenant.who_may_reply = ReplyPolicy.OWNER
    company.tenant.save()
    path = f"/atendimento/{chat.pk}/messages/{message.pk}/sending/"
    assert browse(company.bruno).post(path).status_code == 422
    assert Message.objects.get(pk=message.pk).send_state == SendState.FAILED
    assert browse(company.ana).post(path).status_code == 200


def test_a_customers_message_cannot_be_sent_again(chat: Chat, company: Company, browse: Browse) -> None:
    theirs = Message.objects.get(from_me=False)
    assert browse(company.ana).post(f"/atendimento/{chat.pk}/messages/{theirs.pk}/sending/").status_code == 404


def test_a_message_of_another_chat_of_ours_cannot_be_sent_through_this_one(
    chat: Chat, company: Company, browse: Browse
) -> None:
    other = MessageFactory(chat__tenant=company.tenant, from_me=True, send_state=SendState.FAILED)
    assert browse(company.ana).post(f"/atendimento/{chat.pk}/messages/{other.pk}/sending/").status_code == 404


def test_the_list_puts_the_answered_chat_on_top(chat: Chat, company: Company, browse: Browse) -> None:
    says("depois", phone="5521977776666", at=100).deliver(company.number)
    client = browse(company.ana)
    post(client, chat)
    page = client.get("/atendimento/list/", {"aba": "todas"}).content.decode()
    other = Chat.objects.exclude(pk=chat.pk).get()
    assert page.index(f"chat-{chat.pk}") < page.index(f"chat-{other.pk}")


def test_a_note_never_leaves_and_answers_nobody(chat: Chat, company: Company) -> None:
    note = actions.add_note(chat, company.ana, "cliente difícil")
    chat.refresh_from_db()
    assert (note.type, note.send_state, note.ack) == (MessageType.NOTE, "", None)
    assert (chat.unread_count, chat.last_message) == (1, "quanto custa?")
    assert ProcrastinateJob.objects.count() == 0


def test_every_change_takes_the_next_number_of_its_chat(chat: Chat, company: Company) -> None:
    before = chat.seq
    message = actions.send_message(chat, company.ana, "um")
    note = actions.add_note(chat, company.ana, "dois")
    chat.refresh_from_db()
    assert (message.seq, note.seq, chat.seq) == (before + 1, before + 2, before + 2)
    assert list(Message.objects.filter(chat=chat).after(before).values_list("body", flat=True))[-1] == "dois"


def test_a_message_that_arrives_after_the_answer_is_unread_however_old_it_is(company: Company) -> None:
    """A photo written before the answer, and held back by its download: nobody here has seen it."""
    says("Oi", at=10).deliver(company.number)
    chat = Chat.objects.get()
    actions.send_message(chat, company.ana, "Olá! Pode mandar a foto?")
    says("a foto", at=5).deliver(company.number)
    chat.refresh_from_db()
    assert chat.unread_count == 1
    assert chat.waiting_since == NOON + timedelta(seconds=5)


def test_a_late_message_opens_a_resolved_chat_again(company: Company) -> None:
    says("Oi", at=10).deliver(company.number)
    actions.resolve(Chat.objects.get(), company.ana)
    says("a foto", at=5).deliver(company.number)
    chat = Chat.objects.get()
    assert (chat.status, chat.unread_count) == ("OPEN", 1)
