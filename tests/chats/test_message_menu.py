"""What can be done with one message is offered, and nothing that WhatsApp would refuse."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.models import Amendment, Chat, Message, SendState
from crm.models import User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory
from tests.webhooks import says

Browse = Callable[[User], Client]
ASKS_FROM_DIALOG = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def asked(company: Company) -> Message:
    """A customer's question."""
    says("quanto custa?").deliver(company.number)
    return Message.objects.get()


@pytest.fixture
def answered(company: Company, asked: Message) -> Message:
    """Ana's answer, which WhatsApp has."""
    sent = actions.send_message(asked.chat, company.ana, "R$ 4.890,00")
    Message.objects.filter(pk=sent.pk).update(send_state=SendState.SENT, message_id="3EB0AA", ack=2)
    return Message.objects.get(pk=sent.pk)


def of(message: Message, what: str = "menu/") -> str:
    return f"/atendimento/{message.chat_id}/messages/{message.pk}/{what}"


def items(client: Client, message: Message) -> list[str]:
    html = client.get(of(message)).content.decode()
    found = re.findall(r'<(?:button|a) class="menu__item.*?>(.*?)</(?:button|a)>', html, re.S)
    return [re.sub(r"<.*?>|\s+", " ", item).strip() for item in found]


def test_a_customers_text_can_be_answered_passed_on_copied_and_made_into_more(
    company: Company, asked: Message, browse: Browse
) -> None:
    assert items(browse(company.ana), asked) == [
        "Responder",
        "Encaminhar",
        "Copiar texto",
        "Copiar link",
        "Criar resposta rápida",
        "Criar atividade",
    ]


def test_our_own_text_can_be_edited_and_deleted_too(company: Company, answered: Message, browse: Browse) -> None:
    assert items(browse(company.ana), answered)[-2:] == ["Editar", "Apagar para todos"]


@pytest.mark.parametrize(
    ("age", "offered"),
    [(timedelta(minutes=16), ["Apagar para todos"]), (timedelta(hours=61), [])],
    ids=["a quarter of an hour later", "after two days"],
)
def test_what_is_too_late_is_not_offered(
    company: Company, answered: Message, browse: Browse, age: timedelta, offered: list[str]
) -> None:
    Message.objects.filter(pk=answered.pk).update(timestamp=timezone.now() - age)
    assert items(browse(company.ana), answered)[6:] == offered


def test_what_has_not_left_cannot_be_answered_or_changed(company: Company, asked: Message, browse: Browse) -> None:
    waiting = actions.send_message(asked.chat, company.ana, "um momento")
    offered = items(browse(company.ana), waiting)
    assert {"Responder", "Encaminhar", "Editar", "Apagar para todos"}.isdisjoint(offered)
    assert "Copiar texto" in offered


def test_our_reaction_is_marked_and_offered_to_be_taken_back(company: Company, asked: Message, browse: Browse) -> None:
    asked.reactions.create(emoji="🙏", from_me=True, author_key="me", reacted_at=timezone.now())
    html = browse(company.ana).get(of(asked)).content.decode()
    assert html.count('aria-checked="true"') == 1
    assert "Retirar 🙏" in html


def test_answering_puts_the_question_over_the_composer(company: Company, asked: Message, browse: Browse) -> None:
    html = browse(company.ana).get(of(asked, "quote/")).content.decode()
    assert f'name="quoted" value="{asked.pk}" form="composer-form"' in html
    assert "quanto custa?" in html


def test_an_edit_from_the_dialog_closes_it(company: Company, answered: Message, browse: Browse) -> None:
    ana = browse(company.ana)
    assert "R$ 4.890,00</textarea>" in ana.get(of(answered, "text/dialog/")).content.decode()
    response = ana.post(of(answered, "text/"), {"body": "R$ 4.790,00"}, **ASKS_FROM_DIALOG)
    assert (response.status_code, "dialog:close" in response.headers["HX-Trigger"]) == (200, True)
    assert Amendment.objects.get().value == "R$ 4.790,00"


def test_a_refused_edit_says_why_in_the_dialog(company: Company, answered: Message, browse: Browse) -> None:
    Message.objects.filter(pk=answered.pk).update(timestamp=timezone.now() - timedelta(hours=1))
    response = browse(company.ana).post(of(answered, "text/"), {"body": "outro"}, **ASKS_FROM_DIALOG)
    assert response.status_code == 422
    assert 'id="dialog-error"' in response.content.decode()
    assert "15 minutos" in response.content.decode()
    assert not Amendment.objects.exists()


def test_deleting_asks_first_and_then_does_it(company: Company, answered: Message, browse: Browse) -> None:
    ana = browse(company.ana)
    assert "R$ 4.890,00" in ana.get(of(answered, "deletion/dialog/")).content.decode()
    assert ana.post(of(answered, "deletion/"), **ASKS_FROM_DIALOG).status_code == 200
    assert Amendment.objects.get().kind == "REVOKE"


def test_forwarding_finds_people_and_keeps_who_is_chosen(company: Company, asked: Message, browse: Browse) -> None:
    says("oi", phone="5521977776666", name="Maria Alves").deliver(company.number)
    says("oi", phone="5531955554444", name="Pedro Nunes").deliver(company.number)
    maria, pedro = Chat.objects.exclude(pk=asked.chat_id).order_by("phone")
    ana = browse(company.ana)
    html = ana.get(of(asked, "forwarding/dialog/"), {"parte": "lista", "q": "pedro", "to": [str(maria.pk)]})
    shown = re.findall(r'value="([\w-]+)"( checked)?', html.content.decode())
    assert shown == [(str(maria.pk), " checked"), (str(pedro.pk), "")]


def test_forwarding_from_the_dialog_sends_a_copy_and_closes_it(
    company: Company, asked: Message, browse: Browse
) -> None:
    maria = ChatFactory(tenant=company.tenant, session=company.number)
    ana = browse(company.ana)
    client_id = re.search(
        r'name="client_id" value="([\w-]+)"', ana.get(of(asked, "forwarding/dialog/")).content.decode()
    )
    assert client_id
    wanted = {"client_id": client_id[1], "to": [str(maria.pk)]}
    response = ana.post(of(asked, "forwarding/"), wanted, **ASKS_FROM_DIALOG)
    assert "dialog:close" in response.headers["HX-Trigger"]
    assert Message.objects.get(chat=maria, type="TEXT").body == "quanto custa?"


@pytest.mark.parametrize("what", ["menu/", "quote/", "forwarding/dialog/", "text/dialog/", "deletion/dialog/"])
def test_another_company_finds_none_of_it(
    company: Company, strangers: Strangers, asked: Message, browse: Browse, what: str
) -> None:
    assert browse(strangers.otto).get(of(asked, what)).status_code == 404


def test_people_of_another_company_are_no_targets(
    strangers: Strangers, company: Company, asked: Message, browse: Browse
) -> None:
    theirs: Chat = ChatFactory(tenant=strangers.tenant)
    html = browse(company.ana).get(of(asked, "forwarding/dialog/")).content.decode()
    assert str(theirs.pk) not in html
