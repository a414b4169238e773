"""A sale from the first word to the last, without leaving the conversation."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from chats import actions
from chats.models import Chat
from crm.actions import open_company
from crm.models import Activity, Lead, Opportunity, Stage, StageChange, StageKind
from tests.conftest import Running
from tests.processes import until

Visit = Callable[..., Page]
RITA = "5511955554444"


@pytest.fixture
def stages(running: Running) -> None:
    """The company sells through Brazil's usual six stages."""
    pipeline = open_company("Modelo", "modelo").pipelines.get()
    pipeline.stages.update(tenant=running.company.tenant)
    pipeline.tenant = running.company.tenant
    pipeline.save()


def command(page: Page, typed: str, found: str) -> None:
    """Ctrl+K, a few letters, Enter."""
    page.keyboard.press("Control+KeyK")
    expect(page.locator("#command")).to_be_focused()
    page.keyboard.type(typed)
    expect(page.locator("#command-chosen")).to_contain_text(found)
    page.keyboard.press("Enter")


def test_from_an_unknown_numbers_first_message_to_a_won_sale(running: Running, visit: Visit, stages: None) -> None:
    ana, bruno = (visit(user, "/atendimento/?aba=todas") for user in (running.company.ana, running.company.bruno))
    ana.evaluate("window.neverLeft = true")
    running.customer_says("Oi! Quanto custa o sofá Ipanema?", phone=RITA, name="Rita Campos")
    row = ana.locator("#rows .row", has_text="Rita Campos")
    row.locator(".row__link").click()
    expect(ana.locator("#panel-lead")).to_contain_text("Novo")

    ana.keyboard.press("Alt+KeyA")
    expect(ana.locator("#fact-owner")).to_contain_text("Ana")

    ana.keyboard.press("Alt+KeyO")
    expect(ana.locator("#deal-amount")).to_be_focused()
    ana.keyboard.type("R$ 4890")
    ana.keyboard.press("Enter")
    expect(ana.locator("#fact-amount")).to_contain_text("4.890,00")
    expect(ana.locator("#panel-opportunities")).to_contain_text("Venda para Rita Campos")

    # A colleague looks on.
    bruno.locator("#rows .row", has_text="Rita Campos").locator(".row__link").click()
    expect(bruno.locator("#fact-amount")).to_contain_text("4.890,00")

    command(ana, "proposta", "Mover para Proposta")
    for page in (ana, bruno):
        expect(page.locator("#fact-stage")).to_contain_text("Proposta")
        expect(page.locator("#messages")).to_contain_text("moveu “Venda para Rita Campos” para Proposta")

    command(ana, "agendar", "Agendar atividade")
    ana.locator("#activity-title").fill("Ligar para Rita")
    ana.locator("#dialog").get_by_text("Outro horário").click()
    ana.locator("#dialog input[name=when]").fill("amanhã 9h")
    ana.keyboard.press("Enter")
    for page in (ana, bruno):
        expect(page.locator("#fact-next")).to_contain_text("Amanhã 09:00")
    command(ana, "concluir ligar", "Concluir: Ligar para Rita")
    for page in (ana, bruno):
        expect(page.locator("#fact-next")).to_contain_text("Nenhum")

    command(ana, "ganho", "Mover para Ganho")
    ana.locator("#dialog").get_by_role("button", name="Indicação de alguém").click()
    expect(ana.locator("#dialog")).to_be_hidden()
    for page in (ana, bruno):
        expect(page.locator("#fact-stage")).to_contain_text("Ganho")
        expect(page.locator("#messages")).to_contain_text("ganhou “Venda para Rita Campos”: Indicação de alguém")

    ana.keyboard.press("Alt+KeyE")
    until(lambda: Chat.objects.get(phone=RITA).status == "RESOLVED")
    expect(bruno.locator("#chat-header")).to_have_attribute("data-status", "RESOLVED")
    assert ana.evaluate("window.neverLeft") is True

    chat, deal = Chat.objects.get(phone=RITA), Opportunity.objects.get()
    assert (deal.contact, deal.lead, deal.owner) == (chat.contact, Lead.objects.get(), running.company.ana)
    assert (deal.stage.kind, deal.close_reason, deal.closed_at is None) == (StageKind.WON, "Indicação de alguém", False)
    assert StageChange.objects.count() == 3
    assert Activity.objects.get().done_at


def test_the_question_of_the_next_step_is_answered_by_keyboard_and_leads_on(
    running: Running, visit: Visit, stages: None
) -> None:
    """Ctrl+Alt+E with a sale under way: Enter takes what is proposed, and the next conversation opens."""
    running.customer_says("Quanto custa o sofá?")
    running.customer_says("Bom dia", phone=RITA, name="Rita Campos")
    joao, rita = Chat.objects.exclude(phone=RITA).get(), Chat.objects.get(phone=RITA)
    for chat in (joao, rita):
        actions.assign(chat, running.company.ana, by=running.company.ana)
    actions.open_deal(rita, running.company.ana, "Sofá", Stage.objects.get(name="Proposta"), Decimal(4890))
    page = visit(running.company.ana, f"/atendimento/{rita.pk}/")
    page.keyboard.press("Control+Alt+KeyE")
    expect(page.locator("#dialog")).to_contain_text("E o próximo passo?")
    expect(page.locator("#dialog .preset").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#chat-header")).to_have_attribute("data-chat", str(joao.pk))
    step = Activity.objects.get()
    assert (step.contact, Chat.objects.get(pk=rita.pk).status) == (rita.contact, "RESOLVED")
