"""The composer in a browser: nobody answers over a colleague's head, and no word is lost."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from chats import actions
from chats.actions.scheduled import schedule
from chats.models import Chat, Draft, Message, QuickReply
from notifications.models import CRMNotification
from tests.conftest import Running
from tests.processes import until


def texts() -> list[str | None]:
    return [row.body for row in Message.objects.filter(from_me=True, type="TEXT").order_by("timestamp")]


def test_an_answer_given_meanwhile_is_shown_before_ones_own_leaves(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Quanto custa?")
    chat = Chat.objects.get()
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    # Her page hears of nothing for a while.
    page.evaluate("document.addEventListener('htmx:wsBeforeMessage', (event) => event.preventDefault(), true)")
    actions.send_message(chat, running.company.bruno, "Custa 80")
    box = page.locator("#composer-body")
    box.fill("Custa 90")
    box.press("Enter")
    ask = page.locator("#composer-ask")
    expect(ask).to_contain_text("Bruno Lima respondeu")
    expect(page.locator("#messages .message--out")).to_contain_text("Custa 80")
    expect(box).to_have_value("Custa 90")
    assert texts() == ["Custa 80"]
    ask.get_by_role("button", name="Enviar mesmo assim").click()
    expect(page.locator("#messages .message--out").last).to_contain_text("Custa 90")
    expect(ask).to_be_empty()
    until(lambda: texts() == ["Custa 80", "Custa 90"])


def test_a_draft_outlives_a_reload_a_fast_change_of_chats_and_goes_on_elsewhere(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Oi")
    running.customer_says("Olá", phone="5511977776666", name="Maria")
    first, second = Chat.objects.get(phone="5511988887777"), Chat.objects.get(phone="5511977776666")
    page = visit(running.company.ana, f"/atendimento/{first.pk}/?aba=todas")
    page.locator("#composer-body").press_sequentially("Bom dia, João")
    page.locator(f"#chat-{second.pk} a").first.click()
    expect(page.locator("#thread")).to_have_attribute("data-chat", str(second.pk))
    expect(page.locator("#composer-body")).to_have_value("")
    page.locator(f"#chat-{first.pk} a").first.click()
    expect(page.locator("#composer-body")).to_have_value("Bom dia, João")
    page.reload()
    expect(page.locator("#composer-body")).to_have_value("Bom dia, João")
    until(lambda: Draft.objects.filter(text="Bom dia, João").exists())
    elsewhere = visit(running.company.ana, f"/atendimento/{first.pk}/")
    box = elsewhere.locator("#composer-body")
    expect(box).to_have_value("Bom dia, João")
    box.press("End")
    box.press_sequentially("!")
    box.press("Enter")
    until(lambda: texts() == ["Bom dia, João!"])
    until(lambda: not Draft.objects.exclude(text="").exists())
    page.reload()
    expect(page.locator("#composer-body")).to_have_value("")


def test_a_quick_reply_comes_to_the_cursor_filled_in(running: Running, visit: Callable[..., Page]) -> None:
    running.customer_says("Oi")
    QuickReply.objects.create(
        tenant=running.company.tenant,
        scope="TENANT",
        shortcut="preço",
        body="{{primeiro_nome}}, custa {{empresa}} reais",
    )
    page = visit(running.company.ana, f"/atendimento/{Chat.objects.get().pk}/")
    box = page.locator("#composer-body")
    box.fill("Olá ! Até já")
    box.press("Home")
    for _letter in range(4):
        box.press("ArrowRight")
    box.press_sequentially("/prec")
    expect(page.locator("#suggestions [role=option]")).to_contain_text("/preço")
    box.press("Enter")
    expect(box).to_have_value("Olá João, custa {{empresa}} reais! Até já")
    expect(page.locator("#composer-ask")).to_contain_text("{{empresa}}")
    page.keyboard.type("80")  # what is missing is selected
    expect(box).to_have_value("Olá João, custa 80 reais! Até já")
    box.press("Enter")
    until(lambda: texts() == ["Olá João, custa 80 reais! Até já"])


def test_a_note_calls_a_colleague_who_hears_of_it_at_once(running: Running, visit: Callable[..., Page]) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()
    ana = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    bruno = visit(running.company.bruno)
    ana.keyboard.press("Alt+p")
    box = ana.locator("#composer-body")
    expect(box).to_be_focused()
    box.press_sequentially("Veja isto, @bru")
    expect(ana.locator("#suggestions [role=option]")).to_contain_text("Bruno Lima")
    box.press("Tab")
    expect(box).to_have_value("Veja isto, @Bruno Lima ")
    box.press("Enter")
    expect(ana.locator("#messages .message--note .mention")).to_have_text("@Bruno Lima")
    # One line for the customer in the queue, one for having been called.
    expect(bruno.locator("#bell-count")).to_contain_text("2")
    assert CRMNotification.objects.filter(user=running.company.bruno, type="MENTION").count() == 1
    assert running.waha.sent == []


def test_a_scheduled_message_pauses_when_the_customer_writes_first(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/")
    page.locator("#composer-body").fill("Já tenho o prazo")
    page.locator("#composer-form").get_by_role("button", name="Agendar").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("textarea")).to_have_value("Já tenho o prazo")
    dialog.get_by_role("button", name="Em 1 hora").click()
    dialog.get_by_role("button", name="Agendar").click()
    card = page.locator("#scheduled > li")
    expect(card).to_contain_text("Já tenho o prazo")
    expect(page.locator("#composer-body")).to_have_value("")
    running.customer_says("E o prazo?")
    expect(card).to_contain_text("o cliente escreveu antes")
    card.get_by_role("button", name="Enviar mesmo assim").click()
    expect(page.locator("#messages .message--out")).to_contain_text("Já tenho o prazo")
    expect(card).to_have_count(0)
    late = schedule(chat, running.company.ana, "Até amanhã", timezone.now() + timedelta(seconds=1))
    expect(card).to_contain_text("Até amanhã")
    expect(page.locator("#messages .message--out").last).to_contain_text("Até amanhã", timeout=40_000)
    expect(card).to_have_count(0)
    assert Message.objects.get(client_id=late.pk).author == running.company.ana


def test_an_emoji_comes_to_the_cursor(running: Running, visit: Callable[..., Page]) -> None:
    running.customer_says("Oi")
    page = visit(running.company.ana, f"/atendimento/{Chat.objects.get().pk}/")
    box = page.locator("#composer-body")
    box.fill("Oi!")
    box.press("ArrowLeft")
    page.get_by_role("button", name="Emoji").click()
    expect(page.locator("#emoji input")).to_be_focused()
    page.keyboard.type("coração ver")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Oi❤️!")  # and the picker stays open for more
    page.get_by_role("button", name="Emoji").click()
    page.get_by_role("button", name="Emoji").click()
    expect(page.locator("#emoji .emoji__group--latest button")).to_have_text("❤️")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
