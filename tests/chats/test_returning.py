"""No customer waits for an owner who stays silent, or has left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chats import actions
from chats.models import Chat, Message, MessageType
from crm.models import Distribution, Tenant, User
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company
from tests.presence import come, leave
from tests.webhooks import says


@pytest.fixture
def chat(company: Company) -> Chat:
    """João's, in the hands of Ana, who is there; he waits."""
    come(company.ana, company.bruno)
    says("oi").deliver(company.number)
    return actions.assign(Chat.objects.get(), company.ana, by=company.ana)


def set_rules(company: Company, **rules: object) -> None:
    for name, value in rules.items():
        setattr(company.tenant, name, value)
    company.tenant.save()


def pass_minutes(chat: Chat, minutes: int) -> None:
    """As if the customer had written, and the owner got it, so much earlier."""
    moment = timezone.now() - timedelta(minutes=minutes)
    Chat.objects.filter(pk=chat.pk).update(waiting_since=moment, assigned_at=moment)


def owner(chat: Chat) -> User | None:
    return Chat.objects.get(pk=chat.pk).assigned_to


def look() -> None:
    """What the job does every fifteen seconds."""
    tenant = Tenant.objects.get(slug="aurora")
    actions.return_unanswered(tenant)
    actions.distribute_queue(tenant)


def last_line(chat: Chat) -> str | None:
    return Message.objects.filter(chat=chat, type=MessageType.SYSTEM).latest("seq").body


def bell_of(user: User) -> list[str]:
    return list(CRMNotification.objects.of(user).unread().values_list("type", flat=True))


def test_after_so_many_silent_minutes_the_chat_is_in_the_queue_and_all_are_told(chat: Chat, company: Company) -> None:
    set_rules(company, silence_minutes=30)
    pass_minutes(chat, 29)
    look()
    assert owner(chat) == company.ana
    pass_minutes(chat, 31)
    look()
    assert owner(chat) is None
    assert last_line(chat) == "returned_silent"
    assert bell_of(company.ana) == bell_of(company.bruno) == [NotificationType.CHAT_TRANSFERRED]


def test_an_answer_in_time_keeps_it(chat: Chat, company: Company) -> None:
    set_rules(company, silence_minutes=30)
    pass_minutes(chat, 31)
    actions.send_message(chat, company.ana, "Um momento, João.")
    look()
    assert owner(chat) == company.ana


def test_a_new_owner_has_the_same_time_again(chat: Chat, company: Company) -> None:
    set_rules(company, silence_minutes=30)
    pass_minutes(chat, 60)
    actions.assign(chat, company.bruno, by=company.marta)
    look()
    assert owner(chat) == company.bruno


def test_with_a_rotation_it_goes_on_to_the_next_and_not_back_to_the_silent_one(chat: Chat, company: Company) -> None:
    set_rules(company, silence_minutes=30, distribution=Distribution.ROTATION)
    pass_minutes(chat, 31)
    look()
    assert owner(chat) == company.bruno
    assert bell_of(company.bruno) == [NotificationType.CHAT_ASSIGNED]


def test_silence_is_counted_in_business_hours(chat: Chat, company: Company) -> None:
    today = str(timezone.now().astimezone(company.tenant.zone).weekday())
    set_rules(company, silence_minutes=30, business_hours={str((int(today) + 3) % 7): "09:00-18:00"})
    pass_minutes(chat, 120)
    look()
    assert owner(chat) == company.ana


@pytest.mark.parametrize(
    "change", [{"snoozed_until": timezone.now() + timedelta(days=1)}, {"status": "PENDING"}, {"waiting_since": None}]
)
def test_what_is_put_off_or_pending_or_answered_stays(chat: Chat, company: Company, change: dict[str, object]) -> None:
    set_rules(company, silence_minutes=30, returns_when_away=True)
    pass_minutes(chat, 60)
    leave(company.ana)
    Chat.objects.filter(pk=chat.pk).update(**change)
    look()
    assert owner(chat) == company.ana


def test_a_message_to_an_owner_who_left_goes_to_the_queue_at_once(chat: Chat, company: Company) -> None:
    set_rules(company, returns_when_away=True)
    says("ainda aí?", at=5).deliver(company.number)
    assert owner(chat) == company.ana
    leave(company.ana)
    says("alô?", at=9).deliver(company.number)
    assert owner(chat) is None
    assert last_line(chat) == "returned_away"
    assert Chat.objects.get().unread_count == 3


def test_who_leaves_with_a_customer_waiting_is_noticed_a_moment_later(chat: Chat, company: Company) -> None:
    set_rules(company, returns_when_away=True)
    leave(company.ana)
    look()
    assert owner(chat) is None


def test_a_company_without_these_rules_moves_nothing(chat: Chat, company: Company) -> None:
    pass_minutes(chat, 600)
    leave(company.ana)
    look()
    assert owner(chat) == company.ana


# --- What was resolved, and is asked again ---


def test_a_resolved_chat_opens_to_its_owner_who_is_there(chat: Chat, company: Company) -> None:
    actions.resolve(chat, company.ana)
    says("mais uma pergunta", at=60).deliver(company.number)
    assert owner(chat) == company.ana


def test_and_in_the_queue_when_they_are_not(chat: Chat, company: Company) -> None:
    actions.resolve(chat, company.ana)
    leave(company.ana)
    says("mais uma pergunta", at=60).deliver(company.number)
    assert owner(chat) is None
    assert last_line(chat) == "returned_away"


def test_with_a_rotation_somebody_who_is_there_gets_it(chat: Chat, company: Company) -> None:
    set_rules(company, distribution=Distribution.ROTATION)
    actions.resolve(chat, company.ana)
    leave(company.ana)
    says("mais uma pergunta", at=60).deliver(company.number)
    assert owner(chat) == company.bruno
