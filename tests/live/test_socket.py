"""The page's one socket, on a real web process."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from redis import Redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from chats import actions
from chats.batch import MOST_ROWS_CAUGHT_UP
from chats.models import Chat, Message
from crm.models import SecondFactorPolicy, Tenant, User, UserSession, VisibilityPolicy
from tests.cast import make_strangers
from tests.conftest import Running
from tests.factories import ChatFactory
from tests.processes import until

from .listening import Listener, listening

Browse = Callable[[User], Client]
Listen = Callable[..., AbstractContextManager[Listener]]
REFUSED = 4403


@pytest.fixture
def listen(running: Running, browse: Browse) -> Listen:
    def listen(user: User, *shown: object, **more: object) -> AbstractContextManager[Listener]:
        return listening(running.web, browse(user), *shown, **more)  # type: ignore[arg-type]

    return listen


def test_a_message_reaches_the_list_and_the_open_thread(running: Running, listen: Listen) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()
    with listen(running.company.ana, chat, chat.seq) as ana:
        running.customer_says("Vocês entregam em Santos?")
        heard = ana.hear("Vocês entregam em Santos?")
    message = Message.objects.get(body="Vocês entregam em Santos?")
    assert f'id="message-{message.pk}"' in heard
    assert f'id="chat-{chat.pk}"' in heard


def test_a_page_that_was_away_gets_what_it_missed_and_only_that(running: Running, listen: Listen) -> None:
    running.customer_says("primeira")
    chat = Chat.objects.get()
    seen = chat.seq
    running.customer_says("segunda")
    with listen(running.company.ana, chat, seen) as ana:
        assert "segunda" in ana.heard
        assert f'id="message-{Message.objects.get(body="primeira").pk}"' not in ana.heard


def test_a_page_that_goes_elsewhere_in_a_busy_company_is_not_told_of_all_that_happened(
    running: Running, listen: Listen
) -> None:
    running.customer_says("Oi")
    chat, company = Chat.objects.get(), running.company
    ChatFactory.create_batch(MOST_ROWS_CAUGHT_UP + 10, tenant=company.tenant, session=company.number)
    with listen(company.ana, since=timezone.now().isoformat()) as ana:
        assert "start-over" in ana.heard  # that is what a page is told which has just come
        ana.heard = ""
        ana.say(chat, chat.seq, (timezone.now() - timedelta(seconds=20)).isoformat())
        ana.hear_nothing_of("start-over")
        running.customer_says("Vocês entregam em Santos?")
        assert f'id="message-{Message.objects.get(body="Vocês entregam em Santos?").pk}"' in ana.hear("em Santos?")


def test_counters_and_bell_follow(running: Running, listen: Listen) -> None:
    with listen(running.company.ana) as ana:
        running.customer_says("Oi")
        heard = ana.hear('id="counter-unassigned"')
        assert 'data-count="1"' in heard
        assert 'id="bell-count"' in heard


def test_nobody_without_a_login_is_let_in(running: Running) -> None:
    with connect(running.web.socket_url, origin=running.web.url) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(5)
    assert closed.value.rcvd and closed.value.rcvd.code == REFUSED


def _new_password(ana: User) -> None:
    ana.set_password("outra senha bem comprida")
    ana.save()


LOSES_ITS_PLACE: dict[str, Callable[[User], object]] = {
    "must set up a second factor": lambda _: Tenant.objects.update(second_factor=SecondFactorPolicy.EVERYBODY),
    "has a new password": _new_password,
    "is switched off": lambda ana: User.objects.filter(pk=ana.pk).update(is_active=False),
    "is of no company": lambda ana: User.objects.filter(pk=ana.pk).update(tenant=None, is_superuser=True),
    "has signed out": lambda ana: UserSession.objects.filter(user_id=ana.pk).delete(),
}


@pytest.mark.parametrize("loses", LOSES_ITS_PLACE.values(), ids=LOSES_ITS_PLACE.keys())
def test_a_login_that_is_no_longer_good_is_not_let_in(
    running: Running, browse: Browse, loses: Callable[[User], object]
) -> None:
    ana = running.company.ana
    headers = {"Cookie": f"sessionid={browse(ana).cookies['sessionid'].value}", "Origin": running.web.url}
    loses(ana)
    with (
        connect(running.web.socket_url, additional_headers=headers) as socket,
        pytest.raises(ConnectionClosed) as closed,
    ):
        socket.recv(5)
    assert closed.value.rcvd and closed.value.rcvd.code == REFUSED


def test_a_page_more_costs_redis_no_subscription_more(running: Running, listen: Listen) -> None:
    def subscriptions() -> int:
        with Redis.from_url(settings.CHANNEL_REDIS_URLS[0]) as redis:
            return len(redis.pubsub_channels(f"{settings.CHANNEL_PREFIX}*"))

    with listen(running.company.ana):
        alone = subscriptions()
        with listen(running.company.ana), listen(running.company.ana):
            assert subscriptions() == alone > 0


def test_a_foreign_page_is_not_let_in(running: Running, browse: Browse) -> None:
    cookie = browse(running.company.ana).cookies["sessionid"].value
    headers = {"Cookie": f"sessionid={cookie}", "Origin": "https://evil.example"}
    with pytest.raises(Exception, match="403"):
        connect(running.web.socket_url, additional_headers=headers)


def test_a_stranger_hears_nothing_even_when_asking_for_the_chat(running: Running, listen: Listen) -> None:
    running.customer_says("Oi, sou o João")
    chat = Chat.objects.get()
    with listen(make_strangers().olga, chat, 0, since="2020-01-01T00:00:00+00:00") as olga:
        running.customer_says("Meu endereço é Rua das Flores, 10")
        olga.hear_nothing_of("João", "Flores", str(chat.pk))


def test_a_chat_that_goes_to_a_colleague_leaves_the_page_where_only_own_chats_are_seen(
    running: Running, listen: Listen
) -> None:
    running.company.tenant.visibility = VisibilityPolicy.OWN
    running.company.tenant.save()
    running.customer_says("Oi")
    chat = Chat.objects.get()
    with listen(running.company.ana, chat, chat.seq) as ana:
        actions.assign(chat, running.company.bruno, by=running.company.marta)
        heard = ana.hear(f'id="chat-{chat.pk}" hx-swap-oob="delete"')
        assert "thread--none" in heard
        ana.heard = ""
        running.customer_says("segredo do João")
        ana.hear_nothing_of("segredo")


def test_nonsense_from_the_page_is_ignored(running: Running, listen: Listen) -> None:
    with listen(running.company.ana) as ana:
        for text in ("", "{", "[]", "null", '{"chat": "x"}', '{"chat": null, "seq": "a"}', '{"seq": 1e999}'):
            ana.socket.send(text)
        ana.socket.send(json.dumps({"chat": None, "seq": 10**30}))
        running.customer_says("ainda vivo?")
        ana.hear("ainda vivo?")


def test_who_signs_out_is_shown_the_door_on_every_page(running: Running, browse: Browse) -> None:
    client = browse(running.company.ana)
    with listening(running.web, client) as page:
        client.post("/sair/")
        with pytest.raises(ConnectionClosed) as closed:
            page.hear("what never comes")
    assert closed.value.rcvd and closed.value.rcvd.code == REFUSED


def test_who_is_switched_off_hears_no_more(running: Running, listen: Listen) -> None:
    with listen(running.company.ana) as ana:
        User.objects.filter(pk=running.company.ana.pk).update(is_active=False)
        running.customer_says("segredo")
        with pytest.raises(ConnectionClosed) as closed:
            ana.hear("segredo")
    assert closed.value.rcvd and closed.value.rcvd.code == REFUSED
    assert "segredo" not in ana.heard


def test_an_answer_goes_to_waha_and_its_ticks_come_back(running: Running, listen: Listen) -> None:
    running.customer_says("Oi")
    chat = Chat.objects.get()
    with listen(running.company.ana, chat, chat.seq) as ana:
        actions.send_message(chat, running.company.ana, "Bom dia, João!")
        ana.hear("tick--read")
    assert [sent.text for sent in running.waha.sent] == ["Bom dia, João!"]
    until(lambda: Message.objects.get(body="Bom dia, João!").ack == 3)


def test_pages_catch_up_after_the_web_process_was_killed(running: Running, listen: Listen) -> None:
    running.customer_says("antes")
    chat = Chat.objects.get()
    running.web.kill()
    running.waha.customer_says("default", "5511988887777", "durante", name="João da Silva")
    running.web.start()
    running.waha.wait_idle()
    with listen(running.company.ana, chat, chat.seq) as ana:
        assert "durante" in ana.heard
    assert Message.objects.filter(body="durante").count() == 1
