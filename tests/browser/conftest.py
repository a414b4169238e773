"""Headless Chromium, the system's own, logged in as somebody."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from chats import actions
from chats.models import Chat, Message
from config.browser import find_chromium
from crm.actions import create_opportunity, schedule_activity
from crm.models import Pipeline, Stage, User
from tests.conftest import Running
from tests.processes import until
from tests.webhooks import JOAO, MARIA

CUSTOMERS = [
    ("Márcia Guimarães", ["Oi, boa tarde", "Meu pedido #82118 já saiu para entrega?"]),
    ("Otávio Bittencourt", ["Bom dia, não recebi o boleto"]),
    ("Juliana Castro", ["Ainda tem a poltrona Serena?", "Queria ver em bouclê"]),
    ("Lucas Ferreira", ["Obrigado pelo retorno!"]),
    ("Vanessa Duarte da Conceição Albuquerque", ["Faltou uma peça na caixa da estante", "Consegue me ajudar?"]),
    ("Thiago Martins", ["Vocês parcelam em quantas vezes?"]),
    ("Eduardo Kenji Tanaka", ["Qual o endereço da loja física?"]),
    ("Beatriz Cavalcanti", ["Quero remarcar a montagem para sábado"]),
    ("Roberto Assunção", ["Segue o comprovante do Pix"]),
    ("Amanda Prado", ["Oi! Fazem sob medida?"]),
    ("Gustavo Pereira", ["Olá??"]),
    ("Carla Nogueira", ["Perfeito, fechado então"]),
]

# Playwright keeps an event loop running in this thread, which makes Django think it is in one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Long enough for a busy machine with two cores; what works comes much sooner.
PATIENCE_SECONDS = 60
expect.set_options(timeout=PATIENCE_SECONDS * 1000)

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    # A microphone that beeps, and nobody to ask for it.
    arguments += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    return {"executable_path": find_chromium(), "args": arguments}


@pytest.fixture
def visit(running: Running, browser: Browser, browse: Callable[[User], Client]) -> Iterator[Callable[..., Page]]:
    """Open an address as a person; what the page complains about fails the test at the next visit or end."""
    complaints: list[str] = []
    contexts = []

    def visit(user: User, path: str = "/atendimento/", *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        if width < 768:  # a phone: a touch screen, and its idea of a viewport
            options |= {"has_touch": True, "is_mobile": True}
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="pt-BR", timezone_id="America/Sao_Paulo", **options
        )
        contexts.append(context)
        cookie = browse(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": running.web.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        page.goto(running.web.url + path)
        page.wait_for_selector("body[data-live=on]", state="attached")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def open_page(running: Running, visit: Callable[..., Page]) -> Page:
    """João wrote, then Maria; Ana has João's chat open beside the list of all."""
    running.customer_says("Bom dia!")
    running.customer_says("Oi, tudo bem?", phone=MARIA, name="Maria Alves")
    return visit(running.company.ana, f"/atendimento/{Chat.objects.get(phone=JOAO).pk}/?aba=todas")


@pytest.fixture
def long_chat(running: Running) -> Chat:
    """Two hundred messages of João, a minute apart, in Ana's hands."""
    running.customer_says("Oi")
    chat = Chat.objects.get()
    Message.objects.all().delete()
    start = timezone.now() - timedelta(minutes=200)
    Message.objects.bulk_create(
        Message(
            tenant=chat.tenant,
            chat=chat,
            phone=chat.phone,
            body=f"Mensagem número {number:03}",
            timestamp=start + timedelta(minutes=number - 1),
            seq=chat.seq,
        )
        for number in range(1, 201)
    )
    latest = Message.objects.latest("timestamp")
    Chat.objects.update(assigned_to=running.company.ana, latest_message=latest, unread_count=0)
    return Chat.objects.get()


@pytest.fixture
def busy(running: Running) -> Running:
    """A believable afternoon: many customers, owners, unread ones, sales and plans."""
    company = running.company
    for number, (name, texts) in enumerate(CUSTOMERS):
        for text in texts:
            running.waha.customer_says("default", f"55119{71000000 + 37 * number}", text, name=name)
    running.customer_says("Bom dia! Vi o sofá retrátil Ipanema no site, ainda tem na cor areia?")
    running.waha.wait_idle(20)
    joao = Chat.objects.get(phone="5511988887777")
    actions.send_message(joao, company.ana, "Bom dia, João! Temos sim, 2,30 m e 2,60 m. Qual cabe melhor na sua sala?")
    until(lambda: Message.objects.filter(chat=joao, ack=3).exists())
    running.customer_says("A de *2,30 m*. Vocês entregam em Santos? Qual o prazo?")
    for chat in Chat.objects.exclude(pk=joao.pk).order_by("phone")[:6]:
        actions.assign(chat, [company.ana, company.bruno, company.marta][int(chat.phone[-1]) % 3], by=company.marta)
    _sell(joao, running)
    return running


def _sell(chat: Chat, running: Running) -> None:
    """João's sofa, with a price and a next step."""
    pipeline = Pipeline.objects.create(tenant=running.company.tenant, name="Vendas", is_default=True)
    stage = Stage.objects.create(
        tenant=running.company.tenant, pipeline=pipeline, name="Proposta", position=1, colour="#7c3aed"
    )
    contact = chat.contact
    assert contact
    sofa = create_opportunity(contact, "Sofá retrátil Ipanema 2,30 m", stage, amount=Decimal("4890.00"))
    schedule_activity(
        contact,
        "Enviar prazo de entrega para Santos",
        timezone.now() + timedelta(hours=3),
        assignee=running.company.ana,
        opportunity=sofa,
    )
    Chat.objects.filter(pk=chat.pk).update(opportunity=sofa)
