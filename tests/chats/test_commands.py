"""The command bar finds people, acts and places."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chats.actions.merging import index_chat
from chats.commands import Command
from chats.models import Chat, ChatStatus, SavedView
from crm.models import User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    contact = ContactFactory(tenant=company.tenant, name="Otávio Bittencourt", phone="5511988887777")
    chat = ChatFactory(tenant=company.tenant, contact=contact, assigned_to=company.ana)
    index_chat(chat)
    return chat


def ask(client: Client, typed: str | None = None, *, open_chat: Chat | None = None) -> str:
    path = f"/atendimento/{open_chat.pk}/" if open_chat else "/atendimento/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{path}"}
    query = {} if typed is None else {"q": typed}
    return client.get("/atendimento/comandos/", query, headers=headers).content.decode()


@pytest.mark.parametrize("typed", ["otavio", "Bitten", "98888", "7777"])
def test_people_are_found_by_a_part_of_their_name_or_phone(
    company: Company, chat: Chat, browse: Browse, typed: str
) -> None:
    text = ask(browse(company.bruno), typed)
    assert "Otávio Bittencourt" in text
    assert f'href="/atendimento/{chat.pk}/"' in text


def test_strangers_and_colleagues_who_may_not_see_them_find_nobody(
    company: Company, strangers: Strangers, chat: Chat, browse: Browse
) -> None:
    company.tenant.visibility = "own"
    company.tenant.save()
    for person in (strangers.otto, company.bruno):
        assert "Otávio" not in ask(browse(person), "otavio")
        assert "Resolver" not in ask(browse(person), "resolver", open_chat=chat)


def test_before_a_word_is_typed_ones_own_latest_chats_stand_there(company: Company, chat: Chat, browse: Browse) -> None:
    text = ask(browse(company.ana))
    assert 'role="combobox"' in text
    assert "Otávio Bittencourt" in text
    assert "Otávio Bittencourt" not in ask(browse(company.bruno))


def test_acts_are_offered_on_the_open_chat_as_it_stands(company: Company, chat: Chat, browse: Browse) -> None:
    client = browse(company.bruno)
    assert "data-action=&quot;take&quot;" in ask(client, "", open_chat=chat)
    assert "data-action=&quot;take&quot;" not in ask(browse(company.ana), "", open_chat=chat)
    assert "data-action" not in ask(client, "")
    Chat.objects.update(status=ChatStatus.RESOLVED)
    text = ask(client, "", open_chat=chat)
    assert "Reabrir" in text
    assert "Transferir" not in text


def test_an_agent_goes_nowhere_they_may_not(company: Company, browse: Browse) -> None:
    assert "/configuracoes/numeros/" not in ask(browse(company.ana), "")
    assert "/configuracoes/numeros/" in ask(browse(company.marta), "")


def test_saved_views_are_ones_own_and_those_shared(company: Company, strangers: Strangers, browse: Browse) -> None:
    for person, name, is_shared in [
        (company.ana, "Minhas urgentes", False),
        (company.bruno, "Do time", True),
        (company.bruno, "Só do Bruno", False),
        (strangers.otto, "Dos estranhos", True),
    ]:
        SavedView.objects.create(
            tenant=person.tenant, user=person, name=name, query="aba=todas&chip=aguardando", is_shared=is_shared
        )
    text = ask(browse(company.ana), "")
    assert "Minhas urgentes" in text
    assert "Do time" in text
    assert "?aba=todas&amp;chip=aguardando" in text
    assert "Só do Bruno" not in text
    assert "Dos estranhos" not in text


@pytest.mark.parametrize(
    ("typed", "label", "found"),
    [("trnsf", "Transferir…", True), ("preferencias", "Minhas preferências", True), ("xyz", "Resolver", False)],
)
def test_a_command_is_found_by_its_letters_in_order(typed: str, label: str, found: bool) -> None:
    assert Command(label, "check").matches(typed) is found


def test_what_is_not_found_is_said(company: Company, browse: Browse) -> None:
    assert "Nada encontrado" in ask(browse(company.ana), "zzzzzz")


def test_nonsense_is_no_error(company: Company, browse: Browse) -> None:
    for typed in ("a" * 5000, "\x00", "'; DROP", "<script>"):
        text = ask(browse(company.ana), typed)
        assert "<script>" not in text


def test_it_takes_a_fixed_number_of_queries(
    company: Company, chat: Chat, browse: Browse, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browse(company.ana)
    with django_assert_num_queries(7):  # the session, the person, the open chat, chats, views, sales, plans
        ask(client, "otavio", open_chat=chat)
