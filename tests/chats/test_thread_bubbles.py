"""What a bubble offers: cards to keep, people by name, long texts folded, pictures as a gallery."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats.models import Chat, MediaState, Message, MessageType
from crm.models import Contact, Lead, LeadSource, User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, MessageFactory

from .test_thread import make_messages
from .test_thread_window import bubble_of

Browse = Callable[[User], Client]
CARDS = {"contacts": [{"name": "Rita Montadora", "phone": "5511977776666"}, {"name": "Sem número", "phone": ""}]}


@pytest.fixture
def card(company: Company) -> Message:
    chat = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana)
    return MessageFactory(chat=chat, type=MessageType.CONTACT, body="", metadata=CARDS)


def door(message: Message, number: int = 0) -> str:
    return f"/atendimento/{message.chat_id}/messages/{message.pk}/cards/{number}/"


def test_a_card_becomes_a_contact_once(company: Company, browse: Browse, card: Message) -> None:
    client = browse(company.ana)
    answers = [client.post(door(card)).content.decode() for _ in range(2)]
    assert all("Contato salvo" in answer for answer in answers)
    assert Contact.objects.get(phone="5511977776666").name == "Rita Montadora"
    assert not Lead.objects.exists()
    assert "Contato salvo" in client.get(f"/atendimento/{card.chat_id}/").content.decode()


def test_a_card_becomes_a_lead_once(company: Company, browse: Browse, card: Message) -> None:
    client = browse(company.ana)
    answers = [client.post(door(card), {"lead": "1"}).content.decode() for _ in range(2)]
    assert all("Lead criado" in answer for answer in answers)
    lead = Lead.objects.get()
    assert (lead.name, lead.source, lead.contact.phone) == ("Rita Montadora", LeadSource.MANUAL, "5511977776666")


@pytest.mark.parametrize("number", [1, 2, 99])
def test_a_card_without_a_phone_is_refused_with_a_reason(
    company: Company, browse: Browse, card: Message, number: int
) -> None:
    response = browse(company.ana).post(door(card, number))
    assert response.status_code == 422
    assert "cartão" in response.content.decode()


def test_a_stranger_keeps_no_card(browse: Browse, card: Message, strangers: Strangers) -> None:
    assert browse(strangers.otto).post(door(card)).status_code == 404
    assert not Contact.objects.filter(phone="5511977776666").exists()


def test_a_member_who_is_mentioned_stands_there_by_name(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, session=company.number, phone="123@g.us", is_group=True)
    MessageFactory(chat=chat, phone="5511988887777", sender_name="João da Silva", body="Oi")
    known = MessageFactory(
        chat=chat, body="@551188887777 viu o *preço*?", metadata={"mentions": ["5511988887777"]}, sender_name="Rita"
    )
    unknown = MessageFactory(chat=chat, body="@5521977776666 e você?", metadata={"mentions": ["5521977776666"]})
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert '<span class="mention">@João da Silva</span> viu o <strong>preço</strong>?' in bubble_of(text, known)
    assert '<span class="mention">@+55 21 97777-6666</span> e você?' in bubble_of(text, unknown)


def test_a_colleague_who_is_mentioned_in_a_note_stands_out(company: Company, browse: Browse) -> None:
    chat, _ = make_messages(company, 0)
    note = MessageFactory(
        chat=chat, type=MessageType.NOTE, body="@Bruno Lima, veja", metadata={"mentions": [str(company.bruno.pk)]}
    )
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert '<span class="mention">@Bruno Lima</span>, veja' in bubble_of(text, note)


@pytest.mark.parametrize(("lines", "is_folded"), [(20, False), (60, True)])
def test_a_long_text_is_folded(company: Company, browse: Browse, lines: int, is_folded: bool) -> None:
    chat, _ = make_messages(company, 0)
    message = MessageFactory(chat=chat, body="linha\n" * lines)
    text = browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode()
    assert ("Ler mais" in bubble_of(text, message)) is is_folded


def picture_of(chat: Chat, body: str) -> Message:
    return MessageFactory(
        chat=chat, type=MessageType.IMAGE, media_state=MediaState.READY, media_file="media/x.jpg", body=body
    )


def test_the_gallery_shows_the_pictures_of_the_conversation(
    company: Company, browse: Browse, strangers: Strangers
) -> None:
    chat, _ = make_messages(company, 3)
    other, _ = make_messages(company, 0)
    pictures = [picture_of(chat, f"foto {number}") for number in range(3)]
    picture_of(other, "de outra conversa")
    address = f"/atendimento/{chat.pk}/messages/{pictures[1].pk}/gallery/"
    text = browse(company.ana).get(address).content.decode()
    assert [f"foto {number}" in text for number in range(3)] == [True] * 3
    assert "2/3" in text
    assert "de outra conversa" not in text
    assert browse(strangers.otto).get(address).status_code == 404


def test_the_gallery_opens_at_no_text(company: Company, browse: Browse) -> None:
    chat, ids = make_messages(company, 1)
    assert browse(company.ana).get(f"/atendimento/{chat.pk}/messages/{ids[0]}/gallery/").status_code == 404


def test_a_file_is_asked_for_again_and_its_bubble_waits(company: Company, browse: Browse) -> None:
    chat, _ = make_messages(company, 0)
    message = MessageFactory(chat=chat, type=MessageType.IMAGE, media_state=MediaState.FAILED, media_error="Sumiu")
    answer = browse(company.ana).post(f"/atendimento/{chat.pk}/messages/{message.pk}/copying/").content.decode()
    assert "Arquivo ainda chegando" in answer
    assert "Sumiu" not in answer


def test_an_agents_own_edit_is_told_with_what_stood_there(company: Company, browse: Browse) -> None:
    chat, _ = make_messages(company, 0)
    message = MessageFactory(chat=chat, from_me=True, body="agora", edited_at=chat.last_message_at)
    message.edits.create(edit_id="E", old_body="antes", edited_at=chat.last_message_at)
    text = bubble_of(browse(company.ana).get(f"/atendimento/{chat.pk}/").content.decode(), message)
    assert f'popovertarget="history-{message.pk}"' in text
    assert "<li>antes</li>" in text
