"""The list under an agent's hands: it moves live, and leaves scroll, focus and what is chosen as they are."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from chats import actions
from chats.actions.locking import changing
from chats.models import Chat, ChatStatus
from crm.models import Contact, Tag
from tests.conftest import Running
from tests.processes import until

from .snapshots import snapshot

Visit = Callable[..., Page]


def make_chats(running: Running, count: int) -> list[Chat]:
    """Conversations of Ana's, the first one the latest."""
    tenant, now = running.company.tenant, timezone.now()
    chats = []
    for number in range(count):
        phone = f"55119{72000000 + number}"
        contact = Contact.objects.create(tenant=tenant, name=f"Cliente {number:03}", phone=phone)
        chats.append(
            Chat(
                tenant=tenant,
                phone=phone,
                contact=contact,
                assigned_to=running.company.ana,
                last_message="Olá",
                last_message_at=now - timedelta(minutes=number + 1),
                session=running.company.number,
            )
        )
    Chat.objects.bulk_create(chats)
    # Long enough ago for no page to be told of it.
    Chat.objects.update(updated_at=now - timedelta(hours=1))
    return chats


def names(page: Page) -> list[str]:
    return page.locator("#rows > .row .row__name").all_inner_texts()


def writes(running: Running, chat: Chat, text: str = "Mais uma coisa") -> None:
    running.waha.customer_says("default", chat.phone, text, name=chat.display_name)
    running.waha.wait_idle()


def test_a_row_that_goes_to_the_top_moves_neither_the_readers_place_nor_their_focus(
    running: Running, visit: Visit
) -> None:
    chats = make_chats(running, 28)
    page = visit(running.company.ana)
    page.evaluate("document.getElementById('rows-scroll').scrollTop = 640")
    link = page.locator(f"#chat-{chats[14].pk} .row__link")
    link.focus()
    before = link.bounding_box()
    writes(running, chats[25])
    expect(page.locator("#rows > .row").first).to_contain_text("Cliente 025")
    assert link.bounding_box() == before
    expect(link).to_be_focused()
    page.wait_for_timeout(1000)  # WhatsApp counts in whole seconds
    writes(running, chats[14], "E eu também")
    expect(page.locator("#rows > .row").first).to_contain_text("Cliente 014")
    expect(link).to_be_focused()


def test_arrows_walk_the_list_and_the_row_menu_opens_by_key(running: Running, visit: Visit) -> None:
    chats = make_chats(running, 5)
    page = visit(running.company.ana)
    assert page.locator('#rows .row__link[tabindex="0"]').count() == 1
    page.locator(f"#chat-{chats[0].pk} .row__link").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#chat-{chats[2].pk} .row__link")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    focused = page.locator(f"#chat-{chats[3].pk} .row__link")
    expect(focused).to_be_focused()
    page.keyboard.press("Shift+F10")
    menu = page.locator("#menu")
    expect(menu.get_by_role("menuitem", name="Fixar para todos")).to_be_visible()
    page.keyboard.press("Escape")
    expect(focused).to_be_focused()
    page.keyboard.press("Shift+F10")
    menu.get_by_role("menuitem", name="Fixar para todos").click()
    expect(page.locator("#rows > .row").first).to_contain_text("Cliente 003")
    page.keyboard.press("Tab")
    expect(page.locator("#rows .row__link:focus")).to_have_count(0)


def test_many_rows_are_chosen_with_shift_tagged_and_given_back(running: Running, visit: Visit) -> None:
    chats = make_chats(running, 8)
    tag = Tag.objects.create(tenant=running.company.tenant, name="VIP")
    page = visit(running.company.ana)
    boxes = page.locator(".row__check input")
    boxes.nth(1).click(force=True)
    boxes.nth(5).click(force=True, modifiers=["Shift"])
    expect(page.locator("#selection output")).to_have_text("5")
    page.locator("#selection").get_by_role("button", name="Etiquetas").click()
    page.locator("#menu").get_by_role("menuitemcheckbox", name="VIP").click()
    expect(page.locator("#undo")).to_contain_text("5 conversas")
    expect(page.locator("#selection")).to_be_hidden()
    assert Chat.objects.filter(tags=tag).count() == 5
    page.locator("#undo").get_by_role("button", name="Desfazer").click()
    until(lambda: not Chat.objects.filter(tags=tag).exists())
    assert len(names(page)) == len(chats)


