"""The funnel in two agents' hands: dragged, moved by keys and by the menu, seen live, and found again."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from chats.actions import move_deal
from crm.actions import create_opportunity, open_company, schedule_activity
from crm.actions.pipelines import add_stage, order_stages
from crm.models import Opportunity, Pipeline, Stage
from tests.browser.axe import violations, with_each_open
from tests.conftest import Running
from tests.factories import ChatFactory
from tests.processes import until

Visit = Callable[..., Page]
FUNNEL = "/funil/"


@pytest.fixture
def selling(running: Running) -> Running:
    """Twelve sales of Casa Aurora's, ten of them proposals, each with its conversation."""
    company = running.company
    pipeline = Pipeline.objects.get(tenant=open_company("Modelo", "modelo"))
    pipeline.stages.update(tenant=company.tenant)
    pipeline.tenant = company.tenant
    pipeline.save()
    for number in range(12):
        chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana, contact__name=f"Cliente {number:02}")
        stage = "Proposta" if number < 10 else "Negociação"
        deal = create_opportunity(
            chat.contact,
            f"Venda {number:02}",
            Stage.objects.get(name=stage),
            amount=Decimal(1000 + number),
            owner=company.ana,
        )
        if number % 3 == 0:
            schedule_activity(chat.contact, "Ligar", timezone.now(), assignee=company.ana, opportunity=deal, chat=chat)
    return running


def column(page: Page, name: str) -> Locator:
    return page.locator(f'.column[data-name="{name}"]')


def card(page: Page, title: str) -> Locator:
    return page.locator(f'.card[data-title="{title}"]')


def drag(page: Page, title: str, to: str) -> None:
    """As a hand does it: pressed, carried in steps, let go."""
    card(page, title).scroll_into_view_if_needed()
    begin, end = card(page, title).bounding_box(), column(page, to).bounding_box()
    assert begin
    assert end
    page.mouse.move(begin["x"] + 40, begin["y"] + 50)
    page.mouse.down()
    page.mouse.move(begin["x"] + 70, begin["y"] + 60, steps=3)
    page.mouse.move(end["x"] + 80, end["y"] + 160, steps=5)
    expect(column(page, to)).to_have_class("column column--open is-over")
    page.mouse.up()


def shown(page: Page) -> list[list[str]]:
    """What each column says, letter by letter, but for the passing of time."""
    texts: list[list[str]] = page.evaluate("""() => {
      for (const time of document.querySelectorAll("#board time")) time.textContent = "";
      const words = (each) => each.textContent.replace(/\\s+/g, " ").trim();
      return [...document.querySelectorAll("#board .column")].map((column) => [
        column.dataset.name,
        ...[...column.querySelectorAll(".column__head, .card")].map(words),
      ]);
    }""")
    return texts


def test_a_card_that_is_dragged_moves_live_at_a_colleagues_page_and_live_equals_reload(
    selling: Running, visit: Visit
) -> None:
    ana, bruno = visit(selling.company.ana, FUNNEL), visit(selling.company.bruno, FUNNEL)
    drag(ana, "Venda 03", "Negociação")
    expect(column(ana, "Negociação").locator(".card").first).to_have_attribute("data-title", "Venda 03")
    expect(column(bruno, "Negociação").locator(".card").first).to_have_attribute("data-title", "Venda 03")
    for page in (ana, bruno):
        expect(column(page, "Negociação").locator(".column__count")).to_contain_text("3")
        expect(column(page, "Proposta").locator(".column__count")).to_contain_text("9")
        expect(card(page, "Venda 03")).to_have_count(1)
    live = shown(bruno)
    bruno.reload()
    bruno.wait_for_selector("body[data-live=on]", state="attached")
    assert shown(bruno) == live
    ana.locator("#undo").get_by_role("button", name="Desfazer").click()
    for page in (ana, bruno):
        expect(column(page, "Proposta").locator('.card[data-title="Venda 03"]')).to_have_count(1)
        expect(column(page, "Negociação").locator(".card")).to_have_count(2)


def test_a_page_that_was_offline_shows_what_a_reload_would(selling: Running, visit: Visit) -> None:
    bruno = visit(selling.company.bruno, FUNNEL)
    bruno.context.set_offline(True)
    deal = Opportunity.objects.select_related("contact", "owner").get(title="Venda 05")
    move_deal(None, selling.company.ana, deal, Stage.objects.get(name="Qualificação"))
    bruno.context.set_offline(False)
    bruno.evaluate("dispatchEvent(new Event('online'))")
    expect(column(bruno, "Qualificação").locator(".card")).to_have_count(1)


def test_arrow_keys_walk_and_with_ctrl_carry_the_card_and_say_so(selling: Running, visit: Visit) -> None:
    ana = visit(selling.company.ana, FUNNEL)
    card(ana, "Venda 09").locator(".card__link").focus()
    ana.keyboard.press("ArrowDown")
    expect(card(ana, "Venda 08").locator(".card__link")).to_be_focused()
    ana.keyboard.press("ArrowRight")
    expect(column(ana, "Negociação").locator(".card__link").nth(1)).to_be_focused()
    ana.keyboard.press("Control+ArrowLeft")
    expect(ana.locator("#news")).to_contain_text("Venda 10 agora está em Proposta.")
    expect(column(ana, "Negociação").locator(".card")).to_have_count(1)
    expect(card(ana, "Venda 10").locator(".card__link")).to_be_focused()
    expect(column(ana, "Proposta").locator(".column__count")).to_contain_text("11")
    assert Opportunity.objects.get(title="Venda 10").stage.name == "Proposta"


