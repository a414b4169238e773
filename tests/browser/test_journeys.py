"""A customer's whole way, from the first look to the last click taken back: without a mouse, and on a phone.

Open, read, answer with a quick reply, create an opportunity, plan the next step, resolve, undo.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from chats import actions
from chats.models import Chat, ChatStatus, Message, QuickReply
from crm.models import Activity, Opportunity, Pipeline, Stage
from tests.conftest import Running
from tests.processes import until

Visit = Callable[..., Page]
PHONE = {"width": 360, "height": 740}

FOCUS_IS_LOST = "document.activeElement === document.body"
# What a thumb has to hit: everything that can be pressed, as far as it is on the screen and not covered.
TOO_SMALL = """
() => {
  const FLOATS = "#suggestions, #menu, .undo, dialog"; // what lies over a part of it is not its fault
  const pressed = "a[href], button, select, input:not([type=hidden]), textarea, summary, label.bottom-bar__item";
  const small = [];
  for (const each of document.querySelectorAll(pressed)) {
    if (!each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || each.disabled) continue;
    if (each.closest(".visually-hidden") || each.matches(".visually-hidden, .skip")) continue;
    if (getComputedStyle(each).display === "inline") continue; // a link within a sentence is as high as its line
    const label = each.matches("[type=radio], [type=checkbox]") && each.closest("label");
    const { left, top, width, height } = (label || each).getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) continue;
    const there = document.elementFromPoint(x, y);
    if (!there || !(label || each).contains(there)) continue;
    const reach = (dx, dy) => {
      const found = document.elementFromPoint(x + dx, y + dy);
      return (label || each).contains(found) || (found?.closest(FLOATS) && !each.closest(FLOATS));
    };
    const wide = width >= 44 || (reach(-21, 0) && reach(21, 0));
    const high = height >= 44 || (reach(0, -21) && reach(0, 21));
    if (!wide || !high) small.push(`${each.className || each.id || each.name || each.tagName}`
      + ` ${Math.round(width)} × ${Math.round(height)}`);
  }
  return small;
}
"""


@pytest.fixture
def desk(running: Running) -> Chat:
    """Ana has two conversations; João's, the newer one, waits for her. There is a quick reply, and a pipeline."""
    company = running.company
    QuickReply.objects.create(
        tenant=company.tenant, scope="TENANT", shortcut="prazo", body="{{primeiro_nome}}, o prazo é de 8 dias úteis."
    )
    pipeline = Pipeline.objects.create(tenant=company.tenant, name="Vendas", is_default=True)
    Stage.objects.create(tenant=company.tenant, pipeline=pipeline, name="Proposta", position=1, colour="#7c3aed")
    running.customer_says("Obrigada!", phone="5521977776666", name="Maria Alves")
    running.customer_says("Qual o prazo de entrega para Santos?")
    for chat in Chat.objects.all():
        actions.assign(chat, company.ana, by=company.ana)
    return Chat.objects.get(phone="5511988887777")


def now(chat: Chat) -> Chat:
    return Chat.objects.get(pk=chat.pk)


def answered(chat: Chat) -> bool:
    return Message.objects.filter(chat=chat, from_me=True, body="João, o prazo é de 8 dias úteis.").exists()


def assert_focus(page: Page) -> None:
    """The focus may be nowhere for a blink, while a piece of the page is changed."""
    until(lambda: not page.evaluate(FOCUS_IS_LOST), seconds=1.5)


