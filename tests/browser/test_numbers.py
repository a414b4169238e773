"""A manager and the company's numbers: made, linked, stopped, set up, deleted, and seen by everybody at once."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from chats.models import Chat
from chats.waha.models import WhatsAppSession
from chats.waha.simulator import WahaSimulator
from tests.conftest import Running
from tests.processes import until

from .axe import violations

LIST = "/configuracoes/numeros/"
WIDTHS = {1440: 900, 1280: 800, 768: 1024, 390: 844, 360: 780}


@pytest.fixture
def waha() -> Iterator[WahaSimulator]:
    """A WAHA whose QR codes last long enough to be read by a browser on a busy machine."""
    with WahaSimulator(time_scale=0.4, ack_delays=(0.1, 0.2, 0.3)) as waha:
        yield waha


def dot(page: Page, words: str) -> None:
    expect(page.locator("#number .status")).to_have_text(words)


def test_a_number_is_made_linked_stopped_started_and_deleted(running: Running, visit: Callable[..., Page]) -> None:
    page = visit(running.company.marta, LIST)
    watcher = visit(running.company.alice, LIST)
    page.get_by_role("main").get_by_role("link", name="Novo número").click()
    page.get_by_label("Nome", exact=True).fill("Suporte")
    page.get_by_label("Endereço do WAHA").fill(running.waha.url)
    page.get_by_label("Chave de API").fill("errada")
    page.get_by_role("button", name="Criar o número").click()
    expect(page.get_by_role("alert")).to_contain_text("recusou a chave de API")
    assert page.get_by_label("Chave de API").input_value() == "errada"  # what was typed is still there
    page.get_by_label("Chave de API").fill("test-key")
    page.get_by_role("button", name="Criar o número").click()

    dot(page, "Aguardando o QR code")
    picture = page.locator("#qr")
    expect(picture).to_be_visible()
    until(lambda: picture.evaluate("image => image.naturalWidth > 100"))
    expect(page.locator(".qr__clock")).to_contain_text("Código 1 de 6")
    card = watcher.locator(".number-card", has_text="Suporte")
    expect(card).to_contain_text("Ler o QR code")

    page.get_by_label("Telefone deste número").fill("11 91234-5678")
    page.get_by_role("button", name="Pedir um código").click()
    expect(page.locator(".pairing__code")).to_have_text("ABCD-1234")

    running.waha.scan("suporte", "5511944443333", "Suporte Aurora")
    dot(page, "Conectado")
    expect(picture).to_have_count(0)
    expect(page.locator("#pairing")).to_be_hidden()
    expect(page.locator("#number")).to_contain_text("+55 11 94444-3333")
    expect(card.locator(".status")).to_have_text("Conectado")
    expect(page.locator("#number")).to_contain_text("O WAHA nos avisa de tudo")

    page.get_by_role("button", name="Parar").click()
    expect(page.locator("#number .status")).to_contain_text("Parando…")
    dot(page, "Parado")
    page.get_by_role("button", name="Ligar").click()
    dot(page, "Conectado")
    page.get_by_role("button", name="Reiniciar").click()
    expect(page.locator("#number .status")).to_contain_text("Reiniciando…")
    dot(page, "Conectado")

    running.waha.session("suporte").config = {"webhooks": []}
    page.get_by_role("button", name="Verificar agora").click()
    expect(page.locator("#number")).to_contain_text("falta o webhook")
    page.get_by_role("button", name="Configurar webhook").click()
    page.get_by_role("button", name="Configurar", exact=True).click()
    expect(page.locator("#number")).to_contain_text("O WAHA nos avisa de tudo")
    dot(page, "Conectado")

    page.get_by_label("Digite “Suporte” para confirmar").fill("suporte")
    page.get_by_role("button", name="Excluir aqui e no WAHA").click()
    expect(page).to_have_url(running.web.url + LIST)  # the page leaves by itself once the number is gone
    expect(card).to_have_count(0)
    assert not WhatsAppSession.objects.filter(name="Suporte").exists()


def test_an_unlinked_phone_shows_a_new_code_and_says_it_to_agents_without_a_link(
    running: Running, visit: Callable[..., Page]
) -> None:
    agent, page = visit(running.company.ana), visit(running.company.marta, running.company.number.page)
    running.waha.set_status("default", "FAILED")
    running.waha.set_status("default", "WORKING")  # so that WAHA has told us of the number's phone
    until(lambda: WhatsAppSession.objects.get().phone)
    page.get_by_role("button", name="Desvincular o celular").click()
    page.locator("#logout").click()
    dot(page, "Aguardando o QR code")
    alert = agent.locator("#session-alerts")
    expect(alert).to_contain_text("Número Vendas desconectado desde")
    expect(alert.get_by_role("link")).to_have_count(0)
    boss = visit(running.company.marta)
    boss.locator("#session-alerts").get_by_role("link", name="ler o QR code").click()
    expect(boss.locator("#qr")).to_be_visible()


def test_a_form_keeps_what_is_typed_while_the_page_lives(running: Running, visit: Callable[..., Page]) -> None:
    page = visit(running.company.marta, running.company.number.page)
    page.get_by_label("Nome", exact=True).fill("Vendas São Paulo")
    running.waha.disconnect("default")
    dot(page, "Reconectando")
    expect(page.get_by_label("Nome", exact=True)).to_have_value("Vendas São Paulo")
    expect(page.locator("#news")).to_contain_text("Vendas: Reconectando")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vendas São Paulo")


def many_numbers(running: Running) -> None:
    """One of each state."""
    now = timezone.now()
    running.customer_says("Oi")
    for name, values in {
        "Cobrança": {"status": "STARTING", "disconnected_at": now - timedelta(minutes=12)},
        "Suporte técnico": {"status": "SCAN_QR_CODE", "qr_number": 1},
        "Pós-venda": {"status": "FAILED", "qr_number": 6},
        "Atacado": {"status": "STOPPED", "act_error": "Não há conexão com o WAHA no endereço dele."},
    }.items():
        name_there = name.split()[0].encode("ascii", "ignore").decode().lower()
        WhatsAppSession.objects.create(
            tenant=running.company.tenant, name=name, waha_name=name_there, base_url=running.waha.url,
            api_key="test-key", status_since=now - timedelta(minutes=12), status_changed_at=now, **values
        )  # fmt: skip
    running.waha.add_session("suporte", me_phone=None, status="SCAN_QR_CODE")
    WhatsAppSession.objects.filter(name="Vendas").update(
        phone="5511900000001", push_name="Casa Aurora", engine="NOWEB", status_since=now, last_event_at=now,
        webhook_checked_at=now, webhook_drift="a chave da assinatura (HMAC) não é a nossa",
    )  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_fit_every_width_and_theme_and_hinder_nobody(
    width: int, running: Running, visit: Callable[..., Page]
) -> None:
    """Nothing sticks out sideways, and axe finds nothing."""
    many_numbers(running)
    waits = WhatsAppSession.objects.get(name="Suporte técnico")
    pages = {"list": LIST, "new": f"{LIST}novo/", "qr": waits.page, "number": running.company.number.page}
    for name, path in pages.items():
        page = visit(running.company.marta, path, width=width, height=WIDTHS[width])
        if name == "qr":
            until(lambda page=page: page.locator("#qr").evaluate("image => image.naturalWidth > 100"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert violations(page) == [], name
    assert Chat.objects.exists()
