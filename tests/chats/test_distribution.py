"""The rotation gives what nobody has to the present agents in turn, within what each can hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from chats import actions
from chats.actions import distribution
from chats.models import Chat, Message, MessageType
from crm.models import Distribution, Presence, User
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.factories import NOON, UserFactory
from tests.presence import come, leave
from tests.webhooks import says


@pytest.fixture
def rotating(company: Company) -> Company:
    """Ana and Bruno are there, and new chats go to them in turn."""
    company.tenant.distribution = Distribution.ROTATION
    company.tenant.save()
    come(company.ana, company.bruno)
    return company


def new_customer(company: Company, number: int, text: str = "oi") -> Chat:
    phone = f"551198888{number:04}"
    says(text, phone=phone, name=f"Cliente {number}").deliver(company.number)
    return Chat.objects.get(phone=phone)


def owners(company: Company, count: int) -> list[User | None]:
    return [new_customer(company, number).assigned_to for number in range(count)]


def give_round(company: Company) -> int:
    return actions.distribute_queue(company.tenant)


def test_new_chats_go_to_those_who_are_there_in_turn(rotating: Company) -> None:
    assert owners(rotating, 4) == [rotating.ana, rotating.bruno, rotating.ana, rotating.bruno]


def test_whoever_gets_one_is_told_once_and_the_timeline_says_it(rotating: Company) -> None:
    chat = new_customer(rotating, 1, "tem sofá?")
    line = CRMNotification.objects.of(rotating.ana).unread().get()
    assert (line.type, line.message, line.link) == (
        NotificationType.CHAT_ASSIGNED,
        "tem sofá?",
        f"/atendimento/{chat.pk}/",
    )
    assert not CRMNotification.objects.of(rotating.marta).exists()
    said = Message.objects.get(chat=chat, type=MessageType.SYSTEM)
    assert (said.body, said.metadata) == ("distributed", {"to": "Ana Souza"})


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.OFFLINE])
def test_who_is_away_or_invisible_gets_nothing(rotating: Company, presence: Presence) -> None:
    User.objects.filter(pk=rotating.ana.pk).update(presence=presence)
    assert owners(rotating, 2) == [rotating.bruno, rotating.bruno]


def test_who_closed_their_last_page_gets_nothing(rotating: Company) -> None:
    leave(rotating.ana)
    assert owners(rotating, 2) == [rotating.bruno, rotating.bruno]


def test_managers_get_nothing_unless_they_are_of_the_chats_team(rotating: Company) -> None:
    leave(rotating.ana, rotating.bruno)
    come(rotating.marta)
    assert new_customer(rotating, 1).assigned_to is None
    rotating.sales.members.add(rotating.marta)
    Chat.objects.update(team=rotating.sales)
    give_round(rotating)
    assert Chat.objects.get().assigned_to == rotating.marta


def test_a_chat_of_a_team_goes_to_its_members_only(rotating: Company) -> None:
    rotating.number.default_team = rotating.sales
    rotating.number.save()
    assert owners(rotating, 2) == [rotating.ana, rotating.ana]


def test_nobody_gets_more_than_they_can_hold_and_the_rest_waits_in_the_queue(rotating: Company) -> None:
    rotating.tenant.chat_capacity = 2
    rotating.tenant.save()
    ana, bruno = rotating.ana, rotating.bruno
    assert owners(rotating, 6) == [ana, bruno, ana, bruno, None, None]


def test_snoozed_pending_and_resolved_ones_take_no_room(rotating: Company) -> None:
    rotating.tenant.chat_capacity = 1
    rotating.tenant.save()
    leave(rotating.bruno)
    for number, change in enumerate(
        ({"snoozed_until": timezone.now() + timedelta(days=1)}, {"status": "PENDING"}, {"status": "RESOLVED"})
    ):
        chat = new_customer(rotating, number)
        assert chat.assigned_to == rotating.ana
        Chat.objects.filter(pk=chat.pk).update(**change)


def test_what_waits_is_given_when_somebody_has_room_again_the_longest_waiting_first(rotating: Company) -> None:
    rotating.tenant.chat_capacity = 1
    rotating.tenant.save()
    leave(rotating.bruno)
    first, second, third = (new_customer(rotating, number) for number in range(3))
    Chat.objects.filter(pk=third.pk).update(waiting_since=NOON - timedelta(days=3))
    assert give_round(rotating) == 0
    actions.resolve(first, rotating.ana)
    assert give_round(rotating) == 1
    third.refresh_from_db()
    second.refresh_from_db()
    assert (third.assigned_to, second.assigned_to) == (rotating.ana, None)


def test_who_becomes_available_has_the_queue_looked_at(
    rotating: Company, browse: Callable[[User], Client], django_capture_on_commit_callbacks: Any
) -> None:
    leave(rotating.bruno)
    User.objects.filter(pk=rotating.ana.pk).update(presence=Presence.AWAY)
    chat = new_customer(rotating, 1)
    answer = browse(rotating.ana).post("/atendimento/presence/", {"presence": "ONLINE"})
    assert 'aria-checked="true"' in answer.content.decode()
    give_round(rotating)  # the job that was ordered
    chat.refresh_from_db()
    assert chat.assigned_to == rotating.ana


def test_nonsense_for_a_presence_is_refused(company: Company, browse: Callable[[User], Client]) -> None:
    assert browse(company.ana).post("/atendimento/presence/", {"presence": "DORMINDO"}).status_code == 422


def test_whoever_puts_a_chat_back_does_not_get_it_again(rotating: Company) -> None:
    chat = new_customer(rotating, 1)
    assert actions.assign(chat, None, by=rotating.ana).assigned_to == rotating.bruno
    leave(rotating.ana)
    assert actions.assign(chat, None, by=rotating.bruno).assigned_to is None
    assert give_round(rotating) == 0


def test_who_has_waited_longest_is_next_whatever_their_load(rotating: Company) -> None:
    carla = UserFactory(tenant=rotating.tenant, name="Carla")
    come(carla)
    User.objects.filter(pk=carla.pk).update(given_at=timezone.now() - timedelta(hours=2))
    User.objects.filter(pk__in=[rotating.ana.pk, rotating.bruno.pk]).update(given_at=timezone.now())
    assert new_customer(rotating, 1).assigned_to == carla


def test_without_a_rotation_a_new_chat_waits_in_the_queue(company: Company) -> None:
    come(company.ana)
    assert new_customer(company, 1).assigned_to is None
    assert give_round(company) == 0


def test_a_rotation_that_fails_loses_no_message(rotating: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(chat: Chat) -> None:
        raise DatabaseError("no turn")

    with monkeypatch.context() as patch:
        patch.setattr(distribution, "_candidates", broken)
        chat = new_customer(rotating, 1, "não me percam")
    assert (chat.assigned_to, chat.last_message, chat.unread_count) == (None, "não me percam", 1)
    assert give_round(rotating) == 1


def test_groups_are_nobodys(rotating: Company) -> None:
    says("oi a todos", phone="120363000000000001@g.us").deliver(rotating.number)
    assert Chat.objects.get().assigned_to is None
    assert give_round(rotating) == 0
