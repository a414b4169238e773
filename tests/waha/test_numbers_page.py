"""The pages of the numbers: who sees them, what they say, and how one logs in."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.models import Chat, Message
from chats.waha.models import WhatsAppSession
from chats.waha.orders import LOOK
from chats.waha.simulator import WahaSimulator
from crm.models import User
from tests.cast import Company, Strangers
from tests.webhooks import says, status

from .jobs import ordered, run

LIST = "/configuracoes/numeros/"


@pytest.fixture
def waha(company: Company) -> Iterator[WahaSimulator]:
    """Vendas waits for its QR code to be read."""
    with WahaSimulator(api_key=company.number.api_key, time_scale=0.01) as waha:
        waha.add_session("default", me_phone=None, status="SCAN_QR_CODE")
        WhatsAppSession.objects.filter(pk=company.number.pk).update(base_url=waha.url, status="SCAN_QR_CODE")
        yield waha


@pytest.fixture
def marta(company: Company, browse: Callable[[User], Client]) -> Client:
    return browse(company.marta)


def text(response: HttpResponse) -> str:
    return response.content.decode()


# --- Who ---


def test_admins_and_managers_see_the_numbers_of_their_company_only(
    company: Company, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    for person in (company.marta, company.alice):
        page = text(browse(person).get(LIST))
        assert "Vendas" in page
        assert f"number-{strangers.number.pk}" not in page


def test_an_agent_is_told_in_plain_words_that_it_is_not_theirs(
    company: Company, browse: Callable[[User], Client]
) -> None:
    for path in (LIST, company.number.page, f"{LIST}novo/"):
        response = browse(company.ana).get(path)
        assert response.status_code == 403
        assert "Seu perfil não permite" in text(response) or "não pode" in text(response)
    assert LIST not in text(browse(company.ana).get("/atendimento/"))
    assert LIST in text(browse(company.marta).get("/atendimento/"))


def test_a_stranger_finds_no_such_number(
    company: Company, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    for noun in ("", "state/", "qr/"):
        assert browse(strangers.olga).get(company.number.page + noun).status_code == 404
    for noun in ("stop/", "logout/", "removal/", "webhook/", "details/", "pairing/"):
        assert browse(strangers.olga).post(company.number.page + noun, {"name": "Vendas"}).status_code == 404


# --- What ---


def test_a_card_says_how_since_when_and_what_waits(company: Company, marta: Client) -> None:
    status("WORKING").deliver(company.number)
    says("Oi").deliver(company.number)
    actions.send_message(Chat.objects.get(), company.ana, "Bom dia")
    WhatsAppSession.objects.update(last_event_at=timezone.now())
    page = text(marta.get(LIST))
    for words in ("Conectado", "+55 11 90000-0001 · Casa Aurora", "NOWEB · 2026.7.1", "2026-11-23T15:00:00"):
        assert words in page
    assert '<dd class="is-warn">1</dd>' in page
    assert "Conectado desde" in page


def test_a_drop_says_for_how_long(company: Company, marta: Client) -> None:
    since = timezone.now() - timedelta(minutes=12)
    WhatsAppSession.objects.update(status="STARTING", status_since=since, disconnected_at=since)
    page = text(marta.get(LIST))
    assert "Reconectando" in page
    assert "Desconectado há" in page
    assert "12 min" in page


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("PASSKEY_REQUIRED", "Esperando a chave de acesso"),
        ("SOMETHING_NEW", "SOMETHING_NEW"),
        ("SOMETHING_NEW", "Este status é mais novo que este sistema"),
        ("STOPPED", "Parado"),
    ],
)
def test_a_status_that_we_do_not_know_is_shown_as_it_is(
    company: Company, marta: Client, value: str, words: str
) -> None:
    WhatsAppSession.objects.update(status=value)
    assert words in text(marta.get(company.number.page))


def test_a_held_back_message_counts_as_waiting(company: Company, marta: Client) -> None:
    says("Oi").deliver(company.number)
    actions.send_message(Chat.objects.get(), company.ana, "Bom dia")
    Message.objects.filter(from_me=True).update(send_state="HELD")
    assert '<dd class="is-warn">1</dd>' in text(marta.get(LIST))


def test_the_last_events_are_listed(company: Company, marta: Client) -> None:
    status("WORKING").deliver(company.number)
    says("Oi").deliver(company.number)
    page = text(marta.get(company.number.page))
    assert page.index("<code>message.any</code>") < page.index("<code>session.status</code>")


# --- Alive ---


def version_of(page: str, url: str) -> str:
    return page.split(f"{url}?v=")[1].split('"')[0]


def test_a_page_that_is_open_gets_the_cards_again_only_when_they_changed(company: Company, marta: Client) -> None:
    page = text(marta.get(LIST))
    url = f"{LIST}cards/"
    version = version_of(page, url)
    assert marta.get(url, {"v": version}).status_code == 204
    status("STARTING").deliver(company.number)
    response = marta.get(url, {"v": version})
    assert response.status_code == 200
    assert "Reconectando" in text(response)
    assert marta.get(url, {"v": version_of(text(response), url)}).status_code == 204


def test_a_page_that_waits_for_a_login_asks_waha_too(company: Company, waha: WahaSimulator, marta: Client) -> None:
    marta.get(company.number.page + "state/")
    marta.get(company.number.page + "state/")
    assert len(ordered(LOOK)) == 1
    waha.set_status("default", "WORKING")
    run(LOOK)
    assert "Conectado" in text(marta.get(company.number.page + "state/"))


# --- Logging in ---


def test_the_qr_code_is_a_picture_that_nobody_keeps(company: Company, waha: WahaSimulator, marta: Client) -> None:
    assert 'id="qr"' in text(marta.get(company.number.page))
    response = marta.get(company.number.page + "qr/")
    assert response.headers["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("value", ["WORKING", "STARTING", "STOPPED", "FAILED", "PASSKEY_REQUIRED"])
def test_waha_is_not_asked_for_a_qr_code_where_it_would_block(
    company: Company, waha: WahaSimulator, marta: Client, value: str
) -> None:
    WhatsAppSession.objects.update(status=value)
    assert marta.get(company.number.page + "qr/").status_code == 409
    assert 'id="qr"' not in text(marta.get(company.number.page))
    assert waha.calls == []


def test_a_qr_code_that_is_gone_makes_us_ask_how_the_number_is(
    company: Company, waha: WahaSimulator, marta: Client
) -> None:
    waha.scan("default")
    assert marta.get(company.number.page + "qr/").status_code == 503
    assert len(ordered(LOOK)) == 1


def test_codes_that_nobody_read_end_in_a_button_for_a_new_one(company: Company, marta: Client) -> None:
    status("SCAN_QR_CODE").deliver(company.number)
    status("FAILED", at=160).deliver(company.number)
    page = text(marta.get(company.number.page))
    assert "QR code não lido a tempo" in page
    assert "Gerar novo QR code" in page


def test_a_code_to_type_is_shown(company: Company, waha: WahaSimulator, marta: Client) -> None:
    response = marta.post(company.number.page + "pairing/", {"phone": "(11) 91234-5678"})
    assert "ABCD-1234" in text(response)
    (call,) = [call for call in waha.calls if call.operation == "request-code"]
    assert call.body == {"phoneNumber": "5511912345678"}


@pytest.mark.parametrize(
    ("phone", "value", "words"),
    [
        ("123", "SCAN_QR_CODE", "Inclua o DDD"),
        ("", "SCAN_QR_CODE", "obrigatório"),
        ("(11) 91234-5678", "WORKING", "enquanto espera a leitura do QR code"),
    ],
)
def test_a_code_that_cannot_be_given_is_refused_plainly(
    company: Company, waha: WahaSimulator, marta: Client, phone: str, value: str, words: str
) -> None:
    WhatsAppSession.objects.update(status=value)
    response = marta.post(company.number.page + "pairing/", {"phone": phone})
    assert response.status_code == 422
    assert words in text(response)
    assert waha.calls == []


def test_a_code_that_waha_refuses_is_said(company: Company, waha: WahaSimulator, marta: Client) -> None:
    waha.faults.next("request-code", "500")
    response = marta.post(company.number.page + "pairing/", {"phone": "(11) 91234-5678"})
    assert "O WAHA está ocupado" in text(response)


# --- The webhook, now ---


def test_the_webhook_can_be_checked_now(company: Company, waha: WahaSimulator, marta: Client) -> None:
    response = marta.post(company.number.page + "webhook-check/", headers={"HX-Request": "true"})
    assert "falta o webhook" in text(response)


def test_a_check_that_got_no_answer_says_so(company: Company, marta: Client) -> None:
    response = marta.post(company.number.page + "webhook-check/", headers={"HX-Request": "true"})
    assert "O WAHA não responde agora" in text(response)
