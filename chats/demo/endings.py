"""What was made of a conversation after its last message: resolved, snoozed, filed, or left waiting."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from chats import actions
from chats.actions import Incoming
from chats.actions.delivery import Receipt, record_unticked
from chats.models import Ack, Message, MessageType, Outcome
from crm.identity import Address
from crm.models import Tag

from . import past
from .plots import Ending
from .storyteller import Told, random_key

THANKS = ("Obrigado", "Valeu", "Perfeito", "Obrigada!")
QUESTIONS_AGAIN = (
    "Oi, desculpa voltar ao assunto: esqueci de perguntar da garantia",
    "Surgiu mais uma dúvida, podem me ajudar?",
)
OUTCOMES = (Outcome.RESOLVED, Outcome.RESOLVED, Outcome.RESOLVED, Outcome.NO_ANSWER)
REFUSED = "O número não tem WhatsApp."


def end(told: Told, rng: random.Random, now: datetime) -> None:
    """Bring the chat into the state its plot asks for; `now` is local."""
    _label(told, rng)
    if told.plot.standing.is_read:
        actions.read(told.chat, told.owner)
        past.read_at(told.chat, now - timedelta(minutes=1))
    _ENDINGS[told.plot.standing.ending](told, rng, now)


def fail_to_send(told: Told, rng: random.Random, at: datetime) -> None:
    """WhatsApp refused the last answer."""
    message = _send(told, rng, "Conseguiu ver o orçamento que enviei?", at)
    actions.begin_sending(message.pk)
    actions.record_failure(message.pk, REFUSED)
    past.begun_at(message, at)


def lose_a_send(told: Told, rng: random.Random, at: datetime) -> None:
    """WAHA took the last answer, and no tick ever came."""
    message = _send(told, rng, "Posso confirmar a entrega para amanhã de manhã?", at)
    actions.begin_sending(message.pk)
    actions.record_sent(message.pk, Receipt(f"3EB0{rng.getrandbits(72):018X}", at, Ack.PENDING))
    record_unticked(message.pk)
    past.begun_at(message, at)


def wait_for_a_tick(told: Told, rng: random.Random, at: datetime) -> None:
    """The last answer left, and no device has it yet."""
    sent = _send(told, rng, "Já deixei tudo separado para você.", at)
    actions.begin_sending(sent.pk)
    whatsapp_id = f"3EB0{rng.getrandbits(72):018X}"
    actions.record_sent(sent.pk, Receipt(whatsapp_id, at, Ack.PENDING))
    past.begun_at(sent, at)


def _send(told: Told, rng: random.Random, text: str, at: datetime) -> Message:
    with transaction.atomic():
        message = actions.send_message(told.chat, told.owner, text, client_id=random_key(rng))
        past.sent_at(message, at)
    return message


def _label(told: Told, rng: random.Random) -> None:
    tags = [told.plot.scene.tag] if told.plot.scene.tag and rng.random() < 0.8 else []
    if rng.random() < 0.08:
        tags.append("VIP")
    told.chat.tags.set(_tags(told, tags))
    if told.chat.contact:
        # What was talked about is often what the person is remembered by; some are known for what they do.
        theirs = [tag for tag in tags if tag == "VIP" or rng.random() < 0.5]
        if rng.random() < 0.08:
            theirs.append("Arquiteta")
        told.chat.contact.tags.add(*_tags(told, theirs))


def _tags(told: Told, names: list[str]) -> list[Tag]:
    return [told.tags[name] for name in names if name in told.tags]


def _leave_open(told: Told, rng: random.Random, now: datetime) -> None:
    """Nothing was made of it."""


def _resolve(told: Told, rng: random.Random, now: datetime) -> None:
    actions.resolve(told.chat, told.owner, rng.choice(OUTCOMES))
    past.resolved_at(told.chat, _soon_after(told, rng))


def _thank(told: Told, rng: random.Random, now: datetime) -> None:
    _resolve(told, rng, now)
    at = told.plot.ends_at + timedelta(minutes=20)
    _say_again(told, rng, rng.choice(THANKS), at)
    past.thanked_at(told.chat, at)


def _ask_again(told: Told, rng: random.Random, now: datetime) -> None:
    _resolve(told, rng, now)
    with past.being_there(told.owner):  # so it comes back to them
        _say_again(told, rng, rng.choice(QUESTIONS_AGAIN), told.plot.ends_at + timedelta(minutes=12))


def _say_again(told: Told, rng: random.Random, text: str, at: datetime) -> None:
    chat = told.chat
    again = Incoming(
        tenant_id=chat.tenant_id,
        session_id=told.session_id,
        address=Address.parse(chat.address),
        also=Address.parse(chat.phone),
        message_id=f"3A{rng.getrandbits(72):018X}",
        from_me=False,
        timestamp=at,
        type=MessageType.TEXT,
        body=text,
        sender_name=told.words.customer.name,
    )
    message = actions.receive_message(again)
    if message:
        past.stored_when_said([past.Fact(message.pk)])


def _put_off(told: Told, rng: random.Random, now: datetime) -> None:
    actions.pend(told.chat, told.owner)
    past.happened_at(told.chat, _soon_after(told, rng))


def _snooze(told: Told, rng: random.Random, now: datetime) -> None:
    until = (now + timedelta(days=rng.randrange(1, 5))).replace(hour=9, minute=0, second=0, microsecond=0)
    actions.snooze(told.chat, told.owner, until)
    past.happened_at(told.chat, _soon_after(told, rng))


def _archive(told: Told, rng: random.Random, now: datetime) -> None:
    _resolve(told, rng, now)
    actions.archive(told.chat, told.owner)
    past.happened_at(told.chat, told.plot.ends_at + timedelta(minutes=10))


def _soon_after(told: Told, rng: random.Random) -> datetime:
    return told.plot.ends_at + timedelta(minutes=rng.randrange(2, 9))


_ENDINGS: dict[Ending, Callable[[Told, random.Random, datetime], None]] = {
    Ending.OPEN: _leave_open,
    Ending.PENDING: _put_off,
    Ending.SNOOZED: _snooze,
    Ending.RESOLVED: _resolve,
    Ending.THANKED: _thank,
    Ending.REOPENED: _ask_again,
    Ending.ARCHIVED: _archive,
}
