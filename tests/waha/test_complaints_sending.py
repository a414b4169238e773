"""Complaints about sending that users of WAHA wrote down; each must not become one about us."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions
from chats.actions.delivery import Receipt
from chats.models import Ack, Chat, Message, SendState
from chats.waha.models import WhatsAppSession
from chats.waha.tasks import sending
from crm.models import User
from tests.conftest import Running
from tests.processes import until
from tests.webhooks import JOAO, says, ticks

from .desk import MARIA, NEW, OLD, Desk, begun, bubble, deliver, fresh, path
from .jobs import run

watch = sending.watch.func.__wrapped__
RESTRICTED = "O WhatsApp restringiu este número: por enquanto ele não pode iniciar novas conversas."


def test_complaint_05_echo_events_with_other_ids_are_no_second_message(desk: Desk) -> None:
    """#1044: the answer to the send names one id, the event another one, and ticks bear the event's."""
    message = deliver(desk.write(desk.chat()))
    desk.echo("Bom dia!", "3EB0ANOTHERID")
    desk.echo("Bom dia!", "3EB0ANOTHERID")
    assert [row.pk for row in desk.ours] == [message.pk]
    ticks("3EB0ANOTHERID", Ack.READ).deliver(desk.company.number)
    assert (fresh(message).ack, fresh(message).send_state) == (Ack.READ, SendState.SENT)


@pytest.mark.parametrize("version", [NEW, OLD])
def test_complaint_05_the_other_id_may_come_before_the_answer(desk: Desk) -> None:
    message = desk.write(desk.chat())
    actions.begin_sending(message.pk, "3EB0OURS" if desk.version == NEW else None)
    desk.echo("Bom dia!", "3EB0ANOTHERID")
    actions.record_sent(message.pk, Receipt("3EB0OURS"))
    ticks("3EB0ANOTHERID", Ack.DEVICE).deliver(desk.company.number)
    assert [row.pk for row in desk.ours] == [message.pk]
    assert fresh(message).ack == Ack.DEVICE


def test_complaint_05_two_equal_texts_under_their_own_ids_stay_two(desk: Desk) -> None:
    chat = desk.chat()
    first, second = deliver(desk.write(chat, "ok")), deliver(desk.write(chat, "ok"))
    desk.echo("ok", str(second.message_id))
    desk.echo("ok", str(first.message_id))
    assert [row.pk for row in desk.ours.order_by("pk")] == [first.pk, second.pk]


def test_complaint_05_what_the_phone_says_in_the_same_words_is_another_message(desk: Desk) -> None:
    deliver(desk.write(desk.chat(), "ok"))
    says("ok", from_me=True, source="app", message_id="3A0PHONE", at=9).deliver(desk.company.number)
    assert desk.ours.count() == 2


@pytest.mark.parametrize("fault", ["500-but-sent", "drop-but-sent", "500", "drop"])
def test_complaint_06_a_send_around_a_timeout_leaves_once(running: Running, fault: str) -> None:
    """#411, #1468: WAHA times out, and the message was sent, or was not."""
    desk = Desk(running.company, running.waha, NEW)
    chat = desk.chat()
    running.waha.faults.next("sendText", fault)
    message = desk.write(chat, "uma vez só")
    if fault == "drop":
        until(lambda: fresh(message).send_state == SendState.UNCONFIRMED)
        begun(message, seconds=120)  # the time in which WAHA might still be sending is over
    until(lambda: fresh(message).send_state == SendState.SENT and fresh(message).ack == Ack.READ)
    assert desk.sent == ["uma vez só"]
    assert Message.objects.filter(from_me=True, type="TEXT").count() == 1


def test_complaint_06_a_click_on_try_again_while_the_first_is_under_way_sends_once(
    desk: Desk, browse: Callable[[User], Client]
) -> None:
    message = desk.write(desk.chat())
    actions.begin_sending(message.pk)
    browse(desk.company.ana).post(path(message, "sending"))
    assert fresh(message).send_state == SendState.SENDING
    assert desk.sent == []


def test_complaint_19_the_first_message_goes_to_the_spelling_that_has_an_account(desk: Desk) -> None:
    """#238, #2120: sent to the wrong one, WAHA says 201 and ack 1, and nothing ever arrives."""
    desk.waha.register_as("default", JOAO, "551188887777@c.us")
    chat = desk.stranger(JOAO)
    assert deliver(desk.write(chat)).send_state == SendState.SENT
    assert desk.waha.sent[0].chat_id == "551188887777@c.us"
    assert Chat.objects.get(pk=chat.pk).address == "551188887777@c.us"


