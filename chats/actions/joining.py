"""An agent says that two contacts are one person, or two after all; their conversations stay what they are."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from chats.models import Chat, Message, MessageType
from crm.actions import accept_lead, merge_contacts
from crm.live import pages_changed
from crm.models import Contact, ContactMerge, Lead, User

from .leads import settle_bells
from .locking import add_system_line, lock, store
from .merging import index_chat, undo_merge
from .next_step import note_next_step


def remaining_of(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Which of two contacts remains, and which goes: one a person entered before one a message made, else the older."""
    survivor, absorbed = sorted((one, other), key=lambda contact: (contact.provisional, contact.created_at))
    return survivor, absorbed


def join_people(one: Contact, other: Contact, by: User, prefer: Collection[str] = ()) -> ContactMerge:
    """Two contacts are one; in the columns `prefer` the value of the one that goes wins."""
    survivor, absorbed = remaining_of(one, other)
    with transaction.atomic():
        chats = _lock_all([survivor, absorbed])
        merge = merge_contacts(survivor, absorbed, by, prefer)
        for chat in chats:
            chat.refresh_from_db(fields=["contact", "lead"])
            chat.lead = chat.lead or Lead.objects.open().filter(contact=survivor).first()
            settle_bells(chat)
            add_system_line(chat, "people_joined", by=by.name, name=str(absorbed), merge=str(merge.pk))
        # Whoever says who it is has seen it.
        for lead in Lead.objects.incoming().filter(contact=survivor):
            accept_lead(lead, by)
        _tell(chats)
        pages_changed(survivor.tenant_id, "contacts", "leads", f"contact:{survivor.pk}")
    return merge


def part_people(merge: ContactMerge, by: User) -> None:
    """Two contacts again, each with what it had, and their conversations with them; raises `TooLate` as
    `unmerge_contacts` does.
    """
    with transaction.atomic():
        merge = undo_merge(merge, by)
        _say_parted(merge, by)
        pages_changed(merge.tenant_id, "contacts", "leads", f"contact:{merge.survivor_id}")


def _say_parted(merge: ContactMerge, by: User) -> None:
    """All conversations of both say so, but for those that were parted themselves and did already."""
    done = {UUID(joined[end]) for joined in merge.moved.get("chats", []) for end in ("survivor", "absorbed")}
    chats = [chat for chat in _lock_all([merge.survivor, merge.absorbed]) if chat.pk not in done]
    for chat in chats:
        chat.refresh_from_db(fields=["contact", "lead"])
        if chat.lead and chat.lead.contact_id != chat.contact_id:
            chat.lead = Lead.objects.filter(contact=chat.contact_id).order_by("-created_at").first()
        # The line that offered this has done its duty.
        for line in Message.objects.filter(chat=chat, type=MessageType.SYSTEM, metadata__merge=str(merge.pk)):
            line.metadata.pop("merge")
            line.seq = chat.seq
            line.save(update_fields=["metadata", "seq"])
        add_system_line(chat, "people_parted", by=by.name)
    _tell(chats)


def _lock_all(contacts: list[Contact]) -> list[Chat]:
    """In one order, whoever asks."""
    keys = Chat.objects.filter(contact__in=contacts).order_by("pk").values_list("pk", flat=True)
    return [lock(pk=pk) for pk in keys]


def _tell(chats: list[Chat]) -> None:
    for chat in chats:
        note_next_step(chat)
        store(chat)
        index_chat(chat)
