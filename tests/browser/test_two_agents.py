"""Two agents and a customer: everybody sees the same, at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from chats.models import Chat, Message
from chats.thread import PAGE_SIZE
from tests.conftest import Running
from tests.processes import until

WIDTHS = {1440: 900, 1280: 800, 768: 1024, 390: 844}


def test_a_message_arrives_at_both_one_takes_over_and_the_other_sees_the_answer(
    running: Running, visit: Callable[..., Page]
) -> None:
    ana, bruno = (visit(user, "/atendimento/?aba=fila") for user in (running.company.ana, running.company.bruno))
    running.customer_says("Bom dia, vocês entregam em Santos?")
    for page in (ana, bruno):
        row = page.locator("#rows > .row")
        expect(row).to_contain_text("João da Silva")
        expect(row).to_contain_text("entregam em Santos")
        expect(page.locator("#counter-unassigned")).to_have_text("1")
        row.locator("a").first.click()
        expect(page.locator("#messages .message--in")).to_contain_text("entregam em Santos")

    ana.locator("[data-action=take]").click()
    for page in (ana, bruno):
        expect(page.locator("#messages .message--system")).to_contain_text("Ana Souza")
        expect(page.locator("#chat-header .fact--owner")).to_contain_text("Ana")
        expect(page.locator("#rows > .row")).to_have_count(0)  # it left the queue
        expect(page.locator("#counter-unassigned")).to_have_text("0")
    expect(ana.locator("#counter-mine")).to_have_text("1")
    expect(ana.locator("[data-action=take]")).to_be_hidden()
    expect(bruno.locator("[data-action=take]")).to_be_visible()

    ana.locator("#composer-body").fill("Entregamos sim, João!")
    ana.keyboard.press("Enter")
    for page in (ana, bruno):
        bubble = page.locator("#messages .message--out")
        expect(bubble).to_contain_text("Entregamos sim, João!")
        expect(bubble.locator(".tick--read")).to_be_visible()
        expect(bubble).to_have_count(1)
    assert [sent.text for sent in running.waha.sent] == ["Entregamos sim, João!"]

    bruno.locator("[data-action=resolve]").click()
    for page in (ana, bruno):
        expect(page.locator("#messages .message--system").last).to_contain_text("Bruno Lima")
        expect(page.locator("#chat-header")).to_have_attribute("data-status", "RESOLVED")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_every_width(width: int, busy: Running, visit: Callable[..., Page]) -> None:
    chat = Chat.objects.filter(assigned_to=busy.company.ana).latest("last_message_at")
    for path in ("/atendimento/?aba=todas", f"/atendimento/{chat.pk}/?aba=todas"):
        page = visit(busy.company.ana, path, width=width, height=WIDTHS[width])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), path


def test_the_way_in_fits_a_phone(running: Running, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{running.web.url}/atendimento/")
    expect(page.locator("input[name=username]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_a_send_that_fails_says_why_and_is_really_sent_again(running: Running, visit: Callable[..., Page]) -> None:
    running.customer_says("Oi")
    page = visit(running.company.ana, f"/atendimento/{Chat.objects.get().pk}/")
    running.waha.faults.next("sendText", "400")
    page.locator("#composer-body").fill("Olá, João")
    page.keyboard.press("Enter")
    failure = page.locator("#messages .failure:visible")
    expect(failure).to_contain_text("O WhatsApp não aceitou a mensagem.")
    assert running.waha.sent == []
    failure.get_by_role("button", name="Tentar de novo").click()
    expect(page.locator("#messages .message--out .tick--read")).to_be_visible()
    expect(page.locator("#messages .message--out")).to_have_count(1)
    assert [sent.text for sent in running.waha.sent] == ["Olá, João"]
    assert Message.objects.filter(from_me=True, type="TEXT").count() == 1


def test_enter_sends_shift_enter_breaks_and_the_bubble_is_there_at_once(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Oi")
    page = visit(running.company.ana, f"/atendimento/{Chat.objects.get().pk}/")
    running.waha.faults.next("sendText", "delay", seconds=1.0)
    box = page.locator("#composer-body")
    box.press_sequentially("primeira linha")
    box.press("Shift+Enter")
    box.press_sequentially("segunda linha")
    assert box.input_value() == "primeira linha\nsegunda linha"
    box.press("Enter")
    expect(page.locator("#messages .message--out")).to_have_count(1)
    assert box.input_value() == ""
    until(lambda: [sent.text for sent in running.waha.sent] == ["primeira linha\nsegunda linha"])
    expect(page.locator("#messages .message--out .tick--read")).to_be_visible()
    expect(page.locator("#messages .message--out")).to_have_count(1)


def test_a_message_that_did_not_reach_the_server_waits_and_goes_once(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Oi")
    page = visit(running.company.ana, f"/atendimento/{Chat.objects.get().pk}/")
    page.context.set_offline(True)
    page.locator("#composer-body").fill("Sem rede")
    page.keyboard.press("Enter")
    again = page.locator("#messages [data-resend]:visible")
    expect(again).to_be_visible()
    page.context.set_offline(False)
    again.click()
    expect(page.locator("#messages .message--out .tick--read")).to_be_visible()
    expect(page.locator("#messages .message--out")).to_have_count(1)
    assert Message.objects.filter(body="Sem rede").count() == 1


def test_history_loads_on_scrolling_up_without_a_jump(
    long_chat: Chat, running: Running, visit: Callable[..., Page]
) -> None:
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/")
    expect(page.locator("#messages .message")).to_have_count(PAGE_SIZE)
    page.evaluate("document.getElementById('messages-scroll').scrollTop = 60")
    expect(page.locator("#messages .message")).to_have_count(2 * PAGE_SIZE)
    bodies = page.locator("#messages .bubble__text").all_inner_texts()
    assert bodies == [f"Mensagem número {number:03}" for number in range(201 - 2 * PAGE_SIZE, 201)]
    # The reader still sees what they were reading, not the top of what came.
    assert page.evaluate("document.getElementById('messages-scroll').scrollTop") > 500


def test_a_reader_far_up_is_told_and_not_moved(long_chat: Chat, running: Running, visit: Callable[..., Page]) -> None:
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/")
    scroll = "document.getElementById('messages-scroll')"
    page.evaluate(f"{scroll}.scrollTop = 0")
    expect(page.locator("#messages .message")).to_have_count(2 * PAGE_SIZE)
    page.evaluate(f"{scroll}.scrollTop = {scroll}.scrollHeight / 2")
    page.wait_for_timeout(400)
    before = page.evaluate(f"{scroll}.scrollTop")
    running.customer_says("Ainda está aí?")
    expect(page.locator("#to-bottom .to-bottom__count")).to_have_text("1")
    assert abs(page.evaluate(f"{scroll}.scrollTop") - before) < 5
    page.locator("#to-bottom").click()
    expect(page.locator("#messages .message").last).to_be_in_viewport()
    expect(page.locator("#to-bottom")).to_be_hidden()


def test_opening_ones_own_chat_reads_it_and_a_colleagues_look_does_not(
    running: Running, visit: Callable[..., Page]
) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()
    Chat.objects.update(assigned_to=running.company.ana)
    visit(running.company.bruno, f"/atendimento/{chat.pk}/").wait_for_timeout(800)
    assert Chat.objects.get().unread_count == 1
    visit(running.company.ana, f"/atendimento/{chat.pk}/")
    until(lambda: Chat.objects.get().unread_count == 0)


def test_the_list_finds_people_by_name_and_by_the_end_of_their_number(
    busy: Running, visit: Callable[..., Page]
) -> None:
    page = visit(busy.company.ana, "/atendimento/?aba=todas")
    for typed in ("joao", "João da S", "8888-7777"):
        page.locator("#search").fill(typed)
        expect(page.locator("#rows > .row")).to_have_count(1)
        expect(page.locator("#rows > .row")).to_contain_text("João da Silva")
    page.locator("#search").fill("ninguém assim")
    expect(page.locator("#rows > .row")).to_have_count(0)
