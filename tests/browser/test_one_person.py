"""Two conversations of one person become one while people look at them."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from chats import actions
from chats.models import Chat
from crm.identity import Address
from crm.models import ContactMerge
from tests.conftest import Running

LID = "99887766554433@lid"
JOAO = "5511988887777"


def _two_chats(running: Running) -> tuple[Chat, Chat]:
    """João by phone, and by a hidden id that nobody knows to be his."""
    running.customer_says("Oi, sou eu")
    running.waha.customer_says("default", "", "E aqui também", lid=LID, name="Joãozinho")
    running.waha.wait_idle()
    return Chat.objects.get(phone=JOAO), Chat.objects.get(phone=LID)


def test_a_page_on_the_absorbed_conversation_goes_to_the_one_that_remains(
    running: Running, visit: Callable[..., Page]
) -> None:
    phone, hidden = _two_chats(running)
    page = visit(running.company.ana, f"/atendimento/{hidden.pk}/?aba=todas")
    expect(page.locator("#rows > .row")).to_have_count(2)
    actions.learn_pair(running.company.tenant.pk, Address.parse(LID), Address.parse(JOAO))
    expect(page.locator("#messages .message--in")).to_contain_text(["Oi, sou eu", "E aqui também"])
    expect(page.locator("#rows > .row")).to_have_count(1)
    expect(page).to_have_url(f"{running.web.url}/atendimento/{phone.pk}/")
    page.reload()
    expect(page.locator("#messages .message--in")).to_have_count(2)


def test_when_it_is_undone_the_pages_show_two_again(running: Running, visit: Callable[..., Page]) -> None:
    phone, _hidden = _two_chats(running)
    actions.learn_pair(running.company.tenant.pk, Address.parse(LID), Address.parse(JOAO))
    page = visit(running.company.ana, f"/atendimento/{phone.pk}/?aba=todas")
    expect(page.locator("#messages .message--in")).to_have_count(2)
    actions.undo_merge(ContactMerge.objects.get(), running.company.alice)
    expect(page.locator("#messages .message--in")).to_have_count(1)
    expect(page.locator("#rows > .row")).to_have_count(2)
