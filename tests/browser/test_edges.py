"""What lies at the edge of what is loaded stays there when it changes."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from chats import actions
from chats.models import Chat, Message
from tests.conftest import Running
from tests.factories import ChatFactory


def test_the_last_row_of_a_long_list_stays_when_it_is_told_anew(running: Running, visit: Callable[..., Page]) -> None:
    now, company = timezone.now(), running.company
    for minutes in range(40):
        ChatFactory(tenant=company.tenant, session=company.number, last_message_at=now - timedelta(minutes=minutes))
    page = visit(company.ana, "/atendimento/?aba=todas")
    last = page.locator("#rows > .row").last
    row = page.locator(f"#{last.get_attribute('id')}")
    chat = Chat.objects.get(pk=last.get_attribute("data-chat") or "")
    actions.assign(chat, company.bruno, by=company.marta)
    expect(row).to_have_attribute("data-assigned-to", str(company.bruno.pk))


def test_the_oldest_loaded_message_stays_when_it_is_told_anew(
    running: Running, visit: Callable[..., Page], long_chat: Chat
) -> None:
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/")
    oldest = page.locator("#messages > .message").first
    shown = page.locator(f"#{oldest.get_attribute('id')}")
    message = Message.objects.get(pk=(oldest.get_attribute("id") or "").removeprefix("message-"))
    Message.objects.filter(pk=message.pk).update(session=long_chat.session, message_id="3EB0EDGE")
    assert long_chat.session_id
    actions.record_reaction(
        long_chat.session_id, "3EB0EDGE", author_key=long_chat.phone, emoji="🎉", at=timezone.now(), from_me=False
    )
    expect(shown).to_contain_text("🎉")
