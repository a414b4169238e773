"""What is in doubt is looked up: found, it is settled; proven absent, it is sent again once; else a person decides."""

from collections.abc import Callable

import pytest
from django.test import Client

from chats import actions
from chats.actions.delivery import Receipt
from chats.models import Ack, Chat, Message, SendState
from chats.waha import outbox
from chats.waha.tasks import sending
from crm.models import User
from tests.webhooks import ticks

from .desk import BOTH_VERSIONS, MARIA, OLD, Desk, begun, bubble, deliver, finish_jobs, fresh, path
from .jobs import ordered, run

SETTLE = "waha.settle"
watch, ask_again = sending.watch.func.__wrapped__, sending.ask_again.func.__wrapped__


def doubtful(desk: Desk, fault: str, text: str = "Bom dia!") -> Message:
    """A message whose sending went wrong in that way; its look-up is ordered."""
    desk.waha.faults.next("sendText", fault)
    message = desk.write(desk.chat(), text)
    finish_jobs()
    outbox.deliver(message.pk)
    assert fresh(message).send_state == SendState.UNCONFIRMED
    return fresh(message)


@BOTH_VERSIONS
def test_a_look_up_finds_what_left_after_all(desk: Desk) -> None:
    message = doubtful(desk, "500-but-sent")
    assert run(SETTLE) == 1
    message = fresh(message)
    assert (message.send_state, message.message_id) == (SendState.SENT, desk.waha.sent[0].id)
    assert ordered(SETTLE) == []


@BOTH_VERSIONS
def test_what_is_proven_absent_is_sent_again_by_itself(desk: Desk) -> None:
    message = begun(doubtful(desk, "500"), seconds=20)
    assert run(SETTLE) == 1
    assert fresh(message).send_state == SendState.UNCONFIRMED
    assert run(SETTLE) == 1
    assert fresh(message).send_state == SendState.QUEUED
    assert run("waha.send") == 1
    assert (fresh(message).send_state, desk.sent) == (SendState.SENT, ["Bom dia!"])


def test_the_second_attempt_keeps_the_id_of_the_first(desk: Desk) -> None:
    message = begun(doubtful(desk, "500"), seconds=20)
    first = message.message_id
    run(SETTLE)
    run(SETTLE)
    run("waha.send")
    assert first
    assert (fresh(message).message_id, desk.waha.sent[0].id) == (first, first)


def test_it_is_sent_again_by_itself_only_once(desk: Desk) -> None:
    message = begun(doubtful(desk, "500"), seconds=20)
    desk.waha.faults.next("sendText", "500")
    run(SETTLE)
    run(SETTLE)
    run("waha.send")
    begun(message, seconds=20)
    for _look in range(8):
        run(SETTLE)
    assert (fresh(message).send_state, desk.sent) == (SendState.UNCONFIRMED, [])


def test_a_waha_that_never_answered_may_still_be_sending(desk: Desk) -> None:
    """Only an answer, be it an error, says that WAHA is done; without one it takes longer to prove anything."""
    message = begun(doubtful(desk, "drop"), seconds=20)
    run(SETTLE)
    run(SETTLE)
    assert fresh(message).send_state == SendState.UNCONFIRMED
    begun(message, seconds=120)
    run(SETTLE)
    assert fresh(message).send_state == SendState.QUEUED


@BOTH_VERSIONS
def test_without_a_history_nothing_is_proven_and_nothing_sent_again(desk: Desk) -> None:
    desk.waha.session().config = {"noweb": {"store": {"enabled": False}}}
    message = begun(doubtful(desk, "500"), seconds=600)
    run(SETTLE)
    assert (fresh(message).send_state, ordered(SETTLE), desk.sent) == (SendState.UNCONFIRMED, [], [])


def test_a_look_up_that_fails_itself_changes_nothing(desk: Desk) -> None:
    message = begun(doubtful(desk, "500"), seconds=600)
    desk.waha.faults.next("message-by-id", "500")
    with pytest.raises(Exception, match="500"):
        run(SETTLE)
    assert fresh(message).send_state == SendState.UNCONFIRMED


def test_nobody_is_asked_while_the_number_is_disconnected(desk: Desk) -> None:
    message = begun(doubtful(desk, "500"), seconds=600)
    type(desk.company.number).objects.update(status="STARTING")
    asked = len(desk.waha.calls)
    run(SETTLE)
    assert (fresh(message).send_state, len(desk.waha.calls)) == (SendState.UNCONFIRMED, asked)


@pytest.mark.parametrize("version", [OLD])
def test_the_history_is_read_by_content_and_another_message_is_not_taken_for_it(desk: Desk) -> None:
    sent = deliver(desk.write(desk.chat(), "ok"))
    message = begun(doubtful(desk, "500", "ok"), seconds=20)
    run(SETTLE)
    run(SETTLE)
    assert (fresh(sent).send_state, fresh(message).send_state) == (SendState.SENT, SendState.QUEUED)


