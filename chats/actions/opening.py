"""A conversation is begun from here, before the customer ever wrote."""

from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from chats.models import Chat, ChatStatus
from crm.actions import recognise
from crm.identity import Address
from crm.models import Contact, User
from crm.requests import tenant_of

from .locking import add_system_line, find_locked, hold, lock, person_name, store
from .merging import index_chat


class NotReachable(Exception):
    """There is no phone that could be written to."""


def open_chat(
    by: User, phone: str, *, contact: Contact | None = None, name: str = "", number_id: UUID | None = None
) -> tuple[Chat, bool]:
    """The one conversation with this phone (E.164 digits), and whether it is new; however many ask for it at once.

    The owner of a new one is whoever began it. It is with `contact`; without, with whoever is known by the phone, or
    with a new contact of this name. `number_id` is the number of ours that writes, by default the one that fits `by`
    best. Whether WhatsApp knows the phone is asked when the first message leaves. `NotReachable` when it is "".
    """
    if not phone:
        raise NotReachable
    tenant_id, address = tenant_of(by), Address.parse(phone)
    with transaction.atomic():
        hold(person_name(tenant_id, address.key))
        known = find_locked(tenant_id=tenant_id, phone=address.key)
        if known:
            return lock(pk=known.merged_into_id) if known.merged_into_id else known, False
        contact = contact or recognise(tenant_id, address, name=name, provisional=False)
        return _begin(by, address, contact, number_id or number_for(by)), True


def number_for(by: User) -> UUID | None:
    """The number to write from: of the person's team before others, one that is connected before one that is not.

    The model is another room's, reached by name.
    """
    sessions = apps.get_model("waha", "WhatsAppSession")._default_manager.filter(tenant_id=tenant_of(by))
    own = Case(When(default_team__in=by.teams.all(), then=Value(0)), default=Value(1))
    works = Case(When(status="WORKING", then=Value(0)), default=Value(1))
    return sessions.order_by(works, own, "created_at").values_list("pk", flat=True).first()


def _begin(by: User, address: Address, contact: Contact, number_id: UUID | None) -> Chat:
    now = timezone.now().replace(microsecond=0)
    chat = Chat.objects.create(
        tenant_id=contact.tenant_id,
        phone=address.key,
        address=address.jid,
        contact=contact,
        lead=contact.leads.order_by("-created_at").first(),
        session_id=number_id,
        assigned_to=by,
        assigned_at=now,
        last_message_at=now,
        status=ChatStatus.OPEN,
    )
    chat = lock(pk=chat.pk)
    add_system_line(chat, "started", by=by.name)
    index_chat(chat)
    store(chat)
    return chat
