"""The head and the panel of a conversation: alive under the hands of whoever works in them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from chats import actions
from chats.models import Chat, ChatStatus
from crm.actions import open_company
from tests.conftest import Running
from tests.processes import until

Visit = Callable[..., Page]


@pytest.fixture
def chat(running: Running) -> Chat:
    """João's, in Ana's hands; the company has stages to sell through."""
    running.customer_says("Quanto custa o sofá?")
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=running.company.tenant)
    pipeline.tenant = running.company.tenant
    pipeline.save()
    actions.assign(Chat.objects.get(), running.company.ana, by=running.company.ana)
    return Chat.objects.get()


def test_what_a_colleague_sells_shows_without_disturbing_what_one_is_doing(
    chat: Chat, running: Running, visit: Visit
) -> None:
    ana, bruno = (visit(user, f"/atendimento/{chat.pk}/") for user in (running.company.ana, running.company.bruno))
    ana.locator("#panel-identities summary").click()
    ana.locator("#plan-title").fill("Ligar para")
    ana.locator("#plan-title").press("ArrowLeft")

    bruno.locator("#fact-stage").click()
    bruno.locator("#deal-amount").fill("4.890,00")
    bruno.locator("#dialog").get_by_role("button", name="Criar oportunidade").click()
    expect(bruno.locator("#dialog")).to_be_hidden()
    expect(ana.locator("#fact-amount")).to_contain_text("4.890,00")
    bruno.locator("#fact-stage").click()
    bruno.locator("#menu").get_by_role("menuitemradio", name="Proposta").click()
    for page in (ana, bruno):
        expect(page.locator("#fact-stage")).to_contain_text("Proposta")
        expect(page.locator("#messages")).to_contain_text("para Proposta")

    expect(ana.locator("#panel-identities dl")).to_be_visible()
    expect(ana.locator("#plan-title")).to_be_focused()
    ana.keyboard.type("!")
    expect(ana.locator("#plan-title")).to_have_value("Ligar par!a")

    # A menu that is open stays open, and so does its place for the focus.
    ana.locator("#fact-owner").click()
    expect(ana.locator("#menu")).to_be_visible()
    actions.pend(chat, running.company.bruno)
    expect(ana.locator("#chat-header")).to_have_attribute("data-status", "PENDING")
    expect(ana.locator("#menu")).to_be_visible()
    ana.keyboard.press("Escape")
    expect(ana.locator("#fact-owner")).to_be_focused()


def test_a_line_in_the_panel_becomes_the_next_step(chat: Chat, running: Running, visit: Visit) -> None:
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    page.locator("#plan-title").fill("Ligar para João")
    page.locator(".plan").get_by_role("button", name="Amanhã 9h").click()
    expect(page.locator("#fact-next")).to_contain_text("Amanhã 09:00")
    expect(page.locator("#plan-title")).to_have_value("")
    page.locator(".step").get_by_role("button", name="Concluir").click()
    expect(page.locator("#fact-next")).to_contain_text("Nenhum")


def test_what_was_put_off_comes_back_by_itself(chat: Chat, running: Running, visit: Visit) -> None:
    page = visit(running.company.ana)
    row = page.locator(f"#chat-{chat.pk}")
    expect(row).to_be_visible()
    actions.snooze(chat, running.company.ana, timezone.now() + timedelta(seconds=3))
    expect(row).to_have_count(0)
    expect(row).to_be_visible(timeout=40_000)
    expect(page.locator("#bell-count")).to_contain_text("1")


def test_resolving_goes_on_to_the_next_and_can_be_taken_back(chat: Chat, running: Running, visit: Visit) -> None:
    running.customer_says("Bom dia", phone="5511977776666", name="Rita")
    rita = Chat.objects.exclude(pk=chat.pk).get()
    actions.assign(rita, running.company.ana, by=running.company.ana)
    page = visit(running.company.ana, f"/atendimento/{rita.pk}/")
    page.keyboard.press("Control+Alt+KeyE")
    expect(page.locator("#chat-header")).to_have_attribute("data-chat", str(chat.pk))
    assert Chat.objects.get(pk=rita.pk).status == ChatStatus.RESOLVED
    page.locator("#undo").get_by_role("button", name="Desfazer").click()
    until(lambda: Chat.objects.get(pk=rita.pk).status == ChatStatus.OPEN)
    expect(page.locator(f"#chat-{rita.pk}")).to_be_visible()
