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


@pytest.fixture
def visit_to_come(running: Running) -> datetime:
    """A visit of Ana's on Monday of next week at 10:30."""
    company = running.company
    now = timezone.localtime(timezone=company.tenant.zone)
    monday = (now - timedelta(days=now.weekday()) + timedelta(days=7)).date()
    begin = datetime.combine(monday, datetime.min.time(), company.tenant.zone).replace(hour=10, minute=30)
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    schedule_activity(chat.contact, "Visita", begin, assignee=company.ana, chat=chat)
    schedule_activity(chat.contact, "Contrato", begin + timedelta(days=2), assignee=company.ana, chat=chat)
    return begin


def test_the_keyboard_takes_an_activity_to_another_day_and_hour_and_keeps_the_focus(
    running: Running, visit_to_come: datetime, visit: Visit
) -> None:
    ana = visit(running.company.ana, f"/atividades/?quando=semana&dia={visit_to_come.date()}")
    title = ana.locator(".week .slot__title", has_text="Visita")
    title.focus()
    ana.keyboard.press("ArrowRight")
    expect(ana.locator(".week .slot__title", has_text="Contrato")).to_be_focused()
    ana.keyboard.press("ArrowLeft")
    ana.keyboard.press("Control+ArrowRight")
    tuesday = ana.locator(".week tbody tr", has_text="10h").locator("td").nth(1)
    expect(tuesday).to_contain_text("10:30 Visita")
    expect(title).to_be_focused()
    ana.keyboard.press("Alt+ArrowDown")
    expect(ana.locator(".week tbody tr", has_text="11h").locator("td").nth(1)).to_contain_text("11:30 Visita")
    expect(title).to_be_focused()
    assert Activity.objects.get(title="Visita").due_at == visit_to_come + timedelta(days=1, hours=1)
    expect(ana.locator("#undo")).to_contain_text("Visita")
    ana.keyboard.press("Alt+z")
    expect(tuesday).to_contain_text("10:30 Visita")


def test_on_a_phone_a_menu_takes_it_there(running: Running, visit_to_come: datetime, visit: Visit) -> None:
    ana = visit(running.company.ana, f"/atividades/?quando=semana&dia={visit_to_come.date()}", width=390)
    ana.get_by_role("button", name="Mover Visita para outro momento").tap()
    ana.get_by_role("menuitem", name="Um dia depois").tap()
    expect(ana.locator(".week-list__day").nth(1)).to_contain_text("10:30 Visita")
    ana.get_by_role("button", name="Mover Visita para outro momento").tap()
    ana.get_by_role("menuitem", name="Outro horário").tap()
    ana.locator("#dialog [name=when]").fill((visit_to_come + timedelta(days=4)).strftime("%d/%m/%Y 14:00"))
    ana.locator("#dialog").get_by_role("button", name="Salvar").tap()
    expect(ana.locator(".week-list__day").nth(4)).to_contain_text("14:00 Visita")


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