def test_a_customer_is_served_without_a_mouse(running: Running, desk: Chat, visit: Visit) -> None:
    page = visit(running.company.ana)
    press, write = page.keyboard.press, page.keyboard.type

    press("/")
    expect(page.locator("#search")).to_be_focused()
    write("joão")
    expect(page.locator("#rows > .row")).to_have_count(1)
    press("Escape")
    expect(page.locator("#rows > .row")).to_have_count(2)
    press("Alt+J")
    expect(page.locator("#thread")).to_have_attribute("data-chat", str(desk.pk))
    expect(page.locator("#messages")).to_contain_text("Qual o prazo de entrega")
    until(lambda: now(desk).unread_count == 0)
    expect(page.locator(f"#chat-{desk.pk} .badge")).to_have_count(0)
    expect(page.locator("#composer-body")).to_be_focused()

    write("/praz")
    expect(page.locator("#suggestions [role=option]")).to_contain_text("/prazo")
    press("Enter")
    expect(page.locator("#composer-body")).to_have_value("João, o prazo é de 8 dias úteis.")
    press("Enter")
    expect(page.locator("#messages .message--out")).to_contain_text("8 dias úteis")
    until(lambda: answered(desk) and now(desk).waiting_since is None)
    assert_focus(page)

    press("Alt+O")
    expect(page.locator("#deal-amount")).to_be_focused()
    write("4.890,00")
    press("Shift+Tab")
    write("Sofá Ipanema")
    press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#fact-stage")).to_contain_text("Proposta")
    expect(page.locator("#fact-amount")).to_contain_text("4.890,00")
    sofa = Opportunity.objects.get()
    assert (sofa.title, sofa.amount, now(desk).opportunity) == ("Sofá Ipanema", Decimal(4890), sofa)
    assert_focus(page)

    press("Control+K")
    expect(page.get_by_role("combobox", name="Buscar ou comandar")).to_be_focused()
    write("próximo passo")
    expect(page.locator("#commands [aria-selected=true]")).to_contain_text("Próximo passo")
    press("Enter")
    expect(page.locator("#menu [role=menuitem]").first).to_be_focused()
    press("End")
    press("Enter")
    expect(page.locator("#activity-title")).to_be_focused()
    write("Confirmar o frete")
    press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#panel-activities")).to_contain_text("Confirmar o frete")
    assert now(desk).next_step == Activity.objects.get(title="Confirmar o frete")
    assert_focus(page)

    press("Alt+E")
    expect(page.locator("#undo")).to_contain_text("Desfazer")
    until(lambda: now(desk).status == ChatStatus.RESOLVED)
    expect(page.locator("#chat-state")).to_contain_text("Resolvida")
    expect(page.locator(f"#chat-{desk.pk}")).to_have_count(0)
    assert_focus(page)
    press("Alt+Z")
    until(lambda: now(desk).status == ChatStatus.OPEN)
    expect(page.locator(f"#chat-{desk.pk}")).to_be_visible()
    expect(page.locator("#chat-header")).to_contain_text("Resolver")
    assert_focus(page)


def test_a_customer_is_served_on_a_phone(running: Running, desk: Chat, visit: Visit) -> None:
    page = visit(running.company.ana, **PHONE)
    bar, dialog = page.locator(".bottom-bar"), page.locator("#dialog")
    too_small: dict[str, list[str]] = {}

    def look(step: str) -> None:
        page.wait_for_timeout(250)  # what slides in has come to rest
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), step
        if small := page.evaluate(TOO_SMALL):
            too_small[step] = small

    look("the list")
    page.locator(f"#chat-{desk.pk} .row__link").tap()
    expect(page.locator("#messages")).to_contain_text("Qual o prazo de entrega")
    until(lambda: now(desk).unread_count == 0)
    look("the conversation")

    bar.get_by_text("Responder").tap()
    expect(page.locator("#composer-body")).to_be_focused()
    page.get_by_role("button", name="Respostas rápidas").tap()
    look("quick replies")
    page.locator("#suggestions [role=option]").first.tap()
    expect(page.locator("#composer-body")).to_have_value("João, o prazo é de 8 dias úteis.")
    page.get_by_role("button", name="Enviar", exact=True).tap()
    expect(page.locator("#messages .message--out")).to_contain_text("8 dias úteis")
    until(lambda: answered(desk))
    page.locator("#messages-scroll").tap()
    look("after the answer")

    bar.get_by_text("Cliente").tap()
    expect(page.locator("#panel")).to_be_in_viewport()
    look("the customer")
    page.locator("#panel-opportunities").get_by_role("button", name="Nova oportunidade").tap()
    dialog.get_by_label("Valor").fill("4890")
    look("an opportunity")
    dialog.get_by_role("button", name="Criar oportunidade").tap()
    expect(dialog).to_be_hidden()
    until(lambda: now(desk).opportunity is not None)
    expect(page.locator("#panel-opportunities")).to_contain_text("4.890,00")

    page.locator("#panel-activities").get_by_role("button", name="Agendar").tap()
    dialog.get_by_label("O que precisa ser feito").fill("Confirmar o frete")
    look("an activity")
    dialog.get_by_role("button", name="Agendar").tap()
    expect(dialog).to_be_hidden()
    expect(page.locator("#panel-activities")).to_contain_text("Confirmar o frete")
    assert now(desk).next_step == Activity.objects.get(title="Confirmar o frete")
    page.locator("#panel").get_by_role("button", name="Fechar").tap()

    bar.get_by_text("Resolver").tap()
    until(lambda: now(desk).status == ChatStatus.RESOLVED)
    expect(page.locator("#undo")).to_contain_text("Desfazer")
    look("resolved")
    page.locator("#undo").get_by_role("button", name="Desfazer").tap()
    until(lambda: now(desk).status == ChatStatus.OPEN)
    expect(bar.get_by_text("Resolver")).to_be_visible()
    look("taken back")
    assert not too_small, "\n".join(f"{step}: {small}" for step, small in too_small.items())