def test_later_messages_wait_for_the_first_look(desk: Desk) -> None:
    """The look-up holds the chat's lock, and goes before what was ordered earlier."""
    message = doubtful(desk, "500")
    (job,) = ordered(SETTLE)
    assert (job.lock, job.priority) == (f"chat:{message.chat_id}", 1)


def test_what_comes_after_a_doubtful_one_in_the_queue_waits_for_the_look_up(desk: Desk) -> None:
    chat = desk.chat()
    desk.waha.faults.next("sendText", "500")
    first, second = desk.write(chat, "primeiro"), desk.write(chat, "segundo")
    with pytest.raises(outbox.TryLater):
        outbox.deliver(second.pk)
    assert (fresh(first).send_state, fresh(second).send_state) == (SendState.UNCONFIRMED, SendState.QUEUED)


# --- The watch ---


@pytest.mark.parametrize(("seconds", "expected"), [(61, SendState.UNCONFIRMED), (45, SendState.SENT)])
def test_a_send_without_a_tick_after_a_minute_is_not_confirmed(desk: Desk, seconds: int, expected: SendState) -> None:
    message = begun(deliver(desk.write(desk.chat())), seconds=seconds)
    watch(timestamp=0)
    assert fresh(message).send_state == expected
    assert len(ordered(SETTLE)) == (expected == SendState.UNCONFIRMED)


@pytest.mark.parametrize(("seconds", "expected"), [(61, SendState.UNCONFIRMED), (45, SendState.SENDING)])
def test_a_send_that_nobody_ended_is_found(desk: Desk, seconds: int, expected: SendState) -> None:
    message = desk.write(desk.chat())
    actions.begin_sending(message.pk)
    begun(message, seconds=seconds)
    watch(timestamp=0)
    assert fresh(message).send_state == expected


def test_the_page_says_not_confirmed_and_offers_to_send_once_more(desk: Desk, browse: Callable[[User], Client]) -> None:
    message = begun(deliver(desk.write(desk.chat())), seconds=61)
    watch(timestamp=0)
    shown = bubble(browse(desk.company.ana), message)
    assert "não confirmada" in shown
    assert path(message, "sending") in shown


def test_a_late_tick_settles_what_was_not_confirmed(desk: Desk) -> None:
    message = begun(deliver(desk.write(desk.chat())), seconds=61)
    watch(timestamp=0)
    ticks(str(message.message_id), Ack.DEVICE).deliver(desk.company.number)
    assert (fresh(message).send_state, fresh(message).ack) == (SendState.SENT, Ack.DEVICE)


def test_a_missed_tick_is_found_by_the_look_up(desk: Desk) -> None:
    message = begun(deliver(desk.write(desk.chat())), seconds=61)
    desk.waha.ack("default", str(message.message_id), Ack.READ)
    watch(timestamp=0)
    run(SETTLE)
    assert (fresh(message).send_state, fresh(message).ack) == (SendState.SENT, Ack.READ)


def test_what_waha_took_is_never_sent_again_by_itself(desk: Desk) -> None:
    """Its history may have lost it, but it left."""
    message = begun(deliver(desk.write(desk.chat())), seconds=600)
    desk.waha.world.store.remove("default", str(message.message_id))
    watch(timestamp=0)
    for _look in range(4):
        run(SETTLE)
    assert (fresh(message).send_state, len(desk.sent)) == (SendState.UNCONFIRMED, 1)


def test_doubts_are_asked_about_again_when_waha_is_back(desk: Desk) -> None:
    message = doubtful(desk, "500-but-sent")
    finish_jobs()
    ask_again(timestamp=0)
    run(SETTLE)
    assert fresh(message).send_state == SendState.SENT


def test_an_echo_that_comes_while_a_retry_is_queued_calls_the_retry_off(desk: Desk) -> None:
    message = doubtful(desk, "500-but-sent")
    actions.retry(message, desk.company.ana)
    desk.echo("Bom dia!", desk.waha.sent[0].id)
    assert fresh(message).send_state == SendState.SENT
    assert deliver(message).send_state == SendState.SENT
    assert (desk.sent, desk.ours.count()) == (["Bom dia!"], 1)


def test_the_answer_after_all_of_a_send_held_for_doubtful_settles_it(desk: Desk) -> None:
    chat = Chat.objects.get(pk=desk.chat(MARIA).pk)
    message = desk.write(chat)
    actions.begin_sending(message.pk)
    actions.record_unconfirmed(message.pk)
    actions.record_sent(message.pk, Receipt("3EB0LATE"))
    assert (fresh(message).send_state, fresh(message).message_id) == (SendState.SENT, "3EB0LATE")
