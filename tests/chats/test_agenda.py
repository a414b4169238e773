"""Activities: whose, when, done and put off, and a week of them in the company's own time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chats.agenda.shifting import shifted
from chats.models import Chat, Message
from crm.actions import complete_activity, schedule_activity
from crm.models import Activity, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import ChatFactory, ContactFactory

Browse = Callable[[User], Client]
AGENDA = "/atividades/"


def plan(company: Company, title: str, due_in_hours: float = 1, **details: Any) -> Activity:
    contact = details.pop("contact", None) or ContactFactory(tenant=company.tenant)
    details = {"assignee": company.ana} | details
    return schedule_activity(contact, title, timezone.now() + timedelta(hours=due_in_hours), **details)


def titles(client: Client, query: str) -> list[str]:
    html = client.get(f"{AGENDA}?{query}").content.decode()
    return re.findall(r'class="entry__title".*?>(.*?)</button>', html)


def test_what_is_late_today_later_and_done_are_lists_of_their_own(company: Company, browse: Browse) -> None:
    for title, hours in (("Ontem", -30), ("Há pouco", -1), ("Depois de amanhã", 48)):
        plan(company, title, hours)
    complete_activity(plan(company, "Feita", -2))
    client = browse(company.ana)
    assert titles(client, "quando=atrasadas") == ["Ontem", "Há pouco"]
    assert titles(client, "quando=proximas") == ["Depois de amanhã"]
    assert titles(client, "quando=feitas") == ["Feita"]


@pytest.mark.parametrize(("zone", "is_today"), [("America/Sao_Paulo", True), ("Asia/Tokyo", False)])
def test_today_ends_at_midnight_of_the_companys_own_clock(
    company: Company, browse: Browse, monkeypatch: pytest.MonkeyPatch, zone: str, is_today: bool
) -> None:
    company.tenant.time_zone = zone
    company.tenant.save()
    # 12:00 in São Paulo and midnight in Tokyo
    now = datetime.fromisoformat("2026-11-23T14:30:00+00:00")
    monkeypatch.setattr(timezone, "now", lambda: now)
    schedule_activity(ContactFactory(tenant=company.tenant), "Ligar", now + timedelta(hours=1), assignee=company.ana)
    client = browse(company.ana)
    assert titles(client, "quando=hoje") == (["Ligar"] if is_today else [])
    assert titles(client, "quando=proximas") == ([] if is_today else ["Ligar"])


def test_mine_my_teams_and_for_a_manager_everybodys(company: Company, browse: Browse) -> None:
    company.sales.members.add(company.marta)
    for person in (company.ana, company.bruno, company.marta):
        plan(company, person.name, assignee=person)
    assert titles(browse(company.ana), "quando=hoje&quem=minhas") + titles(
        browse(company.ana), "quando=proximas&quem=minhas"
    ) == ["Ana Souza"]
    team = titles(browse(company.ana), "quando=hoje&quem=setor") + titles(
        browse(company.ana), "quando=proximas&quem=setor"
    )
    assert set(team) == {"Ana Souza", "Marta Dias"}
    everybody = titles(browse(company.marta), "quando=hoje&quem=todas") + titles(
        browse(company.marta), "quando=proximas&quem=todas"
    )
    assert set(everybody) == {"Ana Souza", "Bruno Lima", "Marta Dias"}
    assert "Bruno Lima" not in titles(browse(company.ana), "quando=hoje&quem=todas")


def test_a_kind_narrows(company: Company, browse: Browse) -> None:
    plan(company, "Ligar", -1, kind="CALL")
    plan(company, "Visitar", -1, kind="MEETING")
    assert titles(browse(company.ana), "quando=atrasadas&tipo=CALL") == ["Ligar"]


def test_an_activity_opens_its_chat_if_its_reader_may_see_that(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.bruno)
    plan(company, "Ligar", -1, contact=chat.contact, chat=chat)
    client = browse(company.ana)
    assert f'href="/atendimento/{chat.pk}/"' in client.get(f"{AGENDA}?quando=atrasadas").content.decode()
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    assert titles(client, "quando=atrasadas") == ["Ligar"]
    assert str(chat.pk) not in client.get(f"{AGENDA}?quando=atrasadas").content.decode()


def test_done_put_off_and_not_done_after_all(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    step, client = plan(company, "Ligar", -1, contact=chat.contact, chat=chat), browse(company.ana)
    door = f"{AGENDA}{step.pk}/"
    assert "Desfazer" in client.post(f"{door}completion/").content.decode()
    step.refresh_from_db()
    assert step.done_at
    assert Message.objects.filter(chat=chat, body="done").exists()
    client.post(f"{door}completion/", {"done": "no"})
    assert client.post(f"{door}postponement/", {"due": "tomorrow_9"}).status_code == 200
    step.refresh_from_db()
    assert step.done_at is None
    assert timezone.localtime(step.due_at, company.tenant.zone).hour == 9
    assert step.due_at > timezone.now()
    assert client.post(f"{door}postponement/", {"due": "ontem, talvez"}).status_code == 422
    client.post(f"{door}removal/")
    assert not Activity.objects.exists()


def test_one_is_planned_for_a_customer_who_is_found_by_name(company: Company, browse: Browse) -> None:
    chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana, contact__name="Zuleica Quaresma")
    Chat.objects.filter(pk=chat.pk).update(search="zuleica quaresma")
    client = browse(company.ana)
    assert f'value="{chat.pk}"' in client.get(f"{AGENDA}people/", {"cliente": "zule"}).content.decode()
    wanted = {"title": "Ligar", "due": "tomorrow_9", "kind": "CALL", "assignee": company.bruno.pk}
    assert "para qual cliente" in client.post(f"{AGENDA}nova/", wanted).content.decode()
    assert client.post(f"{AGENDA}nova/", wanted | {"chat": chat.pk}).status_code == 204
    step = Activity.objects.get()
    assert (step.title, step.contact, step.assignee, step.kind) == ("Ligar", chat.contact, company.bruno, "CALL")


def test_another_companys_customer_cannot_be_planned_for(
    company: Company, strangers: Strangers, browse: Browse
) -> None:
    theirs = ChatFactory(tenant=strangers.tenant)
    wanted = {"title": "Ligar", "due": "tomorrow_9", "kind": "CALL", "chat": theirs.pk}
    assert browse(company.ana).post(f"{AGENDA}nova/", wanted).status_code == 422
    assert not Activity.objects.exists()


def test_a_week_has_each_activity_in_the_hour_of_its_day(company: Company, browse: Browse) -> None:
    zone = company.tenant.zone
    for title, moment in (("Cedo", "2026-11-23T06:20"), ("Domingo", "2026-11-29T21:05"), ("Fora", "2026-11-30T09:00")):
        due = datetime.fromisoformat(moment).replace(tzinfo=zone)
        schedule_activity(ContactFactory(tenant=company.tenant), title, due, assignee=company.ana)
    html = browse(company.ana).get(f"{AGENDA}?quando=semana&dia=2026-11-25").content.decode()
    table = html[html.index("<table") : html.index("</table>")]
    rows = {int(hour): row for hour, row in re.findall(r'<th scope="row">(\d\d)h</th>(.*?)</tr>', table, re.S)}
    assert list(rows) == list(range(6, 22))
    cells = {hour: re.findall(r"<td.*?</td>", row, re.S) for hour, row in rows.items()}
    assert "06:20</time> Cedo" in cells[6][0]
    assert "21:05</time> Domingo" in cells[21][6]
    assert "Fora" not in table
    assert "dia=2026-11-16" in html
    assert "dia=2026-11-30" in html


def test_as_many_queries_for_fifty_as_for_five(company: Company, browse: Browse) -> None:
    client = browse(company.ana)

    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{AGENDA}?{query}")
        return len(captured)

    def add(count: int) -> None:
        for number in range(count):
            chat = ChatFactory(tenant=company.tenant, assigned_to=company.ana)
            plan(company, f"Ligar {number}", -1, contact=chat.contact, chat=chat)

    lists = ["quando=atrasadas", "quando=semana"]
    for query in lists:
        queries(query)
    add(5)
    few = [queries(query) for query in lists]
    add(45)
    assert [queries(query) for query in lists] == few


def test_a_long_list_comes_a_page_at_a_time_and_everything_once(company: Company, browse: Browse) -> None:
    for number in range(120):
        plan(company, f"Ligar {number:03}", -200 + number)
    client, seen, more = browse(company.ana), list[str](), ""
    for _page in range(3):
        html = client.get(f"{AGENDA}rows/", {"quando": "atrasadas", "depois": more}).content.decode()
        seen += re.findall(r'class="entry__title".*?>(.*?)</button>', html)
        found = re.search(r'"depois": "(.*?)"', html)
        more = found[1] if found else ""
    assert seen == [f"Ligar {number:03}" for number in range(120)]
    assert more == ""


def test_the_navigation_counts_what_is_late_and_only_ones_own(company: Company, browse: Browse) -> None:
    plan(company, "Ligar", -1)
    plan(company, "Visitar", -1, assignee=company.bruno)
    plan(company, "Amanhã", 20)
    html = browse(company.ana).get("/atendimento/").content.decode()
    assert re.search(r'id="overdue-topbar__link" class="overdue"><span aria-hidden="true">1</span>', html)
    assert re.search(
        r'id="overdue-topbar__link" class="overdue" hidden', browse(company.marta).get(AGENDA).content.decode()
    )


@pytest.mark.parametrize(
    ("shift", "lands"),
    [
        ("day_on", "2026-12-02 10:30"),
        ("day_back", "2026-11-30 10:30"),
        ("hour_on", "2026-12-01 11:30"),
        ("hour_back", "2026-12-01 09:30"),
    ],
)
def test_an_activity_goes_to_another_day_or_hour_without_a_mouse(
    company: Company, browse: Browse, monkeypatch: pytest.MonkeyPatch, shift: str, lands: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))
    due, zone = datetime(2026, 12, 1, 10, 30, tzinfo=company.tenant.zone), company.tenant.zone
    step = schedule_activity(ContactFactory(tenant=company.tenant), "Visita", due, assignee=company.ana)
    said = browse(company.ana).post(f"{AGENDA}{step.pk}/postponement/", {"shift": shift}).content.decode()
    step.refresh_from_db()
    assert timezone.localtime(step.due_at, zone).strftime("%Y-%m-%d %H:%M") == lands
    assert "Visita: " in said
    assert "Desfazer" in said


def test_where_clocks_are_changed_a_day_later_is_the_same_time_of_day(company: Company) -> None:
    """In New York the clocks go back on 1 November 2026."""
    zone = ZoneInfo("America/New_York")
    with timezone.override(zone):
        before = datetime(2026, 10, 31, 9, tzinfo=zone)
        after = shifted(before, "day_on")
    assert after == datetime(2026, 11, 1, 9, tzinfo=zone)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=25)


def test_nothing_goes_to_a_moment_that_is_over(company: Company, browse: Browse) -> None:
    step, client = plan(company, "Ligar", 1), browse(company.ana)
    refused = client.post(f"{AGENDA}{step.pk}/postponement/", {"shift": "day_back"})
    assert refused.status_code == 422
    assert "ainda" in refused.content.decode()
    menu = client.get(f"{AGENDA}{step.pk}/later/").content.decode()
    assert '"shift": "day_on"' in menu
    assert '"shift": "day_back"' not in menu
