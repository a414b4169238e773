"""What changes while a part of a list is being read by request: the answer is older than the page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, Page, Route, expect

from chats import actions
from chats.actions.locking import changing
from chats.models import Chat, Message
from chats.thread import PAGE_SIZE
from crm.models import VisibilityPolicy
from tests.conftest import Running
from tests.factories import ChatFactory


class Late:
    """The answer to the one request for `path`: read at once, handed out when the test says so."""

    def __init__(self, page: Page, path: str) -> None:
        self._page = page
        self._held: list[tuple[Route, APIResponse]] = []
        page.route(path, self._hold)

    def _hold(self, route: Route) -> None:
        self._held.append((route, route.fetch()))

    def wait(self) -> None:
        while not self._held:
            self._page.wait_for_timeout(20)

    def arrive(self) -> None:
        route, response = self._held.pop()
        route.fulfill(response=response)


@pytest.fixture
def many(running: Running) -> list[Chat]:
    """More than one page of rows."""
    now, company = timezone.now(), running.company
    ages = [now - timedelta(minutes=minutes) for minutes in range(60)]
    return [ChatFactory(tenant=company.tenant, session=company.number, last_message_at=age) for age in ages]


def test_older_messages_that_changed_while_they_were_read_are_shown_as_they_are(
    running: Running, visit: Callable[..., Page], long_chat: Chat
) -> None:
    # Of the page above the one it opens with.
    praised, echo, kept = list(Message.objects.order_by("timestamp"))[-PAGE_SIZE - 12 : -PAGE_SIZE - 9]
    Message.objects.filter(pk=praised.pk).update(session=long_chat.session, message_id="3EB0LATE")
    page = visit(running.company.ana, f"/atendimento/{long_chat.pk}/")
    older = Late(page, "**/messages/?antes=*")
    page.evaluate("document.getElementById('messages-scroll').scrollTop = 60")
    older.wait()
    assert long_chat.session_id
    actions.record_reaction(
        long_chat.session_id, "3EB0LATE", author_key=long_chat.phone, emoji="🎉", at=timezone.now(), from_me=False
    )
    with changing(long_chat.pk) as chat:
        Message.objects.filter(pk=echo.pk).update(superseded_by=kept, seq=chat.seq)
    expect(page.locator("#chat-header")).to_have_attribute("data-seq", str(chat.seq))
    older.arrive()
    expect(page.locator(f"#message-{praised.pk}")).to_contain_text("🎉")
    expect(page.locator(f"#message-{kept.pk}")).to_be_visible()
    expect(page.locator(f"#message-{echo.pk}")).to_have_count(0)


def test_a_row_that_went_to_a_colleague_while_the_list_was_read_stays_away(
    running: Running, visit: Callable[..., Page], many: list[Chat]
) -> None:
    """Nor does it come back when the list is read anew, though it was told of before."""
    company = running.company
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    page = visit(company.ana, "/atendimento/?aba=todas")
    page.locator("#rows > .row").last.scroll_into_view_if_needed()
    expect(page.locator("#rows > .row")).to_have_count(60)
    row = page.locator(f"#chat-{many[3].pk}")
    actions.assign(many[3], company.ana, by=company.marta)
    expect(row).to_have_attribute("data-assigned-to", str(company.ana.pk))
    listed = Late(page, "**/atendimento/list/*")
    page.locator(".tab").last.click()
    listed.wait()
    actions.assign(many[3], company.bruno, by=company.marta)
    expect(row).to_have_count(0)
    listed.arrive()
    page.wait_for_timeout(300)
    expect(row).to_have_count(0)
