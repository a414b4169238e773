"""What an agent writes leaves once, in order, and the bubble never lies about it."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from chats.models import Ack, Chat, Message, SendState
from chats.waha import outbox
from crm.models import User
from tests.conftest import Running
from tests.processes import until
from tests.webhooks import JOAO, says, status, ticks

from .desk import BOTH_VERSIONS, MARIA, NEW, OLD, Desk, bubble, deliver, fresh, jobs_of

# --- It goes well ---


@BOTH_VERSIONS
def test_a_message_leaves_and_knows_its_id(desk: Desk) -> None:
    message = desk.write(desk.chat(), "Bom dia, João! ção 👋")
    assert (message.send_state, message.ack, message.message_id) == (SendState.QUEUED, Ack.PENDING, None)
    message = deliver(message)
    (sent,) = desk.waha.sent
    assert (sent.text, sent.chat_id) == ("Bom dia, João! ção 👋", f"{JOAO}@c.us")
    assert (message.send_state, message.message_id) == (SendState.SENT, sent.id)
    assert Message.objects.filter(from_me=True, type="TEXT").count() == 1


def test_a_version_that_takes_ids_gets_one_that_was_stored_beforehand(desk: Desk) -> None:
    message = deliver(desk.write(desk.chat()))
    (call,) = [call for call in desk.waha.calls if call.operation == "sendText"]
    assert call.body["id"] == message.message_id


@pytest.mark.parametrize("version", [OLD])
def test_an_old_version_is_not_asked_for_ids(desk: Desk) -> None:
    deliver(desk.write(desk.chat()))
    assert [call.operation for call in desk.waha.calls] == ["sendText"]


@BOTH_VERSIONS
def test_the_echo_of_what_we_sent_is_no_second_message(desk: Desk) -> None:
    message = deliver(desk.write(desk.chat()))
    desk.echo("Bom dia!", str(message.message_id))
    desk.echo("Bom dia!", str(message.message_id))
    assert Message.objects.filter(from_me=True, type="TEXT").get().pk == message.pk
    assert fresh(message).send_state == SendState.SENT


def test_ticks_rise_with_the_webhooks(desk: Desk) -> None:
    message = deliver(desk.write(desk.chat()))
    for ack in (Ack.SERVER, Ack.DEVICE, Ack.READ):
        ticks(str(message.message_id), ack).deliver(desk.company.number)
        assert fresh(message).ack == ack


def test_an_answer_goes_to_the_spelling_whatsapp_uses(desk: Desk) -> None:
    says("oi", phone="551188887777").deliver(desk.company.number)
    deliver(desk.write(Chat.objects.get()))
    assert desk.waha.sent[0].chat_id == "551188887777@c.us"


def test_a_job_that_runs_twice_sends_once(desk: Desk) -> None:
    message = deliver(desk.write(desk.chat()))
    deliver(message)
    assert desk.sent == ["Bom dia!"]


def test_an_error_tick_says_failed_until_a_device_confirms(desk: Desk) -> None:
    message = deliver(desk.write(desk.chat()))
    ticks(str(message.message_id), Ack.ERROR).deliver(desk.company.number)
    assert (fresh(message).ack, fresh(message).send_state) == (Ack.ERROR, SendState.FAILED)
    ticks(str(message.message_id), Ack.DEVICE).deliver(desk.company.number)
    assert (fresh(message).ack, fresh(message).send_state) == (Ack.DEVICE, SendState.SENT)


# --- It certainly did not leave ---


@pytest.mark.parametrize("fault", ["400", "401", "404", "501"])
def test_a_refusal_is_told_in_plain_words_at_the_bubble(
    desk: Desk, fault: str, browse: Callable[[User], Client]
) -> None:
    desk.waha.faults.next("sendText", fault)
    message = deliver(desk.write(desk.chat()))
    assert (message.send_state, message.ack) == (SendState.FAILED, Ack.ERROR)
    unusual = {"401": "O servidor não aceitou nossa chave.", "501": "O WAHA deste número não consegue fazer isso."}
    expected = unusual.get(fault, "O WhatsApp não aceitou a mensagem.")
    assert message.send_error.startswith(expected)
    shown = bubble(browse(desk.company.ana), message)
    assert expected in shown
    assert "Tentar de novo" in shown


def test_trying_again_really_sends_and_on_the_same_row(desk: Desk, browse: Callable[[User], Client]) -> None:
    desk.waha.faults.next("sendText", "400")
    message = deliver(desk.write(desk.chat()))
    path = f"/atendimento/{message.chat_id}/messages/{message.pk}/sending/"
    response = browse(desk.company.ana).post(path)
    assert response.status_code == 200
    assert f'id="message-{message.pk}"' in response.content.decode()
    again = fresh(message)
    assert (again.send_state, again.ack, again.send_error) == (SendState.QUEUED, Ack.PENDING, "")
    assert deliver(message).send_state == SendState.SENT
    assert Message.objects.filter(from_me=True, type="TEXT").count() == 1


def test_a_click_while_a_job_still_waits_orders_no_second_one(desk: Desk, browse: Callable[[User], Client]) -> None:
    message = desk.write(desk.chat())
    Message.objects.filter(pk=message.pk).update(send_state=SendState.UNCONFIRMED)
    path = f"/atendimento/{message.chat_id}/messages/{message.pk}/sending/"
    assert browse(desk.company.ana).post(path).status_code == 200
    assert (fresh(message).send_state, len(jobs_of(message))) == (SendState.QUEUED, 1)


def test_what_was_sent_is_not_sent_again_by_a_late_click(desk: Desk, browse: Callable[[User], Client]) -> None:
    message = deliver(desk.write(desk.chat()))
    browse(desk.company.ana).post(f"/atendimento/{message.chat_id}/messages/{message.pk}/sending/")
    assert fresh(message).send_state == SendState.SENT
    deliver(message)
    assert desk.sent == ["Bom dia!"]


@BOTH_VERSIONS
def test_when_nobody_answers_the_message_stays_in_the_queue_and_the_job_tries_later(desk: Desk) -> None:
    message = desk.write(desk.chat())
    desk.waha.stop()
    with pytest.raises(outbox.TryLater):
        deliver(message)
    assert fresh(message).send_state == SendState.QUEUED
    assert fresh(message).ack == Ack.PENDING


@BOTH_VERSIONS
def test_a_session_that_is_not_ready_puts_it_back_into_the_queue(desk: Desk) -> None:
    desk.waha.faults.next("sendText", "422")
    message = desk.write(desk.chat())
    with pytest.raises(outbox.TryLater):
        deliver(message)
    assert fresh(message).send_state == SendState.QUEUED
    assert deliver(message).send_state == SendState.SENT
    assert desk.sent == ["Bom dia!"]


def test_an_id_that_cannot_be_had_keeps_the_message_in_the_queue(desk: Desk) -> None:
    desk.waha.faults.next("new-message-id", "500")
    message = desk.write(desk.chat())
    with pytest.raises(outbox.TryLater):
        deliver(message)
    assert fresh(message).send_state == SendState.QUEUED
    assert deliver(message).send_state == SendState.SENT


# --- The number is not connected ---


def test_a_number_that_is_not_connected_keeps_its_queue_and_is_not_called(desk: Desk) -> None:
    chat = desk.chat()
    status("STARTING").deliver(desk.company.number)
    message = deliver(desk.write(chat))
    assert (message.send_state, desk.waha.calls) == (SendState.QUEUED, [])


def test_a_queue_leaves_in_order_when_the_number_is_connected_again(desk: Desk) -> None:
    chat = desk.chat()
    status("STARTING").deliver(desk.company.number)
    messages = [deliver(desk.write(chat, text)) for text in ("um", "dois", "três")]
    status("WORKING", at=60).deliver(desk.company.number)
    ordered = ProcrastinateJob.objects.filter(status="todo", task_name="waha.send").order_by("id")
    assert [job.args["message_pk"] for job in ordered] == [str(message.pk) for message in messages]
    for job in ordered:
        outbox.deliver(UUID(job.args["message_pk"]))
    assert desk.sent == ["um", "dois", "três"]


# --- Order ---


def test_the_jobs_of_a_chat_wait_for_each_other_and_those_of_two_chats_do_not(desk: Desk) -> None:
    joao, maria = desk.chat(), desk.chat(MARIA)
    first, second, other = desk.write(joao), desk.write(joao), desk.write(maria)
    locks = [job.lock for message in (first, second, other) for job in jobs_of(message)]
    assert locks[0] == locks[1] != locks[2]


def test_a_later_message_never_overtakes_one_that_still_waits(desk: Desk) -> None:
    """The job of the first one gave up after its last try; the second one's comes up before the sweep."""
    chat = desk.chat()
    first, second = desk.write(chat, "primeiro"), desk.write(chat, "segundo")
    deliver(second)
    deliver(first)
    assert desk.sent == ["primeiro", "segundo"]
    assert {fresh(first).send_state, fresh(second).send_state} == {SendState.SENT}


