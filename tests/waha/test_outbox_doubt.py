"""A send whose outcome nobody knows, and news that is faster than the answer."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions
from chats.actions.delivery import Receipt
from chats.models import Ack, EarlyChange, Message, SendState
from chats.waha import client as waha_client
from crm.models import User
from tests.webhooks import ticks

from .desk import BOTH_VERSIONS, NEW, OLD, Desk, deliver, fresh

# --- Nobody knows whether it left ---


@BOTH_VERSIONS
@pytest.mark.parametrize("fault", ["500-but-sent", "drop-but-sent", "hang-but-sent"])
def test_a_send_that_may_have_left_is_unconfirmed_and_its_echo_settles_it(
    desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waha_client, "READ_TIMEOUT_SECONDS", 2)
    desk.waha.faults.next("sendText", fault, seconds=60)
    message = deliver(desk.write(desk.chat()))
    assert (message.send_state, desk.sent) == (SendState.UNCONFIRMED, ["Bom dia!"])
    deliver(message)
    assert desk.sent == ["Bom dia!"]
    desk.echo("Bom dia!", desk.waha.sent[0].id)
    message = fresh(message)
    assert (message.send_state, message.message_id) == (SendState.SENT, desk.waha.sent[0].id)
    assert Message.objects.filter(from_me=True, type="TEXT").count() == 1


@pytest.mark.parametrize("fault", ["500", "drop", "hang"])
def test_a_send_that_may_not_have_left_is_unconfirmed_and_not_repeated(
    desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waha_client, "READ_TIMEOUT_SECONDS", 2)
    desk.waha.faults.next("sendText", fault, seconds=60)
    message = deliver(desk.write(desk.chat()))
    assert (message.send_state, message.ack) == (SendState.UNCONFIRMED, Ack.PENDING)
    assert desk.sent == []


def test_a_tick_settles_an_unconfirmed_send(desk: Desk) -> None:
    desk.waha.faults.next("sendText", "500-but-sent")
    message = deliver(desk.write(desk.chat()))
    ticks(desk.waha.sent[0].id, Ack.DEVICE).deliver(desk.company.number)
    assert (fresh(message).send_state, fresh(message).ack) == (SendState.SENT, Ack.DEVICE)


@pytest.mark.parametrize("version", [OLD])
def test_two_equal_texts_are_settled_one_by_one(desk: Desk) -> None:
    chat = desk.chat()
    desk.waha.faults.next("sendText", "500-but-sent", times=2)
    first, second = (deliver(desk.write(chat, "ok")) for _ in range(2))
    desk.echo("ok", desk.waha.sent[0].id)
    assert (fresh(first).send_state, fresh(second).send_state) == (SendState.SENT, SendState.UNCONFIRMED)
    desk.echo("ok", desk.waha.sent[1].id)
    assert fresh(second).send_state == SendState.SENT
    assert Message.objects.filter(from_me=True, type="TEXT").count() == 2


def test_an_unconfirmed_send_is_sent_again_only_when_the_agent_says_so(
    desk: Desk, browse: Callable[[User], Client]
) -> None:
    desk.waha.faults.next("sendText", "500")
    message = deliver(desk.write(desk.chat()))
    path = f"/atendimento/{message.chat_id}/messages/{message.pk}/sending/"
    assert browse(desk.company.ana).post(path).status_code == 200
    assert deliver(message).send_state == SendState.SENT
    assert desk.sent == ["Bom dia!"]


@BOTH_VERSIONS
def test_a_worker_that_died_while_sending_leaves_an_unconfirmed_message(desk: Desk) -> None:
    message = desk.write(desk.chat())
    actions.begin_sending(message.pk)
    message = deliver(message)
    assert (message.send_state, desk.asked) == (SendState.UNCONFIRMED, [])


# --- The echo and the ticks are faster than the answer ---


@BOTH_VERSIONS
def test_an_echo_before_the_answer_becomes_no_second_message(desk: Desk) -> None:
    message = desk.write(desk.chat())
    known = "3EB0AAAA" if desk.version == NEW else None
    actions.begin_sending(message.pk, known)
    desk.echo("Bom dia!", "3EB0AAAA")
    assert fresh(message).send_state == SendState.SENT
    actions.record_sent(message.pk, Receipt("3EB0AAAA"))
    assert Message.objects.filter(from_me=True, type="TEXT").get().message_id == "3EB0AAAA"


@pytest.mark.parametrize("version", [OLD])
def test_an_echo_with_other_words_is_absorbed_when_the_answer_names_it(desk: Desk) -> None:
    """WhatsApp may change a text on its way; then only the id tells that it is ours."""
    message = desk.write(desk.chat(), "Bom dia!  ")
    actions.begin_sending(message.pk)
    desk.echo("Bom dia", "3EB0AAAA")
    assert Message.objects.shown().filter(from_me=True, type="TEXT").count() == 2
    actions.record_sent(message.pk, Receipt("3EB0AAAA"))
    assert Message.objects.shown().filter(from_me=True, type="TEXT").get().pk == message.pk


@BOTH_VERSIONS
def test_ticks_before_the_answer_are_not_lost(desk: Desk) -> None:
    message = desk.write(desk.chat())
    actions.begin_sending(message.pk, "3EB0AAAA" if desk.version == NEW else None)
    ticks("3EB0AAAA", Ack.READ).deliver(desk.company.number)
    ticks("3EB0AAAA", Ack.SERVER).deliver(desk.company.number)
    actions.record_sent(message.pk, Receipt("3EB0AAAA"))
    assert (fresh(message).ack, fresh(message).send_state) == (Ack.READ, SendState.SENT)
    assert not EarlyChange.objects.exists()


@BOTH_VERSIONS
def test_the_echo_overtakes_the_http_answer(at_work: Desk) -> None:
    at_work.waha.faults.next("sendText", "echo-first")
    message = deliver(at_work.write(at_work.chat()))
    at_work.waha.wait_idle()
    assert Message.objects.shown().filter(from_me=True, type="TEXT").get().pk == message.pk
    assert (fresh(message).send_state, fresh(message).ack) == (SendState.SENT, Ack.READ)
