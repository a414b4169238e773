"""Two agents at work on the same customers: each sees where the other is, and what the other hands over."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from chats import actions
from chats.models import Chat
from crm.models import Distribution, Tenant
from tests.conftest import Running


def test_each_sees_the_other_inside_and_writing_but_never_themselves(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()
    ana = visit(running.company.ana, f"/atendimento/{chat.pk}/?aba=todas")
    bruno = visit(running.company.bruno, f"/atendimento/{chat.pk}/?aba=todas")
    seen, row = ana.locator("#colleagues .inside__one:visible"), ana.locator(f"#inside-{chat.pk} .inside__one:visible")
    expect(seen).to_have_count(1)
    expect(row).to_have_count(1)
    expect(seen.locator(".avatar")).to_have_attribute("title", "Bruno Lima está nesta conversa")
    expect(bruno.locator("#colleagues .inside__one:visible .avatar")).to_have_attribute(
        "title", "Ana Souza está nesta conversa"
    )
    bruno.locator("#composer-body").press_sequentially("Bom d")
    expect(ana.locator("#colleagues")).to_contain_text("Bruno está digitando…")
    bruno.locator("#composer-body").fill("")
    expect(ana.locator("#colleagues")).not_to_contain_text("digitando")
    ana.reload()
    expect(seen).to_have_count(1)
    bruno.close()
    expect(seen).to_have_count(0)
    expect(row).to_have_count(0)


def test_a_transfer_with_its_note_arrives_on_the_colleagues_open_page(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Quero trocar meu sofá")
    chat = actions.assign(Chat.objects.get(), running.company.ana, by=running.company.ana)
    bruno = visit(running.company.bruno)
    ana = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    ana.keyboard.press("Alt+t")
    dialog = ana.get_by_role("dialog")
    dialog.get_by_text("Bruno Lima").click()
    dialog.get_by_role("textbox").fill("Cliente antigo, já combinei a coleta")
    dialog.get_by_role("button", name="Transferir").click()
    expect(ana.locator("#undo")).to_contain_text("Conversa transferida para Bruno Lima")
    expect(ana.locator("#fact-owner")).to_contain_text("Bruno")
    row = bruno.locator(f"#chat-{chat.pk}")
    expect(row).to_be_visible()
    row.click()
    expect(bruno.locator("#messages")).to_contain_text("Cliente antigo, já combinei a coleta")
    expect(bruno.locator("#messages")).to_contain_text("Ana Souza transferiu a conversa para Bruno Lima")
    ana.locator("#undo").get_by_role("button").click()
    expect(ana.locator("#fact-owner")).to_contain_text("Ana")
    expect(row).to_be_hidden()


def test_the_rotation_brings_a_new_customer_to_whoever_has_a_page_open(
    running: Running, visit: Callable[..., Page]
) -> None:
    Tenant.objects.update(distribution=Distribution.ROTATION)
    ana = visit(running.company.ana)
    running.customer_says("Bom dia")
    expect(ana.locator("#rows .row")).to_have_count(1)
    assert Chat.objects.get().assigned_to == running.company.ana
    ana.locator("#rows .row").click()
    expect(ana.locator("#messages")).to_contain_text("Distribuída para Ana Souza")
