"""Whoever has something to do hears of it in time, once, and no more when there is nothing left to do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions.reminding import remind_due
from chats.models import Chat
from crm.actions import schedule_activity
from crm.models import Activity, Contact, User
from notifications.actions import read_all
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.factories import ChatFactory

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    return ChatFactory(tenant=company.tenant, contact__name="João da Silva", assigned_to=company.ana)


def step(chat: Chat, to: User | None, *, in_minutes: float, title: str = "Ligar") -> Activity:
    assert isinstance(chat.contact, Contact)
    due_at = timezone.now() + timedelta(minutes=in_minutes)
    return schedule_activity(chat.contact, title, due_at, assignee=to, chat=chat)


def lines(user: User) -> list[CRMNotification]:
    return list(CRMNotification.objects.of(user).unread().filter(type=NotificationType.ACTIVITY_DUE))


@pytest.mark.parametrize(
    ("wish", "in_minutes", "is_told"),
    [
        (15, 16, False),
        (15, 14, True),
        (60, 59, True),
        (60, 61, False),
        (0, 1, False),
        (0, -1, True),
        (1440, 1430, True),
    ],
)
def test_a_reminder_comes_as_long_before_as_the_person_wishes(
    chat: Chat, company: Company, wish: int, in_minutes: int, *, is_told: bool
) -> None:
    User.objects.filter(pk=company.ana.pk).update(reminder_minutes=wish)
    step(chat, company.ana, in_minutes=in_minutes)
    assert remind_due() == is_told
    assert len(lines(company.ana)) == is_told


def test_a_reminder_says_what_when_and_about_whom_and_leads_there(chat: Chat, company: Company) -> None:
    activity = step(chat, company.ana, in_minutes=10)
    remind_due()
    (line,) = lines(company.ana)
    clock = activity.due_at.astimezone(company.tenant.zone).strftime("%H:%M")
    assert (line.title, line.link) == ("Ligar", f"/atendimento/{chat.pk}/")
    assert line.message.startswith("Para: ")
    assert clock in line.message
    assert "João da Silva" in line.message


def test_it_is_told_once_and_once_more_when_it_is_late(chat: Chat, company: Company) -> None:
    activity = step(chat, company.ana, in_minutes=10)
    assert (remind_due(), remind_due()) == (1, 0)
    read_all(company.ana)
    Activity.objects.update(due_at=timezone.now() - timedelta(minutes=6))
    assert (remind_due(), remind_due()) == (1, 0)
    (line,) = lines(company.ana)
    assert (line.count, line.subject) == (1, f"activity:{activity.pk}")
    assert line.message.startswith("Atrasada")


def test_a_reminder_that_nobody_read_gives_way_to_the_warning(chat: Chat, company: Company) -> None:
    step(chat, company.ana, in_minutes=10)
    remind_due()
    Activity.objects.update(due_at=timezone.now() - timedelta(minutes=6))
    remind_due()
    assert [line.message.split(":")[0] for line in lines(company.ana)] == ["Atrasada"]


def done(chat: Chat, by: User, activity: Activity) -> None:
    actions.complete(chat, by, activity)


def put_off(chat: Chat, by: User, activity: Activity) -> None:
    actions.postpone(chat, by, activity, timezone.now() + timedelta(days=1))


def deleted(chat: Chat, by: User, activity: Activity) -> None:
    actions.call_off(chat, by, activity)


def given_away(chat: Chat, by: User, activity: Activity) -> None:
    actions.replan(chat, by, activity, assignee=by)


@pytest.mark.parametrize("act", [done, put_off, deleted, given_away])
def test_the_line_goes_when_there_is_nothing_left_to_do(
    chat: Chat, company: Company, act: Callable[[Chat, User, Activity], None]
) -> None:
    activity = step(chat, company.ana, in_minutes=10)
    remind_due()
    act(chat, company.bruno, activity)
    assert lines(company.ana) == []


def test_what_was_put_off_or_given_away_is_told_anew(chat: Chat, company: Company) -> None:
    activity = step(chat, company.ana, in_minutes=10)
    remind_due()
    put_off(chat, company.ana, activity)
    Activity.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    assert remind_due() == 1
    given_away(chat, company.bruno, Activity.objects.get())
    assert remind_due() == 1
    assert (len(lines(company.ana)), len(lines(company.bruno))) == (0, 1)


def test_nobody_is_told_of_what_is_nobodys_done_or_of_somebody_who_left(chat: Chat, company: Company) -> None:
    step(chat, None, in_minutes=-60)
    actions.complete(chat, company.ana, step(chat, company.ana, in_minutes=-60))
    step(chat, company.bruno, in_minutes=-60)
    User.objects.filter(pk=company.bruno.pk).update(is_active=False)
    assert remind_due() == 0
    assert CRMNotification.objects.count() == 0


def test_a_conversation_one_may_not_see_is_not_linked(chat: Chat, company: Company) -> None:
    company.tenant.visibility = "own"
    company.tenant.save()
    step(chat, company.bruno, in_minutes=10)
    remind_due()
    (line,) = lines(company.bruno)
    assert (line.link, line.data) == ("", None)


def test_it_is_done_or_put_off_from_the_bell(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    for act, body, field in (("postpone", {"due": "tomorrow_9"}, "reminded_at"), ("complete", {}, "reminded_at")):
        step(chat, company.ana, in_minutes=10)
        remind_due()
        (line,) = lines(company.ana)
        address = line.data["acts"][act]
        assert f'hx-post="{address}"' in client.get("/notificacoes/lines/").content.decode()
        assert client.post(address, body).status_code == 204
        assert lines(company.ana) == []
        if act == "postpone":
            assert getattr(Activity.objects.get(), field) is None
            Activity.objects.all().delete()
    assert Activity.objects.get().done_at


@pytest.mark.parametrize(
    ("zone", "said"),
    [("America/Manaus", "Amanhã 00:30"), ("America/Sao_Paulo", "Hoje 01:30"), ("America/Noronha", "Hoje 02:30")],
)
def test_today_and_tomorrow_are_by_the_companys_clock(
    chat: Chat, company: Company, monkeypatch: pytest.MonkeyPatch, zone: str, said: str
) -> None:
    """At 03:50 UTC it is ten to midnight in Manaus, and already the new day in São Paulo and Noronha."""
    company.tenant.time_zone = zone
    company.tenant.save()
    now = datetime(2026, 11, 26, 3, 50, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    User.objects.update(reminder_minutes=60)
    step(chat, company.ana, in_minutes=40)
    remind_due()
    (line,) = lines(company.ana)
    assert said in line.message


def test_late_is_a_moment_and_not_a_matter_of_zones(chat: Chat, company: Company) -> None:
    for zone in ("America/Manaus", "America/Noronha"):
        company.tenant.time_zone = zone
        company.tenant.save()
        with timezone.override(company.tenant.zone):
            assert step(chat, company.ana, in_minutes=-1).is_late
            assert not step(chat, company.ana, in_minutes=1).is_late
