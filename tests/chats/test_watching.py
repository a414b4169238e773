"""Colleagues who follow a chat that is not theirs."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions
from chats.models import Chat, Message, MessageType
from crm.models import User, VisibilityPolicy
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.webhooks import says

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    """Ana's."""
    says("oi").deliver(company.number)
    return actions.assign(Chat.objects.get(), company.ana, by=company.ana)


def follow(client: Client, chat: Chat, watch: str = "yes", **more: object) -> int:
    return client.post(f"/atendimento/{chat.pk}/watching/", {"watch": watch, **more}).status_code


def bell_of(user: User) -> list[tuple[str, int]]:
    return list(CRMNotification.objects.of(user).unread().values_list("type", "count"))


def test_whoever_follows_hears_of_its_messages_and_then_no_more(chat: Chat, company: Company, browse: Browse) -> None:
    assert follow(browse(company.bruno), chat) == 204
    says("alô", at=5).deliver(company.number)
    says("alguém?", at=6).deliver(company.number)
    assert bell_of(company.bruno) == [(NotificationType.NEW_MESSAGE, 2)]
    CRMNotification.objects.all().delete()
    assert follow(browse(company.bruno), chat, "no") == 204
    says("tchau", at=9).deliver(company.number)
    assert bell_of(company.bruno) == []


def test_the_owner_who_follows_hears_once(chat: Chat, company: Company) -> None:
    actions.watch(chat, company.ana, company.ana)
    says("alô", at=5).deliver(company.number)
    assert bell_of(company.ana) == [(NotificationType.NEW_MESSAGE, 1)]


@pytest.mark.parametrize("policy", [VisibilityPolicy.TEAM, VisibilityPolicy.OWN])
def test_a_manager_lets_somebody_see_a_chat_by_having_them_follow_it(
    chat: Chat, company: Company, browse: Browse, policy: VisibilityPolicy
) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    bruno, marta = browse(company.bruno), browse(company.marta)
    path = f"/atendimento/{chat.pk}/"
    assert bruno.get(path).status_code == 404
    assert follow(bruno, chat) == 404
    assert follow(marta, chat, who=company.bruno.pk, dialog="1") == 200
    assert bruno.get(path).status_code == 200
    assert Message.objects.filter(chat=chat, type=MessageType.SYSTEM, body="watcher_added").exists()
    assert follow(marta, chat, "no", who=company.bruno.pk, dialog="1") == 200
    assert bruno.get(path).status_code == 404


def test_an_agent_speaks_only_for_themselves(chat: Chat, company: Company, browse: Browse) -> None:
    assert follow(browse(company.bruno), chat, who=company.ana.pk) == 403
    assert not chat.watchers.exists()


def test_strangers_follow_nothing_and_cannot_be_asked_to(
    chat: Chat, company: Company, strangers: Strangers, browse: Browse
) -> None:
    assert follow(browse(strangers.olga), chat) == 404
    assert follow(browse(company.marta), chat, who=strangers.otto.pk) == 404
    with pytest.raises(ValueError, match="company"):
        actions.watch(chat, strangers.otto, company.marta)


def test_nonsense_is_refused(chat: Chat, company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    assert follow(client, chat, "talvez") == 422
    assert follow(client, chat, who="x") == 422


def test_the_dialog_names_those_who_follow(chat: Chat, company: Company, browse: Browse) -> None:
    actions.watch(chat, company.bruno, company.bruno)
    text = browse(company.marta).get(f"/atendimento/{chat.pk}/watching/").content.decode()
    assert "Bruno Lima" in text
    assert f'<option value="{company.alice.pk}"' in text
    assert "<option" not in browse(company.ana).get(f"/atendimento/{chat.pk}/watching/").content.decode()
