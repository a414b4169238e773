"""The agenda: done and undone, live at a colleague's, and a week that is dragged about."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.actions import complete_activity, schedule_activity
from crm.models import Activity
from tests.browser.axe import violations, with_each_open
from tests.conftest import Running
from tests.factories import ChatFactory

Visit = Callable[..., Page]


@pytest.fixture
def planned(running: Running) -> Running:
    """Four calls of Ana's that are late, the latest of them by four hours."""
    for number in range(4):
        chat = ChatFactory(tenant=running.company.tenant, assigned_to=running.company.ana)
        due = timezone.now() - timedelta(hours=4 + number)
        schedule_activity(chat.contact, f"Ligar {number}", due, assignee=running.company.ana, chat=chat)
    return running


def test_done_is_seen_live_by_the_manager_counted_in_the_navigation_and_can_be_undone(
    planned: Running, visit: Visit
) -> None:
    ana = visit(planned.company.ana, "/atividades/?quando=atrasadas")
    marta = visit(planned.company.marta, "/atividades/?quem=todas&quando=atrasadas")
    expect(ana.locator("#overdue-topbar__link")).to_contain_text("4")
    ana.get_by_role("button", name="Concluir: Ligar 2").click()
    for page in (ana, marta):
        expect(page.locator(".entry")).to_have_count(3)
    expect(ana.locator("#overdue-topbar__link")).to_contain_text("3")
    ana.locator("#undo").get_by_role("button", name="Desfazer").click()
    for page in (ana, marta):
        expect(page.locator(".entry")).to_have_count(4)


def test_one_click_puts_off_to_tomorrow_morning(planned: Running, visit: Visit) -> None:
    ana = visit(planned.company.ana, "/atividades/?quando=atrasadas")
    ana.get_by_role("button", name="Amanhã 9h: Ligar 1").click()
    expect(ana.locator(".entry")).to_have_count(3)
    due = timezone.localtime(Activity.objects.get(title="Ligar 1").due_at, planned.company.tenant.zone)
    assert due.hour == 9


def test_a_week_goes_back_and_forth_and_an_activity_is_dragged_to_another_hour(planned: Running, visit: Visit) -> None:
    company = planned.company
    now = timezone.localtime(timezone=company.tenant.zone)
    monday = (now - timedelta(days=now.weekday()) + timedelta(days=7)).date()
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    begin = datetime.combine(monday, datetime.min.time(), company.tenant.zone).replace(hour=10, minute=30)
    schedule_activity(chat.contact, "Visita", begin, assignee=company.ana, chat=chat)
    ana = visit(company.ana, "/atividades/?quando=semana")
    ana.get_by_role("link", name="Semana que vem").click()
    slot = ana.locator(".week .slot", has_text="Visita")
    expect(slot).to_contain_text("10:30")
    wednesday_15h = ana.locator(".week tbody tr", has_text="15h").locator("td").nth(2)
    slot.drag_to(wednesday_15h)
    expect(wednesday_15h).to_contain_text("15:30 Visita")
    assert Activity.objects.get(title="Visita").due_at == begin + timedelta(days=2, hours=5)
    ana.get_by_role("link", name="Esta semana").click()
    expect(ana.locator(".week .slot", has_text="Visita")).to_have_count(0)


def test_one_is_planned_from_the_page(planned: Running, visit: Visit) -> None:
    ana = visit(planned.company.ana, "/atividades/?quando=proximas")
    ana.get_by_role("button", name="Nova atividade").click()
    ana.locator("#activity-people label").first.click()
    ana.locator("#activity-title").fill("Mandar o contrato")
    ana.locator("#dialog [name=due][value=tomorrow_9]").check()
    ana.locator("#dialog").get_by_role("button", name="Agendar").click()
    expect(ana.locator(".entry", has_text="Mandar o contrato")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_agenda_and_what_opens_over_it(planned: Running, visit: Visit, width: int) -> None:
    complete_activity(Activity.objects.get(title="Ligar 0"))
    found = {}
    for query in ("quando=atrasadas", "quando=feitas", "quando=semana", "quando=hoje"):
        page = visit(planned.company.ana, f"/atividades/?{query}", width=width)
        found[query] = violations(page)
        found |= {f"{query} {name}": what for name, what in with_each_open(page, within="main")}
        assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    assert {where: what for where, what in found.items() if what} == {}
