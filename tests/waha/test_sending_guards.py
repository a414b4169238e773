"""What keeps a number from being blocked: its pace, a second look at floods and old messages, a checked address."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chats.models import Ack, Chat, Message, SendState
from chats.waha import flood, outbox, pace
from chats.waha.models import NumberCheck, WhatsAppSession
from crm.models import ContactIdentity, User, new_key
from tests.factories import MessageFactory
from tests.webhooks import JOAO, says

from .desk import MARIA, Desk, bubble, deliver, fresh, path

OFFER = "Promoção: cadeiras pela metade do preço!"


def queued_since(message: Message, **ago: float) -> Message:
    Message.objects.filter(pk=message.pk).update(timestamp=timezone.now() - timedelta(**ago))
    return message


def others_sent(desk: Desk, count: int, text: str = OFFER, *, known: bool = True) -> None:
    """So many others got this a minute ago; `known`: they had written before."""
    for _other in range(count):
        sent = MessageFactory(
            chat__tenant=desk.company.tenant,
            chat__session=desk.company.number,
            session=desk.company.number,
            from_me=True,
            body=text,
            send_state=SendState.SENT,
            ack=Ack.DEVICE,
            begun_at=timezone.now() - timedelta(minutes=1),
        )
        if known:
            MessageFactory(chat=sent.chat, from_me=False)


# --- Pace ---


def test_a_burst_leaves_at_once_and_what_follows_is_spread(desk: Desk) -> None:
    number = desk.company.number
    now = timezone.now()
    slots = [pace.take_slot(number) for _send in range(pace.BURST + 5)]
    assert max(slots[: pace.BURST]) - now < timedelta(seconds=1)
    waits = [(slot - now).total_seconds() for slot in slots[pace.BURST :]]
    assert waits == sorted(waits)
    assert 4 < waits[-1] < 7  # 60 a minute: the fifth beyond the burst after five seconds


def test_the_burst_grows_again_with_time(desk: Desk) -> None:
    WhatsAppSession.objects.update(next_send_at=timezone.now() - timedelta(hours=1))
    assert pace.take_slot(desk.company.number) <= timezone.now()


def test_a_turn_that_is_far_off_gives_the_worker_back_and_is_kept(desk: Desk) -> None:
    chat = desk.chat()
    WhatsAppSession.objects.update(next_send_at=timezone.now() + timedelta(seconds=60))
    message = desk.write(chat)
    with pytest.raises(outbox.TryLater) as first:
        outbox.deliver(message.pk)
    with pytest.raises(outbox.TryLater) as second:
        outbox.deliver(message.pk)
    assert first.value.at == second.value.at
    assert (fresh(message).send_state, desk.asked) == (SendState.QUEUED, [])
    Message.objects.filter(pk=message.pk).update(metadata={"slot_at": timezone.now().isoformat()})
    assert deliver(message).send_state == SendState.SENT


def test_two_numbers_have_a_pace_each(desk: Desk, strangers: object) -> None:
    WhatsAppSession.objects.filter(pk=desk.company.number.pk).update(next_send_at=timezone.now() + timedelta(hours=1))
    other = WhatsAppSession.objects.exclude(pk=desk.company.number.pk).get()
    assert pace.take_slot(other) <= timezone.now()


# --- What was too long in the queue ---


def test_what_waited_too_long_asks_before_it_leaves(desk: Desk, browse: Callable[[User], Client]) -> None:
    message = deliver(queued_since(desk.write(desk.chat()), minutes=61))
    assert (message.send_state, desk.asked) == (SendState.HELD, [])
    shown = bubble(browse(desk.company.ana), message)
    assert "Ficou na fila desde" in shown
    assert "Enviar mesmo assim" in shown


def test_what_waited_less_leaves_by_itself(desk: Desk) -> None:
    assert deliver(queued_since(desk.write(desk.chat()), minutes=59)).send_state == SendState.SENT


def test_a_held_message_leaves_on_a_persons_word(desk: Desk, browse: Callable[[User], Client]) -> None:
    message = deliver(queued_since(desk.write(desk.chat()), hours=5))
    assert browse(desk.company.ana).post(path(message, "sending")).status_code == 200
    assert deliver(message).send_state == SendState.SENT


def test_a_held_message_does_not_hold_up_the_next(desk: Desk) -> None:
    chat = desk.chat()
    deliver(queued_since(desk.write(chat, "velha"), hours=5))
    deliver(desk.write(chat, "nova"))
    assert desk.sent == ["nova"]


@pytest.mark.parametrize("state", [SendState.QUEUED, SendState.HELD, SendState.FAILED])
def test_what_was_called_off_never_leaves(desk: Desk, state: SendState, browse: Callable[[User], Client]) -> None:
    message = desk.write(desk.chat())
    Message.objects.filter(pk=message.pk).update(send_state=state)
    response = browse(desk.company.ana).post(path(message, "cancellation"))
    assert "Cancelada: não foi enviada." in response.content.decode()
    message = deliver(message)
    assert (message.send_state, desk.asked) == (SendState.CANCELLED, [])
    assert Chat.objects.get(pk=message.chat_id).last_message == "oi"


@pytest.mark.parametrize("state", [SendState.SENDING, SendState.SENT, SendState.UNCONFIRMED])
def test_what_may_have_left_cannot_be_called_off(
    desk: Desk, state: SendState, browse: Callable[[User], Client]
) -> None:
    message = desk.write(desk.chat())
    Message.objects.filter(pk=message.pk).update(send_state=state)
    browse(desk.company.ana).post(path(message, "cancellation"))
    assert fresh(message).send_state == state


# --- Floods ---


@pytest.mark.parametrize(("count", "expected"), [(20, SendState.HELD), (19, SendState.SENT)])
def test_the_same_text_to_many_chats_is_held(desk: Desk, count: int, expected: SendState) -> None:
    others_sent(desk, count)
    message = deliver(desk.write(desk.chat(), OFFER))
    assert message.send_state == expected
    if expected == SendState.HELD:
        assert message.send_error.startswith("O mesmo texto já saiu para mais de 20 conversas")


def test_many_times_in_one_conversation_is_no_flood(desk: Desk) -> None:
    others_sent(desk, 1)
    told = Message.objects.get(body=OFFER)
    for _again in range(25):
        told.pk, told.message_id = new_key(), None
        told.save(force_insert=True)
    assert deliver(desk.write(desk.chat(), OFFER)).send_state == SendState.SENT


def test_another_text_and_a_greeting_are_no_flood(desk: Desk) -> None:
    others_sent(desk, 30)
    others_sent(desk, 30, "Bom dia!")
    chat = desk.chat()
    assert deliver(desk.write(chat, "A cadeira chega amanhã.")).send_state == SendState.SENT
    assert deliver(desk.write(chat, "Bom dia!")).send_state == SendState.SENT


def test_what_was_sent_long_ago_is_no_flood(desk: Desk) -> None:
    others_sent(desk, 30)
    Message.objects.update(begun_at=timezone.now() - flood.SAME_TEXT_WITHIN)
    assert deliver(desk.write(desk.chat(), OFFER)).send_state == SendState.SENT


def test_a_person_may_send_it_all_the_same(desk: Desk, browse: Callable[[User], Client]) -> None:
    others_sent(desk, 20)
    message = deliver(desk.write(desk.chat(), OFFER))
    browse(desk.company.ana).post(path(message, "sending"))
    assert deliver(message).send_state == SendState.SENT


def test_first_messages_to_many_who_never_wrote_are_held(desk: Desk) -> None:
    others_sent(desk, 30, "Oi, tudo bem?", known=False)
    message = deliver(desk.write(desk.stranger(MARIA), "Olá, Maria"))
    assert message.send_state == SendState.HELD
    assert "pessoas que nunca escreveram" in message.send_error


def test_answers_are_never_held_for_first_messages(desk: Desk) -> None:
    others_sent(desk, 30, "Oi, tudo bem?", known=False)
    assert deliver(desk.write(desk.chat(), "Olá, João")).send_state == SendState.SENT


# --- The first message to a number ---


def checks(desk: Desk) -> int:
    return sum(call.operation == "check-exists" for call in desk.waha.calls)


def test_a_number_that_never_wrote_is_checked_once_and_remembered(desk: Desk) -> None:
    chat = desk.stranger()
    deliver(desk.write(chat))
    deliver(desk.write(chat, "e mais uma"))
    assert (checks(desk), len(desk.sent)) == (1, 2)
    check = NumberCheck.objects.get()
    assert (check.phone, check.address) == (JOAO, f"{JOAO}@c.us")


def test_a_customer_who_wrote_is_never_checked(desk: Desk) -> None:
    deliver(desk.write(desk.chat()))
    assert checks(desk) == 0


def test_a_number_without_whatsapp_is_told_and_not_written_to(desk: Desk) -> None:
    desk.waha.unregister("default", JOAO)
    message = deliver(desk.write(desk.stranger()))
    assert (message.send_state, message.send_error) == (SendState.FAILED, "Este número não tem WhatsApp.")
    assert desk.sent == []


def test_an_absence_is_asked_about_again_the_next_day(desk: Desk) -> None:
    chat = desk.stranger()
    desk.waha.unregister("default", JOAO)
    deliver(desk.write(chat))
    deliver(desk.write(chat))
    assert checks(desk) == 1
    NumberCheck.objects.update(checked_at=timezone.now() - timedelta(days=2))
    deliver(desk.write(chat))
    assert checks(desk) == 2


def test_an_address_that_hides_the_phone_is_learnt_to_be_this_persons(desk: Desk) -> None:
    desk.waha.register_as("default", JOAO, "99887766554433@lid")
    chat = desk.stranger()
    deliver(desk.write(chat))
    assert desk.waha.sent[0].chat_id == "99887766554433@lid"
    assert ContactIdentity.objects.get(value="99887766554433@lid").contact == chat.contact
    says("oi!", phone="99887766554433@lid").deliver(desk.company.number)
    assert Chat.objects.get().messages.filter(from_me=False).count() == 1


def test_a_check_that_fails_is_tried_again_and_keeps_nobody_back_for_ever(desk: Desk) -> None:
    desk.waha.faults.next("check-exists", "500", times=2)
    message = desk.write(desk.stranger())
    with pytest.raises(outbox.TryLater):
        outbox.deliver(message.pk)
    assert (fresh(message).send_state, desk.sent) == (SendState.QUEUED, [])
    assert deliver(queued_since(message, minutes=6)).send_state == SendState.SENT
