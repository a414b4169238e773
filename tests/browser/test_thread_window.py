"""A long conversation: addresses that lead far back, scrolling both ways, and a page that does not grow all day."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from chats import actions
from chats.models import Chat, Message
from tests.conftest import Running
from tests.processes import until

Visit = Callable[..., Page]
BUBBLES = "#messages > .message"


def numbered(number: int) -> Message:
    return Message.objects.get(body=f"Mensagem número {number:03}")


def shown(page: Page) -> list[str]:
    """The texts of the bubbles, from above."""
    texts: list[str] = page.locator(f"{BUBBLES} .bubble__text").all_text_contents()
    return texts


def test_an_address_leads_far_back_and_down_again(running: Running, visit: Visit, long_chat: Chat) -> None:
    running.worker.stop()
    target = numbered(50)
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/?m={target.pk}")
    bubble = page.locator(f"#message-{target.pk}")
    expect(bubble).to_be_in_viewport()
    expect(bubble).to_have_class("message message--in is-found")
    # What comes now belongs far below: it is not put under what is shown.
    actions.add_note(long_chat, running.company.bruno, "Chegou agora")
    page.wait_for_timeout(600)
    assert "Chegou agora" not in shown(page)
    for _ in range(3):
        page.locator("#messages-scroll").evaluate("scroller => scroller.scrollTo(0, scroller.scrollHeight)")
        page.wait_for_timeout(300)
    texts = shown(page)
    assert texts == sorted(set(texts))  # neither gap nor repetition
    assert len(texts) > 60
    page.locator("#to-bottom").click()
    expect(page.get_by_text("Chegou agora")).to_be_in_viewport()
    expect(page.get_by_text("Mensagem número 200")).to_be_visible()


def test_a_quote_jumps_to_its_original_and_back_comes_back(running: Running, visit: Visit, long_chat: Chat) -> None:
    running.worker.stop()
    original, answer = numbered(3), numbered(200)
    Message.objects.filter(pk=original.pk).update(message_id="ORIGINAL", session=running.company.number)
    Message.objects.filter(pk=answer.pk).update(quoted_msg_id="ORIGINAL", session=running.company.number)
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/?aba=todas")
    page.locator("a.quote").click()
    expect(page.locator(f"#message-{original.pk}")).to_be_in_viewport()
    assert f"m={original.pk}" in page.url
    assert "aba=todas" in page.url
    page.go_back()
    expect(page.locator(f"#message-{answer.pk}")).to_be_in_viewport()
    assert "m=" not in page.url


def test_a_page_open_all_day_keeps_a_bounded_number_of_bubbles(running: Running, visit: Visit, long_chat: Chat) -> None:
    running.worker.stop()
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/")
    for number in range(260):
        actions.add_note(long_chat, running.company.bruno, f"Nota {number:03}")
    expect(page.get_by_text("Nota 259")).to_be_in_viewport()
    texts = shown(page)
    assert 100 <= len(texts) <= 220
    # What went is read again on scrolling up, and nothing is missing in between.
    while texts[0] != "Nota 000":
        page.locator("#messages-scroll").evaluate("scroller => scroller.scrollTo(0, 0)")
        until(lambda upper=texts[0]: shown(page)[0] != upper)
        texts = [text for text in shown(page) if text.startswith("Nota")]
        if len(shown(page)) > len(texts):
            break
    assert texts == [f"Nota {number:03}" for number in range(260)]


def test_a_search_walks_from_hit_to_hit(running: Running, visit: Visit, long_chat: Chat) -> None:
    running.worker.stop()
    for number in (5, 120):
        message = numbered(number)
        Message.objects.filter(pk=message.pk).update(
            body=f"Sofá {number} na cor areia", timestamp=message.timestamp + timedelta(seconds=1)
        )
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/")
    page.evaluate("import('/static/js/search-chat.js').then((search) => search.open())")
    field = page.get_by_placeholder("Buscar nesta conversa")
    expect(field).to_be_focused()
    field.fill("sofa AREIA")
    expect(page.locator("#hits")).to_contain_text("1/2")
    expect(page.get_by_text("Sofá 120 na cor areia")).to_be_in_viewport()
    page.get_by_role("button", name="Resultado anterior").click()
    expect(page.get_by_text("Sofá 5 na cor areia")).to_be_in_viewport()
    assert page.evaluate("CSS.highlights.get('hit').size") == 2
    field.press("Escape")
    expect(field).to_be_hidden()