def test_complaint_19_an_answer_goes_to_the_spelling_the_customer_wrote_from(desk: Desk) -> None:
    says("oi", phone="551188887777").deliver(desk.company.number)
    deliver(desk.write(Chat.objects.get(phone=JOAO)))
    assert (desk.waha.sent[0].chat_id, desk.asked) == ("551188887777@c.us", ["sendText"])


def test_complaint_19_an_account_that_does_not_exist_is_never_shown_as_sent(
    desk: Desk, browse: Callable[[User], Client]
) -> None:
    desk.waha.unregister("default", MARIA)
    message = deliver(desk.write(desk.stranger(MARIA)))
    assert "Este número não tem WhatsApp." in bubble(browse(desk.company.ana), message)
    assert (message.send_state, desk.sent) == (SendState.FAILED, [])


def test_complaint_21_a_restriction_told_as_a_500_is_a_plain_refusal(
    desk: Desk, browse: Callable[[User], Client]
) -> None:
    """#1992, #2219, #2166: error 463, restricted from starting new chats, comes as HTTP 500."""
    desk.waha.faults.next("sendText", "463")
    message = deliver(desk.write(desk.chat()))
    assert (message.send_state, message.send_error) == (SendState.FAILED, RESTRICTED)
    assert RESTRICTED in bubble(browse(desk.company.ana), message)
    assert run("waha.settle") == 0


def test_complaint_21_a_restriction_told_by_a_tick_is_a_plain_refusal(at_work: Desk) -> None:
    at_work.waha.faults.next("sendText", "463-ack")
    message = deliver(at_work.write(at_work.chat()))
    at_work.waha.wait_idle()
    assert (fresh(message).send_state, fresh(message).send_error) == (SendState.FAILED, RESTRICTED)


@pytest.mark.parametrize("engine", ["GOWS"])
def test_complaint_22_a_number_that_refuses_everything_says_so_and_loses_nothing(
    desk: Desk, browse: Callable[[User], Client]
) -> None:
    """#2084, #2110: GOWS answers every send with 400 until the session is restarted, and says WORKING."""
    chat = desk.chat()
    desk.waha.faults.next("sendText", "400", times=3)
    messages = [deliver(desk.write(chat, text)) for text in ("um", "dois", "três")]
    assert [message.send_state for message in messages] == [SendState.FAILED] * 3
    assert messages[0].send_error == "O WhatsApp não aceitou a mensagem."
    assert messages[2].send_error.startswith("Este número está recusando tudo o que sai.")
    for message in messages:
        browse(desk.company.ana).post(path(message, "sending"))
        deliver(message)
    assert desk.sent == ["um", "dois", "três"]


def test_complaint_24_a_missing_read_tick_is_never_made_up(desk: Desk) -> None:
    """#565, #495, #900: READ comes rarely or never; an answer of the customer's is no tick."""
    message = deliver(desk.write(desk.chat()))
    ticks(str(message.message_id), Ack.DEVICE).deliver(desk.company.number)
    says("sim, pode ser", at=600).deliver(desk.company.number)
    begun(message, seconds=3600)
    watch(timestamp=0)
    assert (fresh(message).ack, fresh(message).send_state) == (Ack.DEVICE, SendState.SENT)


def test_complaint_24_a_tick_that_no_event_told_is_found_in_the_history(desk: Desk) -> None:
    message = begun(deliver(desk.write(desk.chat())), seconds=61)
    desk.waha.ack("default", str(message.message_id), Ack.DEVICE)
    watch(timestamp=0)
    assert fresh(message).send_state == SendState.UNCONFIRMED
    run("waha.settle")
    assert (fresh(message).ack, fresh(message).send_state) == (Ack.DEVICE, SendState.SENT)


def test_complaint_09_a_number_that_is_said_to_work_and_takes_nothing_keeps_the_queue(desk: Desk) -> None:
    """#925: WORKING, and nothing goes; what was not taken stays in the queue, whole and in order."""
    chat = desk.chat()
    desk.waha.faults.next("sendText", "422", times=2)
    first, second = desk.write(chat, "um"), desk.write(chat, "dois")
    for _try in range(2):
        with pytest.raises(Exception, match="422"):
            deliver(first)
    WhatsAppSession.objects.update(status="WORKING")
    deliver(second)
    assert desk.sent == ["um", "dois"]
