"""The line is lost and comes back, or more changed than can be told: the page asks until it has everything."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, WebSocket, expect

from chats.models import Chat
from crm.actions.company import save_team
from crm.models import Contact, Tenant
from tests.conftest import Running
from tests.processes import until

from .acts import joao

LIST = re.compile(r"[?&]linhas=")
# Back on every way at once, some of which a page hears more than once.
COMES_BACK = "['online', 'focus', 'focus'].forEach((name) => window.dispatchEvent(new Event(name)))"


def test_what_is_to_be_read_anew_while_it_is_read_is_read_again(running: Running, open_page: Page) -> None:
    held: list[Callable[[], None]] = []

    def hold(route: Route) -> None:
        answer = route.fetch()
        if held:
            route.fulfill(response=answer)
        else:
            held.append(lambda: route.fulfill(response=answer))

    open_page.route(LIST, hold)
    _change_the_company(running)
    _until(open_page, lambda: held)
    _rename_maria()
    _change_the_company(running)
    open_page.wait_for_timeout(500)
    held[0]()
    expect(_row(open_page, _maria())).to_contain_text("Maria de Santos")


def test_what_could_not_be_read_anew_is_asked_for_again(running: Running, open_page: Page) -> None:
    tries: list[str] = []

    def fail_first(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort()
        elif len(tries) == 2:
            route.fulfill(status=503)
        else:
            route.continue_()

    open_page.route(LIST, fail_first)
    _rename_maria()
    _change_the_company(running)
    expect(_row(open_page, _maria())).to_contain_text("Maria de Santos")


def test_what_the_reader_asked_for_before_the_news_and_got_after_it_is_read_again(
    running: Running, open_page: Page
) -> None:
    held: dict[str, Callable[[], None]] = {}

    def hold(route: Route) -> None:
        what = "anew" if "linhas=" in route.request.url else "tab"
        answer = route.fetch()
        if what in held:
            route.fulfill(response=answer)
        else:
            held[what] = lambda: route.fulfill(response=answer)

    open_page.route(re.compile(r"/atendimento/list/"), hold)
    open_page.locator("#tabs a[href*='aba=fila']").click()
    _until(open_page, lambda: "tab" in held)
    _rename_maria()
    _change_the_company(running)
    _until(open_page, lambda: "anew" in held)
    held["tab"]()
    expect(open_page.locator("#rows[data-tab=fila]")).to_have_count(1)
    expect(_row(open_page, _maria())).to_contain_text("Maria Alves")
    held["anew"]()
    expect(_row(open_page, _maria())).to_contain_text("Maria de Santos")
    expect(open_page.locator("#rows[data-tab=fila]")).to_have_count(1)


def test_who_is_on_the_way_elsewhere_while_the_page_is_read_anew_arrives(running: Running, open_page: Page) -> None:
    held: list[Route] = []
    open_page.route(re.compile(f"/{_maria().pk}/"), lambda route: route.continue_() if held else held.append(route))
    _row(open_page, _maria()).locator("a").dispatch_event("click")
    _until(open_page, lambda: held)
    with open_page.expect_response(re.compile(f"/{joao().pk}/")):
        _change_the_company(running)
    open_page.wait_for_timeout(500)
    held[0].continue_()
    expect(open_page.locator("#messages")).to_contain_text("Oi, tudo bem?")


def test_a_page_that_comes_back_on_several_ways_has_one_line(running: Running, open_page: Page) -> None:
    lines: list[WebSocket] = []
    open_page.on("websocket", lambda line: lines.append(line))
    running.web.kill()
    open_page.wait_for_timeout(1_000)
    running.web.start()
    open_page.evaluate(COMES_BACK)
    open_page.evaluate(COMES_BACK)
    running.waha.customer_says("default", joao().phone, "De volta?", name="João da Silva")
    expect(open_page.locator("#messages")).to_contain_text("De volta?")
    open_page.wait_for_timeout(3_000)  # longer than a timer that was set before
    assert [line.is_closed() for line in lines].count(False) == 1
    # Whatever was closed before: the server hears where this page is.
    _row(open_page, _maria()).locator("a").click()
    expect(open_page.locator("#messages")).to_contain_text("Oi, tudo bem?")
    running.waha.customer_says("default", _maria().phone, "Cheguei", name="Maria Alves")
    expect(open_page.locator("#messages")).to_contain_text("Cheguei")


def _maria() -> Chat:
    return Chat.objects.exclude(pk=joao().pk).get()


def _row(page: Page, chat: Chat) -> Locator:
    return page.locator(f"#chat-{chat.pk}")


def _rename_maria() -> None:
    """In the database: nobody tells of her row alone, and it is no news for a page that asks by itself."""
    Chat.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    Contact.objects.filter(chats=_maria()).update(name="Maria de Santos")


def _change_the_company(running: Running) -> None:
    """Every page of it is told to start over, once: it was changed too long ago for a page that asks by itself."""
    save_team(running.company.sales, running.company.marta)
    Tenant.objects.filter(pk=running.company.tenant.pk).update(changed_at=timezone.now() - timedelta(hours=1))


def _until(page: Page, look: Callable[[], object]) -> None:
    """Playwright's handlers run while its page waits."""
    until(lambda: (page.wait_for_timeout(50), look())[1])
