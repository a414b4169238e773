"""Ready-made answers: found by a few letters, filled in, kept by those who may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from chats.composing.variables import VARIABLES
from chats.models import Chat, DraftFile, Message, QuickReply
from crm.models import User
from tests.cast import Company, Strangers
from tests.filemaking import pdf
from tests.webhooks import says

Browse = Callable[[User], Client]
NEW = "/atendimento/quick-replies/new/"
PAGE = "/configuracoes/respostas-rapidas/"


@pytest.fixture
def chat(company: Company) -> Chat:
    says("quanto custa?", name="João da Silva").deliver(company.number)
    return Chat.objects.get()


@pytest.fixture
def replies(company: Company) -> dict[str, QuickReply]:
    """One of each kind."""
    make = QuickReply.objects.create
    return {
        "saudacao": make(
            tenant=company.tenant, scope="TENANT", shortcut="saudação", body="{{saudacao}}, {{primeiro_nome}}!"
        ),
        "pix": make(tenant=company.tenant, scope="TENANT", shortcut="pix", body="Chave Pix: 123 {{empresa}}"),
        "frete": make(tenant=company.tenant, scope="TEAM", team=company.sales, shortcut="frete", body="Frete grátis"),
        "minha": make(tenant=company.tenant, scope="PERSONAL", owner=company.ana, shortcut="minha", body="Só minha"),
    }


def offered(client: Client, chat: Chat, typed: str = "") -> str:
    return client.get(f"/atendimento/{chat.pk}/quick-replies/", {"q": typed}).content.decode()


def names(text: str) -> list[str]:
    return [part.split("<")[0] for part in text.split('suggestion__name">/')[1:]]


def test_each_is_offered_to_those_it_is_for(
    chat: Chat, company: Company, strangers: Strangers, replies: dict[str, QuickReply], browse: Browse
) -> None:
    assert set(names(offered(browse(company.ana), chat))) == {"saudação", "pix", "frete", "minha"}
    assert set(names(offered(browse(company.bruno), chat))) == {"saudação", "pix"}
    assert browse(strangers.otto).get(f"/atendimento/{chat.pk}/quick-replies/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "first"),
    [("saudac", "saudação"), ("SAUDAÇ", "saudação"), ("chave", "pix"), ("fte", "frete"), ("p", "pix")],
)
def test_a_few_letters_find_it(
    chat: Chat, company: Company, replies: dict[str, QuickReply], browse: Browse, typed: str, first: str
) -> None:
    assert names(offered(browse(company.ana), chat, typed))[0] == first


def test_what_is_used_most_comes_first(
    chat: Chat, company: Company, replies: dict[str, QuickReply], browse: Browse
) -> None:
    client = browse(company.ana)
    assert client.post(f"/atendimento/{chat.pk}/quick-replies/{replies['pix'].pk}/").status_code == 200
    assert names(offered(client, chat))[0] == "pix"


def test_variables_are_filled_in_and_what_is_unknown_is_told(
    chat: Chat, company: Company, replies: dict[str, QuickReply], browse: Browse
) -> None:
    text = offered(browse(company.ana), chat, "saudac")
    assert ", João!" in text
    assert "{{" not in text
    assert any(f'data-insert="{word}' in text for word in ("Bom dia", "Boa tarde", "Boa noite"))
    assert "suggestion__aside--warn" in offered(browse(company.ana), chat, "pix")
    used = browse(company.ana).post(f"/atendimento/{chat.pk}/quick-replies/{replies['pix'].pk}/").content.decode()
    assert "{{empresa}}" in used


def test_every_variable_comes_to_something(chat: Chat, company: Company) -> None:
    with timezone.override(company.tenant.zone):
        values = {name: value(chat, company.ana) for name, value in VARIABLES.items()}
    assert values["nome"] == "João da Silva"
    assert values["telefone"] == chat.pretty_phone
    assert values["atendente"] == "Ana"
    assert values["nossa_empresa"] == "Casa Aurora"
    assert [name for name, value in values.items() if not value] == ["email", "empresa", "setor"]


def test_its_files_come_into_the_draft(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    file = SimpleUploadedFile("tabela.pdf", pdf())
    made = client.post(NEW, {"shortcut": "Tabela", "body": "Segue", "scope": "TENANT", "added": [file]})
    assert "dialog:close" in made.headers["HX-Trigger"]
    reply = QuickReply.objects.get()
    assert (reply.shortcut, reply.scope, reply.owner) == ("tabela", "TENANT", None)
    used = browse(company.ana).post(f"/atendimento/{chat.pk}/quick-replies/{reply.pk}/").content.decode()
    drafted = DraftFile.objects.get(draft__user=company.ana)
    assert str(drafted.pk) in used
    assert drafted.name == "tabela.pdf"
    client.post(f"/atendimento/quick-replies/{reply.pk}/deletion/")
    with drafted.file.open() as copy:
        assert copy.read() == pdf()


def test_an_agent_keeps_only_their_own(company: Company, replies: dict[str, QuickReply], browse: Browse) -> None:
    client = browse(company.ana)
    client.post(NEW, {"shortcut": "nova", "body": "x", "scope": "TENANT"})
    assert QuickReply.objects.get(shortcut="nova").scope == "PERSONAL"
    for name, status in (("minha", 200), ("frete", 404), ("pix", 404)):
        assert client.get(f"/atendimento/quick-replies/{replies[name].pk}/").status_code == status
        assert client.post(f"/atendimento/quick-replies/{replies[name].pk}/deletion/").status_code == status


def test_a_manager_keeps_the_companys_and_not_somebodys_own(
    company: Company, replies: dict[str, QuickReply], browse: Browse
) -> None:
    client = browse(company.marta)
    edit = f"/atendimento/quick-replies/{replies['pix'].pk}/"
    assert client.post(edit, {"shortcut": "pix", "body": "Nova chave", "scope": "TEAM", "team": company.sales.pk})
    replies["pix"].refresh_from_db()
    assert (replies["pix"].body, replies["pix"].team) == ("Nova chave", company.sales)
    assert client.get(f"/atendimento/quick-replies/{replies['minha'].pk}/").status_code == 404
    assert "Só minha" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"shortcut": "duas palavras"},
        {"shortcut": ""},
        {"shortcut": "pix", "scope": "TENANT"},
        {"body": ""},
        {"body": "oi {{nomee}}"},
        {"scope": "TEAM"},
        {"scope": "TEAM", "team": "x"},
        {"scope": "TODOS"},
    ],
)
def test_a_reply_that_cannot_be_is_refused(
    company: Company, replies: dict[str, QuickReply], browse: Browse, wrong: dict[str, Any]
) -> None:
    response = browse(company.marta).post(NEW, {"shortcut": "nova", "body": "oi", "scope": "PERSONAL", **wrong})
    assert response.status_code == 422
    assert "field__error" in response.content.decode()
    assert QuickReply.objects.count() == len(replies)


def test_a_message_becomes_one(chat: Chat, company: Company, strangers: Strangers, browse: Browse) -> None:
    message = Message.objects.get()
    assert "quanto custa?</textarea>" in browse(company.ana).get(NEW, {"from": message.pk}).content.decode()
    assert browse(strangers.otto).get(NEW, {"from": message.pk}).status_code == 404


def test_the_page_searches_and_shows_what_a_customer_gets(
    company: Company, replies: dict[str, QuickReply], browse: Browse
) -> None:
    client = browse(company.ana)
    found = client.get(PAGE, {"q": "gratis"}, headers={"HX-Request": "true"}).content.decode()
    assert "/frete" in found
    assert "/pix" not in found
    shown = client.post("/atendimento/quick-replies/preview/", {"body": "Oi {{nome}}, {{nada}}"}).content.decode()
    assert "Oi Maria Silva" in shown
    assert "{{nada}}" in shown


def test_emoji_are_found_by_their_portuguese_names(company: Company, browse: Browse) -> None:
    response = browse(company.ana).get("/atendimento/emoji/")
    text = response.content.decode()
    assert 'title="polegar para cima"' in text
    assert "coracao vermelho" in text  # searched without accents
    assert "max-age" in response.headers["Cache-Control"]
