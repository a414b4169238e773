"""The page by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chats.models import Chat
from tests.conftest import Running
from tests.processes import until


def test_a_conversation_is_opened_taken_noted_resolved_and_left_without_the_mouse(
    busy: Running, visit: Callable[..., Page]
) -> None:
    page = visit(busy.company.ana, "/atendimento/?aba=fila")
    page.keyboard.press("Alt+J")
    expect(page.locator("#chat-header")).to_be_visible()
    chat = Chat.objects.get(pk=page.locator("#thread").get_attribute("data-chat"))
    page.keyboard.press("Alt+A")
    expect(page.locator("#chat-header")).to_have_attribute("data-assigned-to", str(busy.company.ana.pk))
    page.keyboard.press("Alt+L")
    expect(page.locator("#composer-body")).to_be_focused()
    page.keyboard.press("Alt+M")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    page.keyboard.press("Alt+T")
    expect(page.locator("#dialog, #menu").filter(visible=True)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#dialog, #menu").filter(visible=True)).to_have_count(0)
    page.keyboard.press("Alt+E")
    expect(page.locator("#undo .undo__button")).to_be_visible()
    until(lambda: Chat.objects.get(pk=chat.pk).status == "RESOLVED")
    # The letters are places of the keyboard: a "?" that is being written stays one.
    page.locator("#search").focus()
    page.keyboard.type("a?/")
    expect(page.locator("#search")).to_have_value("a?/")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_have_value("")
    expect(page.locator("#chat-header")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#chat-header")).to_have_count(0)


def test_the_command_bar_finds_opens_and_acts_and_gives_the_focus_back(
    busy: Running, visit: Callable[..., Page]
) -> None:
    page = visit(busy.company.ana, "/atendimento/?aba=todas")
    page.keyboard.press("Control+K")
    field = page.get_by_role("combobox", name="Buscar ou comandar")
    expect(field).to_be_focused()
    page.keyboard.type("otavio")
    expect(page.locator("#commands [aria-selected=true]")).to_contain_text("Otávio Bittencourt")
    page.keyboard.press("Enter")
    expect(page.locator("#chat-header")).to_contain_text("Otávio Bittencourt")
    assert f"/atendimento/{Chat.objects.get(contact__name__startswith='Otávio').pk}/" in page.url
    page.locator("#composer-body").focus()
    page.keyboard.press("Control+K")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#composer-body")).to_be_focused()
    page.keyboard.press("Control+K")
    expect(field).to_be_focused()
    page.keyboard.type("atalhos")
    expect(page.locator("#commands [aria-selected=true]")).to_contain_text("Atalhos do teclado")
    page.keyboard.press("Enter")
    expect(page.locator("#shortcuts")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (720, 450)], ids=["a phone", "1440 px at 200 %"])
def test_nothing_sticks_out_sideways(width: int, height: int, busy: Running, visit: Callable[..., Page]) -> None:
    chat = Chat.objects.filter(assigned_to=busy.company.ana).latest("last_message_at")
    page = visit(busy.company.ana, "/atendimento/", width=width, height=height)
    expect(page.locator("#list")).to_be_in_viewport()
    page.goto(page.url + f"{chat.pk}/")
    page.wait_for_selector("body[data-live=on]", state="attached")
    for seen in ("#composer-body", "#messages-scroll", "#chat-header"):
        expect(page.locator(seen)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#messages-scroll").evaluate("log => log.clientHeight") > 120
    for path in ("/configuracoes/preferencias/", "/configuracoes/preferencias/senha/"):
        page.goto(page.url.split("/atendimento")[0].split("/configuracoes")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
