"""A chat or a number is quiet for one person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chats.models import Chat, Mute
from crm.models import User
from tests.cast import Company, Strangers
from tests.factories import ChatFactory

Browse = Callable[[User], Client]


@pytest.fixture
def chat(company: Company) -> Chat:
    return ChatFactory(tenant=company.tenant, session=company.number, unread_count=3)


def door(chat: Chat) -> str:
    return f"/atendimento/{chat.pk}/mute/"


@pytest.mark.parametrize(("quiet", "lasts"), [("8h", timedelta(hours=8)), ("week", timedelta(days=7))])
def test_a_chat_is_muted_for_a_while(
    company: Company, chat: Chat, browse: Browse, quiet: str, lasts: timedelta
) -> None:
    response = browse(company.ana).post(door(chat), {"what": "chat", "quiet": quiet})
    assert "dialog:close" in response.headers["HX-Trigger"]
    assert str(chat.pk) in response.content.decode()
    mute = Mute.objects.get()
    assert (mute.user, mute.chat) == (company.ana, chat)
    assert mute.until
    assert abs(mute.until - timezone.now() - lasts) < timedelta(seconds=30)


def test_a_whole_number_is_muted_for_good(company: Company, chat: Chat, browse: Browse) -> None:
    browse(company.ana).post(door(chat), {"what": "number", "quiet": "always"})
    mute = Mute.objects.get()
    assert (mute.chat, mute.session, mute.until) == (None, company.number, None)


def test_muting_again_changes_for_how_long(company: Company, chat: Chat, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(door(chat), {"what": "chat", "quiet": "8h"})
    client.post(door(chat), {"what": "chat", "quiet": "always"})
    assert Mute.objects.get().until is None


def test_a_muted_chat_is_as_unread_as_before_and_nobody_else_notices(
    company: Company, chat: Chat, browse: Browse
) -> None:
    browse(company.ana).post(door(chat), {"what": "chat", "quiet": "always"})
    after = Chat.objects.get()
    assert (after.unread_count, after.seq) == (3, chat.seq)
    assert "is muted" not in browse(company.bruno).get(door(chat)).content.decode()


def test_the_dialog_says_that_it_is_muted_and_unmutes(company: Company, chat: Chat, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(door(chat), {"what": "chat", "quiet": "always"})
    assert 'name="off"' in client.get(door(chat)).content.decode()
    client.post(door(chat), {"off": "yes"})
    assert not Mute.objects.exists()
    assert 'name="off"' not in client.get(door(chat)).content.decode()


@pytest.mark.parametrize(
    "body", [{}, {"what": "chat"}, {"what": "x", "quiet": "8h"}, {"what": "chat", "quiet": "ever"}]
)
def test_nonsense_shows_the_dialog_again(company: Company, chat: Chat, browse: Browse, body: dict[str, str]) -> None:
    response = browse(company.ana).post(door(chat), body)
    assert response.status_code == 422
    assert not Mute.objects.exists()


def test_the_preferences_list_ones_own_mutes_and_unmute_them(company: Company, chat: Chat, browse: Browse) -> None:
    client = browse(company.ana)
    client.post(door(chat), {"what": "chat", "quiet": "8h"})
    mute = Mute.objects.get()
    page = "/configuracoes/preferencias/"
    assert chat.display_name in client.get(page).content.decode()
    assert chat.display_name not in browse(company.bruno).get(page).content.decode()
    assert browse(company.bruno).post("/atendimento/mutes/", {"mute": mute.pk}).status_code == 404
    assert client.post("/atendimento/mutes/", {"mute": mute.pk}).status_code == 200
    assert not Mute.objects.exists()


def test_the_list_names_no_chat_that_one_may_not_see_any_more(company: Company, chat: Chat, browse: Browse) -> None:
    browse(company.ana).post(door(chat), {"what": "chat", "quiet": "8h"})
    Chat.objects.update(assigned_to=company.bruno)
    company.tenant.visibility = "own"
    company.tenant.save()
    assert chat.display_name not in browse(company.ana).get("/configuracoes/preferencias/").content.decode()


def test_strangers_find_no_door(strangers: Strangers, chat: Chat, browse: Browse) -> None:
    client = browse(strangers.otto)
    assert client.get(door(chat)).status_code == 404
    assert client.post(door(chat), {"what": "chat", "quiet": "8h"}).status_code == 404
