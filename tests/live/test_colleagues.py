"""Who is inside a conversation, and who writes in it: on real sockets, and on the page that is loaded next."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.conf import LazySettings
from django.test import Client

from chats.models import Chat
from chats.people import colleagues
from crm.models import Presence, User, VisibilityPolicy
from crm.presence import is_present
from tests.cast import Company, make_strangers
from tests.conftest import Running
from tests.factories import ChatFactory
from tests.processes import until

from .listening import Listener, listening

Browse = Callable[[User], Client]
Listen = Callable[..., AbstractContextManager[Listener]]


@pytest.fixture
def listen(running: Running, browse: Browse) -> Listen:
    def listen(user: User, *shown: object) -> AbstractContextManager[Listener]:
        return listening(running.web, browse(user), *shown)  # type: ignore[arg-type]

    return listen


@pytest.fixture
def chat(running: Running) -> Chat:
    running.customer_says("Oi")
    return Chat.objects.get()


def names_in(chat: Chat) -> list[str]:
    return [each.name for each in colleagues.inside(chat.tenant_id).get(chat.pk, ())]


def test_a_page_that_opens_a_conversation_is_seen_on_the_others_and_gone_when_it_closes(
    running: Running, listen: Listen, chat: Chat
) -> None:
    with listen(running.company.ana) as ana:
        with listen(running.company.bruno, chat, chat.seq):
            # The row itself may still come before it, with nobody inside.
            heard = ana.hear(f'data-author="{running.company.bruno.pk}"')
            assert f'id="inside-{chat.pk}"' in heard
            assert names_in(chat) == ["Bruno Lima"]
        until(lambda: not names_in(chat))
        # The row with him inside may still be under way; what comes last has to be without him.
        ana.hear_until(lambda frame: f'id="inside-{chat.pk}"' in frame and "Bruno Lima" not in frame)
        ana.heard = ""
        ana.hear_nothing_of("Bruno Lima")


def test_a_page_that_comes_later_or_reloads_knows_at_once(
    running: Running, listen: Listen, browse: Browse, chat: Chat
) -> None:
    with listen(running.company.bruno, chat, chat.seq):
        until(lambda: names_in(chat))
        page = browse(running.company.ana).get(f"/atendimento/{chat.pk}/?aba=todas").content.decode()
        assert page.count(f'data-author="{running.company.bruno.pk}"') == 2  # in the head, and on the row
        with listen(running.company.ana) as ana:
            assert f'id="inside-{chat.pk}"' in ana.heard


def test_who_moves_on_to_another_conversation_is_seen_there_alone(running: Running, listen: Listen, chat: Chat) -> None:
    other = ChatFactory(tenant=running.company.tenant)
    with listen(running.company.bruno, chat, chat.seq) as bruno:
        until(lambda: names_in(chat))
        bruno.say(other, other.seq)
        until(lambda: names_in(other) == ["Bruno Lima"] and not names_in(chat))


def test_those_who_may_not_see_the_chat_do_not_hear_who_is_in_it(running: Running, listen: Listen, chat: Chat) -> None:
    company, olga = running.company, make_strangers().olga
    company.tenant.visibility = VisibilityPolicy.OWN
    company.tenant.save()
    Chat.objects.update(assigned_to=company.ana)
    with listen(company.bruno) as bruno, listen(olga) as stranger:
        with listen(company.marta, chat, chat.seq):
            until(lambda: names_in(chat))
        for page in (bruno, stranger):
            page.hear_nothing_of(f"inside-{chat.pk}", "Marta")


def test_the_invisible_are_seen_nowhere(running: Running, listen: Listen, browse: Browse, chat: Chat) -> None:
    User.objects.filter(pk=running.company.bruno.pk).update(presence=Presence.OFFLINE)
    with listen(running.company.ana) as ana, listen(running.company.bruno, chat, chat.seq):
        browse(running.company.bruno).post(f"/atendimento/{chat.pk}/typing/")
        ana.hear_nothing_of("Bruno")
    assert names_in(chat) == []


def test_who_writes_is_seen_and_no_longer_when_they_stop(
    running: Running, listen: Listen, browse: Browse, chat: Chat
) -> None:
    bruno = browse(running.company.bruno)
    with listen(running.company.ana, chat, chat.seq) as ana:
        bruno.post(f"/atendimento/{chat.pk}/typing/", {"note": "1"})
        ana.hear("Bruno está digitando…")
        ana.heard = ""
        bruno.post(f"/atendimento/{chat.pk}/typing/", {"state": "paused", "note": "1"})
        # They have no page open: with the word about their writing they are gone altogether.
        alone = f'<span class="inside__one" data-author="{running.company.ana.pk}"'
        ana.hear(f'id="colleagues" class="inside" data-chat="{chat.pk}">{alone}')
    assert not [call for call in running.waha.calls if "Typing" in call.path]  # a note is no customer's business


def test_what_a_dead_process_said_is_soon_over(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = ChatFactory(tenant=company.tenant)
    monkeypatch.setattr(colleagues, "INSIDE_SECONDS", -1)
    colleagues.say_inside(chat.tenant_id, "dead", {(chat.pk, company.ana.pk): "Ana Souza"})
    assert names_in(chat) == []


def test_without_redis_nobody_is_anywhere_and_all_else_works(
    company: Company, browse: Browse, settings: LazySettings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    chat = ChatFactory(tenant=company.tenant)
    client = browse(company.ana)
    assert client.post(f"/atendimento/{chat.pk}/typing/").status_code == 204
    assert client.get(f"/atendimento/{chat.pk}/").status_code == 200


def test_whoever_has_a_page_open_is_present_and_a_minute_and_a_half_later_not(running: Running, listen: Listen) -> None:
    ana = running.company.ana
    assert not is_present(ana)
    with listen(ana):
        until(lambda: is_present(User.objects.get(pk=ana.pk)))
    seen_at = User.objects.get(pk=ana.pk).seen_at
    with listen(ana):
        pass
    assert User.objects.get(pk=ana.pk).seen_at == seen_at  # once a minute is enough
