"""A new number: its row here and its session in WAHA, both or neither, and plainly told which."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from chats.waha.handlers import HANDLERS
from chats.waha.models import WhatsAppSession
from chats.waha.orders import CONTROL
from chats.waha.simulator import WahaSimulator
from crm.models import AuditLog, User
from tests.cast import Company, Strangers

from .jobs import run

KEY = "segredo-do-waha"


@pytest.fixture
def version() -> str:
    return "2026.7.1"


@pytest.fixture
def waha(version: str) -> Iterator[WahaSimulator]:
    with WahaSimulator(api_key=KEY, version=version, time_scale=0.01) as waha:
        yield waha


@pytest.fixture
def fill_in(company: Company, waha: WahaSimulator, browse: Callable[[User], Client]) -> Callable[..., HttpResponse]:
    """Marta sends the form for a number named Suporte."""

    def fill_in(**changes: str) -> HttpResponse:
        body = {"name": "Suporte", "base_url": waha.url, "api_key": KEY, "default_team": str(company.sales.pk)}
        return browse(company.marta).post("/configuracoes/numeros/novo/", {**body, **changes})

    return fill_in


def made() -> WhatsAppSession | None:
    return WhatsAppSession.objects.filter(name="Suporte").first()


def posted(waha: WahaSimulator) -> list[Any]:
    return [call.body for call in waha.calls if call.operation == "create-session"]


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_the_session_is_made_with_all_that_we_need(
    company: Company, waha: WahaSimulator, fill_in: Callable[..., HttpResponse]
) -> None:
    response = fill_in()
    number = made()
    assert number
    assert (response.status_code, response.headers["Location"]) == (302, number.page)
    assert (number.waha_name, number.default_team, number.version) == ("suporte", company.sales, "2026.7.1")
    (body,) = posted(waha)
    assert (body["name"], body["start"]) == ("suporte", True)
    config = body["config"]
    assert config["metadata"] == {"tenant": str(company.tenant.pk), "number": str(number.pk)}
    assert config["noweb"]["store"]["enabled"] is True
    assert config["ignore"] == {"status": True, "broadcast": True, "channels": True}
    (webhook,) = config["webhooks"]
    assert webhook["url"] == f"{settings.PUBLIC_URL}/webhooks/waha/{number.pk}/"
    assert set(webhook["events"]) == set(HANDLERS)
    assert webhook["hmac"] == {"key": number.webhook_secret}
    assert webhook["retries"] == {"policy": "exponential", "delaySeconds": 1, "attempts": 15}


def test_an_address_inside_the_network_needs_no_dot_and_no_scheme(
    company: Company, browse: Callable[[User], Client]
) -> None:
    WhatsAppSession.objects.update(base_url="http://waha:3000")
    body = {"name": "Vendas", "messages_per_minute": "60", "base_url": "waha:3001/", "api_key": ""}
    assert browse(company.marta).post(f"{company.number.page}details/", body).status_code == 302
    assert WhatsAppSession.objects.get().base_url == "http://waha:3001"


def test_who_made_it_is_kept(company: Company, fill_in: Callable[..., HttpResponse]) -> None:
    fill_in()
    line = AuditLog.objects.get(action="number.created")
    assert (line.user, line.tenant) == (company.marta, company.tenant)
    assert KEY not in str(line.after)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Este campo é obrigatório"),
        ({"name": "vendas"}, "A empresa já tem um número com este nome"),
        ({"base_url": "ftp://waha"}, "Isso não é um endereço"),
        ({"base_url": "nosso waha"}, "Isso não é um endereço"),
        ({"base_url": "http://waha:99999"}, "Isso não é um endereço"),
        ({"base_url": "http://user:pass@waha:3000"}, "Só o endereço"),
        ({"base_url": "http://169.254.169.254/"}, "Nenhum WAHA pode estar neste endereço"),
        ({"api_key": ""}, "Este campo é obrigatório"),
        ({"waha_name": "não pode"}, "Só letras sem acento"),
    ],
)
def test_nonsense_is_refused_in_plain_words_and_nothing_is_asked(
    waha: WahaSimulator, fill_in: Callable[..., HttpResponse], changes: dict[str, str], words: str
) -> None:
    response = fill_in(**changes)
    assert response.status_code == 422
    assert words in text(response)
    assert waha.calls == []


def test_a_wrong_key_is_said_and_leaves_nothing(fill_in: Callable[..., HttpResponse]) -> None:
    response = fill_in(api_key="errada")
    assert "O WAHA recusou a chave de API" in text(response)
    assert "errada" not in text(response)
    assert made() is None


def test_a_waha_that_is_away_is_said_and_leaves_nothing(fill_in: Callable[..., HttpResponse]) -> None:
    assert "Não há conexão com o WAHA" in text(fill_in(base_url="http://127.0.0.1:9"))
    assert made() is None


def test_an_address_that_is_no_waha_is_said(waha: WahaSimulator, fill_in: Callable[..., HttpResponse]) -> None:
    waha.faults.next("server-version", "404")
    assert fill_in().status_code == 422
    assert made() is None


@pytest.mark.parametrize("version", ["2026.2.1"])
def test_an_old_waha_knows_only_the_default_session(waha: WahaSimulator, fill_in: Callable[..., HttpResponse]) -> None:
    assert "só aceita uma sessão, chamada “default”" in text(fill_in())
    assert made() is None
    assert fill_in(waha_name="default").status_code == 302


def test_a_creation_that_was_cut_off_but_done_is_done(
    waha: WahaSimulator, fill_in: Callable[..., HttpResponse]
) -> None:
    waha.faults.next("create-session", "drop-but-sent")
    assert fill_in().status_code == 302
    number = made()
    assert number
    assert number.act_error == ""


def test_a_creation_that_was_cut_off_and_not_done_leaves_nothing(
    waha: WahaSimulator, fill_in: Callable[..., HttpResponse]
) -> None:
    waha.faults.next("create-session", "500")
    assert "O WAHA não criou a sessão" in text(fill_in())
    assert made() is None


def test_a_creation_of_which_nothing_is_known_stays_and_says_so(
    waha: WahaSimulator, fill_in: Callable[..., HttpResponse]
) -> None:
    waha.faults.next("create-session", "500")
    waha.faults.next("get-session", "500")
    assert fill_in().status_code == 302
    number = made()
    assert number
    assert "ela pode existir ou não" in number.act_error


def test_a_session_that_is_there_already_can_be_taken_over(
    waha: WahaSimulator, fill_in: Callable[..., HttpResponse]
) -> None:
    waha.add_session("suporte").config = {"proxy": {"server": "p:1"}}
    response = fill_in()
    assert "O WAHA já tem uma sessão com este nome" in text(response)
    assert 'name="adopt"' in text(response)
    assert made() is None
    assert fill_in(adopt="yes").status_code == 302
    assert run(CONTROL) == 1
    config = waha.session("suporte").config
    assert config
    assert config["proxy"] == {"server": "p:1"}
    assert len(config["webhooks"]) == 1


def test_the_session_of_another_number_cannot_be_had_twice(
    strangers: Strangers, waha: WahaSimulator, fill_in: Callable[..., HttpResponse]
) -> None:
    WhatsAppSession.objects.filter(pk=strangers.number.pk).update(base_url=waha.url, waha_name="suporte")
    response = fill_in(adopt="yes")
    assert "Outro número usa esta sessão deste WAHA" in text(response)
    assert "Pet" not in text(response)
    assert made() is None


def test_a_team_of_another_company_is_no_choice(strangers: Strangers, fill_in: Callable[..., HttpResponse]) -> None:
    theirs = strangers.tenant.teams.create(name="Banho e tosa")
    response = fill_in(default_team=str(theirs.pk))
    assert response.status_code == 422
    assert "Banho" not in text(response)
