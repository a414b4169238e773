"""Before the first message to a phone that never wrote: does it have WhatsApp, and under which address?

A Brazilian mobile is known with or without its ninth digit, and a message to the wrong one is taken and never arrives.
Asked once per phone and remembered; never for chats whose customer wrote, and never for many at once.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chats.actions import learn_pair
from chats.actions.locking import changing
from chats.models import Ack, Chat, Message
from crm.actions import recognise
from crm.compiled import compiled
from crm.identity import Address, AddressKind

from .calls.lookups import NumberFound, check_exists
from .client import WahaClient, WahaError
from .full_ids import chat_id
from .models import NumberCheck, WhatsAppSession

REMEMBERED = timedelta(days=30)
# Somebody may join WhatsApp tomorrow.
ABSENCE_REMEMBERED = timedelta(days=1)
# A WAHA that cannot say does not keep a message back for longer than this.
PATIENCE = timedelta(minutes=5)


class NoAccount(Exception):
    """This phone has no WhatsApp."""


def destination(client: WahaClient, message: Message) -> str:
    """The address this message goes to. `NoAccount`, or a `WahaError` where asking again soon may help."""
    chat = message.chat
    if _is_certain(chat):
        return chat_id(chat)
    known = _remembered(client.session, chat.phone)
    if known is None:
        known = _ask(client, message)
    if known is None:
        return chat_id(chat)
    if not known.address:
        raise NoAccount
    if chat.address != known.address:
        _take_over(chat, known.address)
    return known.address


def _is_certain(chat: Chat) -> bool:
    """Whether somebody wrote from this address, or got what we sent to it; groups and hidden ids are WhatsApp's own."""
    if Address.parse(chat.address or chat.phone).kind is not AddressKind.PERSON:
        return True
    return has_written(chat) or Message.objects.filter(chat=chat, from_me=True, ack__gte=Ack.DEVICE).exists()


def has_written(chat: Chat) -> bool:
    """Whether the customer ever wrote in this chat. Each send asks twice, of the same row, and is told the same."""
    known: bool | None = vars(chat).get("has_written")
    if known is None:
        known = vars(chat)["has_written"] = bool(_theirs(chat.pk))
    return known


@compiled
def _theirs(chat_id: UUID) -> QuerySet[Message, UUID]:
    return Message.objects.filter(chat_id=chat_id, from_me=False).values_list("pk", flat=True)[:1]


def _remembered(session: WhatsAppSession, phone: str) -> NumberCheck | None:
    check = NumberCheck.objects.filter(session=session, phone=phone).first()
    if check is None:
        return None
    lasts = REMEMBERED if check.address else ABSENCE_REMEMBERED
    return check if timezone.now() - check.checked_at < lasts else None


def _ask(client: WahaClient, message: Message) -> NumberCheck | None:
    """WhatsApp's answer, remembered; None when it cannot be had."""
    phone = message.chat.phone
    try:
        found = check_exists(client, phone)
    except WahaError as error:
        if error.permanent or timezone.now() - message.timestamp > PATIENCE:
            return None
        raise
    address = _address(found, phone)
    check, _is_new = NumberCheck.objects.update_or_create(
        session=client.session, phone=phone, defaults={"address": address, "checked_at": timezone.now()}
    )
    return check


def _address(found: NumberFound, phone: str) -> str:
    if not found.exists:
        return ""
    return Address.parse(found.address).jid if found.address else f"{phone}@c.us"


@transaction.atomic
def _take_over(chat: Chat, address: str) -> None:
    """Answers go there from now on; a hidden id is learnt to be this phone's."""
    told = Address.parse(address)
    if told.kind is AddressKind.HIDDEN:
        phone = Address.parse(chat.phone)
        learn_pair(chat.tenant_id, told, phone)
        recognise(chat.tenant_id, phone, told)
    with changing(chat.pk) as locked:
        locked.address = address
    chat.address = address
