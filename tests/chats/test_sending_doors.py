"""Files, places, cards, polls and forwards come in through the same door as texts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from chats import actions
from chats.models import Chat, MediaState, Message, MessageType, SendState
from crm.models import ReplyPolicy, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.filemaking import jpeg, pdf, voice, webp
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """A customer waits in the queue."""
    says("quanto custa?").deliver(company.number)
    return Chat.objects.get()


def post(client: Client, chat: Chat, **data: Any) -> HttpResponse:
    wanted = {"client_id": str(uuid4()), **data}
    response: HttpResponse = client.post(f"/atendimento/{chat.pk}/messages/", wanted)
    return response


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def ours() -> list[Message]:
    return list(Message.objects.filter(from_me=True).exclude(type=MessageType.SYSTEM).order_by("timestamp", "id"))


def reason(response: HttpResponse) -> str:
    assert response.status_code == 422
    text = response.content.decode()
    return text[text.index(">") + 1 : text.index("</p>")].strip()


# --- Files ---


def test_several_files_are_several_messages_with_their_captions(chat: Chat, company: Company, browse: Browse) -> None:
    ids = [str(uuid4()), str(uuid4())]
    files = [upload("sofá.jpg", jpeg((64, 48))), upload("orçamento.pdf", pdf())]
    response = post(browse(company.ana), chat, files=files, caption=["O sofá", ""], client_id=ids)
    photo, document = ours()
    assert response.status_code == 200
    assert [str(photo.client_id), str(document.client_id)] == ids
    assert (photo.type, photo.body, photo.width, photo.height) == (MessageType.IMAGE, "O sofá", 64, 48)
    assert (document.type, document.body, document.file_name) == (MessageType.DOCUMENT, None, "orçamento.pdf")
    assert {photo.media_state, document.media_state} == {MediaState.READY}
    with document.media_file.open() as stored:
        assert stored.read() == pdf()
    shown = response.content.decode()
    assert shown.index(str(photo.pk)) < shown.index(str(document.pk))


def test_the_same_files_twice_are_stored_once(chat: Chat, company: Company, browse: Browse) -> None:
    client, client_id = browse(company.ana), str(uuid4())
    for _request in range(2):
        assert post(client, chat, files=[upload("a.pdf", pdf())], client_id=client_id).status_code == 200
    assert len(ours()) == 1


@pytest.mark.parametrize(
    ("name", "content", "meant", "expected"),
    [
        ("voz.ogg", voice(), "voice", MessageType.VOICE),
        ("voz.ogg", voice(), "", MessageType.AUDIO),
        ("oi.webp", webp(), "sticker", MessageType.STICKER),
        ("foto.jpg", jpeg((64, 48)), "document", MessageType.DOCUMENT),
        ("foto.jpg", jpeg((64, 48)), "voice", MessageType.IMAGE),
    ],
)
def test_content_tells_what_a_file_is_and_the_page_what_was_meant(
    chat: Chat, company: Company, browse: Browse, name: str, content: bytes, meant: str, expected: MessageType
) -> None:
    assert post(browse(company.ana), chat, files=[upload(name, content)], meant=meant).status_code == 200
    assert [message.type for message in ours()] == [expected]


def test_one_bad_file_keeps_all_of_them_here(chat: Chat, company: Company, browse: Browse) -> None:
    files = [upload("sofá.jpg", jpeg((64, 48))), upload("vírus.exe", b"MZ" + b"\x00" * 200)]
    response = post(browse(company.ana), chat, files=files, client_id=[str(uuid4()), str(uuid4())])
    assert "vírus.exe" in reason(response)
    assert ours() == []


def test_too_many_files_are_refused(chat: Chat, company: Company, browse: Browse) -> None:
    files = [upload(f"{number}.pdf", pdf()) for number in range(11)]
    assert reason(post(browse(company.ana), chat, files=files)) == "No máximo 10 arquivos de uma vez."


def test_a_file_of_a_message_that_was_refused_is_not_kept(
    chat: Chat, company: Company, browse: Browse, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    company.tenant.who_may_reply = ReplyPolicy.OWNER
    company.tenant.save()
    actions.assign(chat, company.bruno, by=company.bruno)
    assert post(browse(company.ana), chat, files=[upload("a.pdf", pdf())]).status_code == 422
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# --- Places, cards, polls ---


def test_a_place_is_sent(chat: Chat, company: Company, browse: Browse) -> None:
    post(browse(company.ana), chat, latitude="-23.5505", longitude="-46.6333", place_name="Loja")
    (message,) = ours()
    assert message.type == MessageType.LOCATION
    assert message.metadata == {"latitude": -23.5505, "longitude": -46.6333, "name": "Loja"}


def test_cards_are_sent_with_canonical_phones(chat: Chat, company: Company, browse: Browse) -> None:
    post(browse(company.ana), chat, contact_name=["Maria", "Rui"], contact_phone=["(21) 97777-6666", "1133334444"])
    assert ours()[0].metadata["contacts"] == [
        {"name": "Maria", "phone": "5521977776666"},
        {"name": "Rui", "phone": "551133334444"},
    ]


def test_a_poll_is_sent(chat: Chat, company: Company, browse: Browse) -> None:
    post(browse(company.ana), chat, poll_name="Qual dia?", poll_options=["Segunda", " Terça ", ""], poll_multiple="on")
    assert ours()[0].metadata["poll"] == {"name": "Qual dia?", "options": ["Segunda", "Terça"], "multiple": True}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"latitude": "91", "longitude": "0"}, "90"),
        ({"contact_name": ["Maria"], "contact_phone": ["12"]}, "Um cartão de contato precisa de nome e telefone."),
        ({"contact_name": ["Maria"], "contact_phone": []}, "Escolha um contato para enviar."),
        ({"poll_name": "Qual?", "poll_options": ["Sim"]}, "Uma enquete precisa de duas a doze opções diferentes."),
        (
            {"poll_name": "Qual?", "poll_options": ["Sim", "Sim"]},
            "Uma enquete precisa de duas a doze opções diferentes.",
        ),
        ({"poll_name": "", "poll_options": ["Sim", "Não"]}, "Uma enquete precisa de uma pergunta."),
    ],
)
def test_what_cannot_be_sent_is_refused_in_plain_words(
    chat: Chat, company: Company, browse: Browse, data: dict[str, Any], expected: str
) -> None:
    assert expected in reason(post(browse(company.ana), chat, **data))
    assert ours() == []


# --- Quotes ---


def test_an_answer_names_what_it_answers(chat: Chat, company: Company, browse: Browse) -> None:
    question = Message.objects.get(from_me=False)
    post(browse(company.ana), chat, body="Cem reais.", quoted=str(question.pk))
    assert ours()[0].quoted_msg_id == question.message_id


def test_a_message_of_another_chat_cannot_be_quoted(chat: Chat, company: Company, browse: Browse) -> None:
    question = Message.objects.get(from_me=False)
    other = ChatFactory(tenant=company.tenant, session=company.number)
    assert post(browse(company.ana), other, body="oi", quoted=str(question.pk)).status_code == 404
    assert ours() == []


# --- Forwards ---


def forward(client: Client, message: Message, *to: UUID, client_id: str = "") -> HttpResponse:
    data = {"to": [str(pk) for pk in to], "client_id": client_id or str(uuid4())}
    path = f"/atendimento/{message.chat_id}/messages/{message.pk}/forwarding/"
    response: HttpResponse = client.post(path, data)
    return response


def test_a_message_is_forwarded_to_several_chats_once(chat: Chat, company: Company, browse: Browse) -> None:
    question, client = Message.objects.get(from_me=False), browse(company.ana)
    others = [ChatFactory(tenant=company.tenant, session=company.number) for _other in range(2)]
    client_id = str(uuid4())
    for _request in range(2):
        assert forward(client, question, *(other.pk for other in others), client_id=client_id).status_code == 204
    assert sorted((m.chat_id, m.body) for m in ours()) == sorted((other.pk, "quanto custa?") for other in others)
    assert {message.send_state for message in ours()} == {SendState.QUEUED}


def test_nothing_is_forwarded_to_a_chat_of_strangers(
    chat: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    question = Message.objects.get(from_me=False)
    own = ChatFactory(tenant=company.tenant, session=company.number)
    theirs = ChatFactory(tenant=strangers.tenant, session=strangers.number)
    assert forward(browse(company.ana), question, own.pk, theirs.pk).status_code == 404
    assert ours() == []


def test_nothing_is_forwarded_to_a_chat_that_the_person_may_not_see(
    chat: Chat, company: Company, browse: Browse
) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    question = Message.objects.get(from_me=False)
    hidden = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.bruno)
    assert forward(browse(company.ana), question, hidden.pk).status_code == 404
    assert ours() == []


@pytest.mark.parametrize("count", [0, 6])
def test_a_forward_goes_to_one_to_five_chats(chat: Chat, company: Company, browse: Browse, count: int) -> None:
    question = Message.objects.get(from_me=False)
    others = [ChatFactory(tenant=company.tenant, session=company.number) for _other in range(count)]
    assert forward(browse(company.ana), question, *(other.pk for other in others)).status_code == 422
    assert ours() == []
