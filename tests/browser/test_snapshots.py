"""What the comparison of an open page with a fresh one passes over, and what not."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from chats.models import Chat, Message
from tests.conftest import Running

from .snapshots import snapshot


def test_where_the_divider_of_unread_messages_stands_makes_no_difference(
    running: Running, visit: Callable[..., Page], long_chat: Chat
) -> None:
    """It begins a group of bubbles: of three in one minute, the second here, the third there, none elsewhere."""
    company, path = running.company, f"/atendimento/{long_chat.pk}/"
    latest = list(Message.objects.order_by("-timestamp")[:3])
    minute = latest[0].timestamp.replace(second=0, microsecond=0)
    for seconds, message in enumerate(reversed(latest)):
        Message.objects.filter(pk=message.pk).update(timestamp=minute + timedelta(seconds=seconds))
    pages = []
    for unread in (2, 1, 0):  # Bruno's look at Ana's conversation reads nothing
        Chat.objects.update(unread_count=unread)
        pages.append(visit(company.bruno, path))
    continued = [page.locator("#messages .is-continued").count() for page in pages]
    assert continued == [1, 1, 2]
    first, *others = [snapshot(page)["#messages"] for page in pages]
    assert first and all(other == first for other in others)