def test_a_message_that_failed_does_not_hold_up_the_next(desk: Desk) -> None:
    chat = desk.chat()
    desk.waha.faults.next("sendText", "400")
    deliver(desk.write(chat, "recusada"))
    assert deliver(desk.write(chat, "aceita")).send_state == SendState.SENT


# --- The browser repeats itself ---


def test_the_same_request_twice_is_one_message_and_one_job(desk: Desk, browse: Callable[[User], Client]) -> None:
    chat, client = desk.chat(), browse(desk.company.ana)
    wanted = {"body": "Bom dia!", "client_id": str(uuid4())}
    first, second = (client.post(f"/atendimento/{chat.pk}/messages/", wanted) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    message = Message.objects.get(from_me=True, type="TEXT")
    assert f'id="message-{message.pk}"' in second.content.decode()
    assert len(jobs_of(message)) == 1


# --- With a real worker ---


def test_a_worker_sends_everything_once_and_each_chat_in_order(running: Running) -> None:
    desk = Desk(running.company, running.waha, NEW)
    joao, maria = desk.chat(), desk.chat(MARIA)
    running.waha.faults.next("sendText", "500-but-sent", times=2)
    for number in range(5):
        desk.write(joao, f"joão {number}")
        desk.write(maria, f"maria {number}")
    ours = Message.objects.filter(from_me=True, type="TEXT")
    until(lambda: ours.filter(send_state=SendState.SENT, ack=Ack.READ).count() == 10)
    assert len(desk.sent) == 10
    for name in ("joão", "maria"):
        assert [text for text in desk.sent if text.startswith(name)] == [f"{name} {number}" for number in range(5)]
    assert ours.count() == 10
