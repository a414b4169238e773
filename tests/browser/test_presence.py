"""A page left open never shows somebody typing who is not."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from chats.models import Chat
from tests.conftest import Running


def test_a_page_left_open_shows_typing_and_stops_by_itself(running: Running, visit: Callable[..., Page]) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()
    page = visit(running.company.ana, f"/atendimento/{chat.pk}/?aba=todas")
    running.waha.presence("default", "5511988887777", "typing")
    expect(page.locator("#presence")).to_have_text("digitando…")
    expect(page.locator(f"#presence-{chat.pk}")).to_be_visible()
    expect(page.locator(f"#chat-{chat.pk} .row__text")).to_be_hidden()
    soon = (timezone.now() + timedelta(seconds=1)).isoformat()
    page.evaluate(
        """(soon) => {
          for (const shown of document.querySelectorAll(".presence[data-until]")) shown.dataset.until = soon;
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        soon,
    )
    expect(page.locator("#presence")).to_be_hidden()
    expect(page.locator(f"#chat-{chat.pk} .row__text")).to_be_visible()
