"""All that happened with a person, their files and their other conversations, fetched when somebody looks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.models import Chat, Message
from chats.selling.history import PAGE_SIZE, Person, read_history
from crm.actions import create_opportunity, move_stage, open_company, write_note
from crm.keyset import read_key
from crm.models import Contact, ContactNote, Stage, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import NOON, ChatFactory, MessageFactory
from tests.webhooks import rings, says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """João has written and called, was sold to, and somebody made notes and plans."""
    says("oi").deliver(company.number)
    rings("call-1", at=30).deliver(company.number)
    chat = Chat.objects.select_related("contact").get()
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    first, won = Stage.objects.get(name="Primeiro contato"), Stage.objects.get(name="Ganho")
    deal = create_opportunity(person(chat), "Sofá Ipanema", first, by=company.ana)
    move_stage(deal, won, company.ana, "Pagou no Pix")
    step = actions.plan(chat, company.ana, "Ligar amanhã", timezone.now() + timedelta(days=1))
    actions.complete(chat, company.ana, step)
    write_note(person(chat), company.bruno, "Prefere à tarde")
    actions.add_note(chat, company.ana, "Pediu desconto")
    actions.accept(chat, company.ana)
    actions.resolve(chat, company.ana)
    return chat


def person(chat: Chat) -> Contact:
    assert chat.contact
    return chat.contact


def door(chat: Chat, noun: str) -> str:
    return f"/atendimento/{chat.pk}/{noun}/"


SAID = {
    "conversas": ["Conversa iniciada", "resolveu a conversa"],
    "notas": ["Prefere à tarde", "Pediu desconto"],
    "tarefas": ["Agendado: Ligar amanhã", "Concluído: Ligar amanhã"],
    "vendas": ["Oportunidade criada: Sofá Ipanema", "Sofá Ipanema: Ganho", "Pagou no Pix", "Lead novo", "Lead: Aceito"],
    "ligacoes": ["Ligação perdida"],
}


def test_everything_is_there_newest_first(chat: Chat, company: Company, browse: Browse) -> None:
    page = browse(company.ana).get(door(chat, "history")).content.decode()
    missing = [text for texts in SAID.values() for text in texts if text not in page]
    assert missing == []
    moments = [entry.at for entry in read_history(Person(person(chat), company.ana)).entries]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("kind", SAID)
def test_each_kind_alone(chat: Chat, company: Company, browse: Browse, kind: str) -> None:
    page = browse(company.ana).get(door(chat, "history"), {"tipo": kind}).content.decode()
    for name, texts in SAID.items():
        for text in texts:
            assert (text in page) == (name == kind), (kind, text)


def test_page_by_page_nothing_is_lost_or_doubled(chat: Chat, company: Company) -> None:
    for number in range(3 * PAGE_SIZE):
        note = write_note(person(chat), company.ana, f"nota {number}")
        # Many at one moment: the key has to tell them apart.
        ContactNote.objects.filter(pk=note.pk).update(created_at=timezone.now() - timedelta(hours=number // 7))
    reader, seen, key = Person(person(chat), company.ana), [], ""
    while True:
        page = read_history(reader, "notas", read_key(key))
        seen += [entry.key for entry in page.entries]
        key = page.next_key
        if not key:
            break
    assert len(seen) == len(set(seen)) == 3 * PAGE_SIZE + 2


def test_of_conversations_one_may_not_see_it_tells_nothing(chat: Chat, company: Company, browse: Browse) -> None:
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    Chat.objects.update(assigned_to=company.ana)
    hidden = ChatFactory(tenant=company.tenant, contact=chat.contact, phone="5521900001111", assigned_to=company.bruno)
    actions.add_note(hidden, company.bruno, "segredo do Bruno")
    MessageFactory(chat=hidden, type="DOCUMENT", file_name="segredo.pdf", media_state="READY")
    client = browse(company.ana)
    for noun in ("history", "files", "others"):
        page = client.get(door(chat, noun)).content.decode()
        assert not [word for word in ("segredo", "0000-1111", "00001111") if word in page], noun
    assert "segredo do Bruno" in browse(company.marta).get(door(chat, "history")).content.decode()


def test_pictures_documents_and_links_of_all_their_conversations(chat: Chat, company: Company, browse: Browse) -> None:
    other = ChatFactory(tenant=company.tenant, contact=chat.contact, phone="5521900001111")
    shot = MessageFactory(chat=chat, type="IMAGE", media_state="READY", thumbnail="thumbnails/a.webp")
    MessageFactory(chat=other, type="DOCUMENT", file_name="proposta.pdf", media_state="READY", size_bytes=2048)
    MessageFactory(chat=chat, type="IMAGE", media_state="FAILED", file_name="quebrada.jpg")
    MessageFactory(chat=chat, body="veja https://casaaurora.example/sofa, é lindo")
    page = browse(company.ana).get(door(chat, "files")).content.decode()
    assert f"messages/{shot.pk}/gallery/" in page
    assert 'href="https://casaaurora.example/sofa"' in page
    assert ("proposta.pdf" in page, "quebrada" in page) == (True, False)


def test_the_other_conversations_are_a_click_away(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    assert "Nenhuma outra conversa" in client.get(door(chat, "others")).content.decode()
    other = ChatFactory(tenant=company.tenant, contact=chat.contact, phone="5521900001111", last_message="até logo")
    page = client.get(door(chat, "others")).content.decode()
    assert (f"/atendimento/{other.pk}/" in page, "até logo" in page) == (True, True)


@pytest.mark.parametrize("noun", ["history", "files", "others"])
def test_a_stranger_sees_none_of_it(chat: Chat, strangers: Strangers, browse: Browse, noun: str) -> None:
    assert browse(strangers.olga).get(door(chat, noun)).status_code == 404


def test_links_are_found_by_an_index_of_those_who_have_one(company: Company) -> None:
    chat = ChatFactory(tenant=company.tenant)
    Message.objects.bulk_create(
        Message(
            tenant=chat.tenant,
            chat=chat,
            phone=chat.phone,
            body="sem nada",
            timestamp=NOON + timedelta(seconds=number),
        )
        for number in range(3000)
    )
    MessageFactory(chat=chat, body="veja https://loja.example/sofa")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE messages")
    rows = Message.objects.filter(chat=chat).shown().with_links().newest_first()
    assert [row.body for row in rows] == ["veja https://loja.example/sofa"]
    assert "message_links" in rows.explain()