def test_a_new_opportunity_is_made_by_keyboard_and_seen_at_a_colleagues_page(selling: Running, visit: Visit) -> None:
    ana, bruno = visit(selling.company.ana, FUNNEL), visit(selling.company.bruno, FUNNEL)
    ana.keyboard.press("Alt+n")
    dialog = ana.locator("#dialog")
    expect(dialog.locator("#deal-people label")).to_have_count(12)
    ana.keyboard.type("cliente 07")
    expect(dialog.locator("#deal-people label")).to_have_count(1)
    dialog.locator("#deal-people label").click()
    dialog.get_by_label("O que está sendo vendido").fill("Poltrona Serena")
    dialog.get_by_label("Valor").fill("2.490,5")
    dialog.get_by_label("Etapa").select_option(label="Negociação")
    ana.keyboard.press("Enter")
    for page in (ana, bruno):
        expect(column(page, "Negociação").locator(".card").first).to_contain_text("R$ 2.490,50")
        expect(column(page, "Negociação").locator(".column__count")).to_contain_text("3")
    expect(dialog).to_be_hidden()
    expect(ana.locator("#undo")).to_contain_text("Poltrona Serena agora está em Negociação")
    # From the head of a column it begins there.
    column(ana, "Proposta").get_by_role("button", name="Nova oportunidade em Proposta").click()
    expect(dialog.get_by_label("Etapa").locator("option:checked")).to_have_text("Proposta")


def test_lost_is_asked_about_first_and_left_where_it_was_when_nobody_answers(selling: Running, visit: Visit) -> None:
    ana = visit(selling.company.ana, FUNNEL)
    card(ana, "Venda 09").get_by_role("button", name="Ações de Venda 09").click()
    ana.locator("#menu").get_by_role("menuitem", name="Perdido").click()
    expect(ana.locator("#dialog")).to_contain_text("Por que")
    ana.keyboard.press("Escape")
    expect(column(ana, "Proposta").locator('.card[data-title="Venda 09"]')).to_have_count(1)
    card(ana, "Venda 09").get_by_role("button", name="Ações de Venda 09").click()
    ana.locator("#menu").get_by_role("menuitem", name="Perdido").click()
    ana.locator("#closing-reason").fill("Preço acima do orçamento")
    ana.locator("#dialog").get_by_role("button", name="Marcar como perdido").click()
    expect(column(ana, "Perdido").locator('.card[data-title="Venda 09"]')).to_have_count(1)
    deal = Opportunity.objects.get(title="Venda 09")
    assert (deal.stage.kind, deal.close_reason) == ("LOST", "Preço acima do orçamento")


def test_the_way_back_from_a_cards_conversation_finds_the_board_where_it_was(selling: Running, visit: Visit) -> None:
    ana = visit(selling.company.ana, f"{FUNNEL}?q=venda", height=560)
    cards = column(ana, "Proposta").locator(".column__cards")
    cards.evaluate("list => { list.scrollTop = 300; }")
    link = card(ana, "Venda 04").locator(".card__link")
    link.scroll_into_view_if_needed()
    read_to = cards.evaluate("list => list.scrollTop")
    assert read_to > 0
    link.click()
    expect(ana.locator("#thread")).to_be_visible()
    ana.go_back()
    expect(cards).to_be_visible()
    until(lambda: cards.evaluate("list => list.scrollTop") == read_to)
    assert "q=venda" in ana.url


def test_filters_narrow_without_leaving_the_page(selling: Running, visit: Visit) -> None:
    ana = visit(selling.company.ana, FUNNEL)
    ana.get_by_role("searchbox").fill("venda 07")
    expect(ana.locator("#board .card")).to_have_count(1)
    expect(ana.locator("#board-totals")).to_contain_text("R$ 1.007,00")
    assert "q=venda" in ana.url
    ana.get_by_role("link", name="Limpar filtros").click()
    expect(ana.locator("#board .card")).to_have_count(12)


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_funnel_and_what_opens_over_it(selling: Running, visit: Visit, width: int) -> None:
    page = visit(selling.company.marta, FUNNEL, width=width)
    found = {"funnel": violations(page)}
    found |= dict(with_each_open(page, within="main"))
    assert {where: what for where, what in found.items() if what} == {}
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


def test_stages_that_a_manager_adds_and_orders_stand_so_on_an_open_board(selling: Running, visit: Visit) -> None:
    page = visit(selling.company.ana, FUNNEL)
    names = page.locator(".column__title")
    pipeline, marta = Pipeline.objects.get(tenant=selling.company.tenant), selling.company.marta
    visited = add_stage(pipeline, marta, "Visita", kind="OPEN", probability=40, colour="#0d9488")
    expect(column(page, "Visita")).to_be_visible()
    order_stages(pipeline, marta, [visited.pk])
    expect(names.first).to_have_text("Visita")
    expect(card(page, "Venda 00")).to_be_visible()
    live = names.all_text_contents()
    page.reload()
    assert names.all_text_contents() == live