def test_rows_enter_and_leave_every_list_live_as_a_reload_would_show(running: Running, visit: Visit) -> None:
    chats = make_chats(running, 6)
    tag = Tag.objects.create(tenant=running.company.tenant, name="VIP")
    ana = running.company.ana
    addresses = [
        "?situacao=adiadas",
        "?aba=todas&situacao=pendentes",
        "?aba=grupos",
        "?aba=todas&ordem=espera",
        f"?aba=todas&ordem=passo&etiqueta={tag.pk}",
        f"?aba=todas&atendente={running.company.bruno.pk}",
    ]
    pages = [visit(ana, f"/atendimento/{address}") for address in addresses]
    actions.put_tag(chats[1], tag)
    actions.put_tag(chats[2], tag)
    actions.pin(chats[2], True)
    actions.assign(chats[3], running.company.bruno, by=ana)
    actions.pend(chats[4], ana)
    with changing(chats[5].pk) as chat:
        chat.snoozed_until = timezone.now() + timedelta(days=1)
    writes(running, chats[0])
    running.waha.customer_says("default", "5511988887777", "Oi, turma", group="120363012345678901@g.us")
    running.waha.wait_idle()
    for page, address in zip(pages, addresses, strict=True):
        fresh = visit(ana, f"/atendimento/{address}")
        expect(page.locator("#rows > .row")).to_have_count(fresh.locator("#rows > .row").count())
        assert snapshot(page)["#rows"] == snapshot(fresh)["#rows"], address
        assert names(page), address
    assert Chat.objects.filter(status=ChatStatus.PENDING).exists()


def test_a_draft_stands_on_its_row_and_stays_when_the_row_changes(running: Running, visit: Visit) -> None:
    _first, second = make_chats(running, 2)
    page = visit(running.company.ana)
    page.evaluate(
        "chat => document.dispatchEvent(new CustomEvent('atendimento:draft', {detail: {chat, text: 'Já vejo'}}))",
        str(second.pk),
    )
    row = page.locator(f"#chat-{second.pk}")
    expect(row.locator(".row__draft")).to_have_text("Rascunho: Já vejo")
    expect(row.locator(".row__text")).to_be_hidden()
    writes(running, second)
    expect(page.locator("#rows > .row").first).to_have_id(f"chat-{second.pk}")
    expect(row.locator(".row__draft")).to_be_visible()


def test_filters_orders_and_views_go_through_their_dialogs_into_the_address(running: Running, visit: Visit) -> None:
    chats = make_chats(running, 3)
    Chat.objects.filter(pk=chats[2].pk).update(team=running.company.sales)
    page = visit(running.company.ana)
    page.locator(".search").get_by_role("button", name="Filtrar").click()
    page.get_by_label("Setor").select_option("Vendas")
    page.locator("#dialog").get_by_role("button", name="Filtrar").click()
    expect(page.locator("#rows > .row")).to_have_count(1)
    assert f"setor={running.company.sales.pk}" in page.url
    expect(page.locator("#dialog")).to_be_hidden()
    page.locator(".search").get_by_role("button", name="Ordem e visões").click()
    page.get_by_role("menuitem", name="Salvar esta visão…").click()
    page.get_by_label("Nome").fill("Vendas, minhas")
    page.locator("#dialog").get_by_role("button", name="Salvar").click()
    expect(page.locator("#dialog")).to_be_hidden()
    page.get_by_role("link", name="Remover o filtro Vendas").click()
    expect(page.locator("#rows > .row")).to_have_count(3)
    page.locator(".search").get_by_role("button", name="Ordem e visões").click()
    page.get_by_role("menuitem", name="Vendas, minhas", exact=True).click()
    expect(page.locator("#rows > .row")).to_have_count(1)
    assert "setor=" in page.url
    page.reload()
    expect(page.locator("#rows > .row")).to_have_count(1)


def test_a_page_left_open_all_day_keeps_a_bounded_list(running: Running, visit: Visit) -> None:
    make_chats(running, 320)
    page = visit(running.company.ana)
    scroller = page.locator("#rows-scroll")
    while page.locator("#rows > .row").count() < 300:
        shown = page.locator("#rows > .row").count()
        scroller.evaluate("element => { element.scrollTop = element.scrollHeight }")
        expect(page.locator("#rows > .row")).not_to_have_count(shown)
    scroller.evaluate("element => { element.scrollTop = 0 }")
    for number in range(3):
        running.customer_says("Oi", phone=f"55218{71000000 + number}", name=f"Novo {number}")
    for chat in Chat.objects.filter(assigned_to=None):
        actions.assign(chat, running.company.ana, by=running.company.ana)
    expect(page.locator("#rows > .row").first).to_contain_text("Novo 2")
    expect(page.locator("#rows > .row")).to_have_count(300)
    expect(page.locator("#rows > .more")).to_have_count(1)
    scroller.evaluate("element => { element.scrollTop = element.scrollHeight }")
    expect(page.locator("#rows > .row")).to_have_count(323)
    shown = names(page)
    assert shown[3:] == sorted(shown[3:])
