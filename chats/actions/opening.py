"""A conversation is begun from here, before the customer ever wrote."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chats.models import Chat, ChatStatus
from crm.actions import recognise
from crm.identity import Address

from .locking import find_locked, hold, person_name, store
from .merging import index_chat


def open_chat(tenant_id: UUID, phone: str, session_id: UUID, *, name: str = "") -> tuple[Chat, bool]:
    """The one conversation with this phone (E.164 digits), and whether it is new; however many ask for it at once.

    A new one has its contact, made where nobody is known by that phone, and waits for nobody.
    """
    address = Address.parse(phone)
    with transaction.atomic():
        hold(person_name(tenant_id, address.key))
        known = find_locked(tenant_id=tenant_id, phone=address.key)
        if known:
            return known.merged_into or known, False
        chat = Chat(
            tenant_id=tenant_id,
            phone=address.key,
            address=address.jid,
            session_id=session_id,
            contact=recognise(tenant_id, address, name=name, provisional=False),
            status=ChatStatus.OPEN,
            last_message_at=timezone.now(),
            seq=1,
        )
        store(chat)
        index_chat(chat)
        return chat, True
