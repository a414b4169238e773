"""Two conversations of one person become one, and part again if that was wrong.

WhatsApp knows a person by a phone and by a hidden id (LID), and may tell only later that both are one.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from chats import live
from chats.models import Chat, ChatStatus, Message, MessageType
from crm.actions import merge_contacts, recognise, unmerge_contacts, was_unmerged
from crm.identity import Address, AddressKind, spellings
from crm.models import Contact, ContactIdentity, ContactMerge, IdentityKind, Lead, User
from crm.search import document
from notifications.actions import Line, clear, hand_over, tell_count
from notifications.models import NotificationType

from .belongings import give_back, take_along
from .bookkeeping import find_latest, recount
from .locking import add_system_line, hold, lock, person_name, store
from .next_step import note_next_step, refresh

# What the remaining chat takes over where it has nothing itself.
FILLED = ["assigned_to_id", "assigned_at", "team_id", "lead_id", "opportunity_id", "session_id"]


def learn_pair(tenant_id: UUID, hidden: Address, phone: Address) -> bool:
    """These two addresses are one person's: their contacts and chats become one. Whether that was news."""
    if (hidden.kind, phone.kind) != (AddressKind.HIDDEN, AddressKind.PERSON):
        raise ValueError(f"No pair of a hidden id and a phone: {hidden.jid}, {phone.jid}")
    with transaction.atomic():
        hold(person_name(tenant_id, hidden.key), person_name(tenant_id, phone.key))
        return join_pair(tenant_id, hidden, phone)


def join_pair(tenant_id: UUID, hidden: Address, phone: Address) -> bool:
    """The same with both addresses held."""
    of_hidden = _contact_of(tenant_id, IdentityKind.LID, hidden.jid)
    of_phone = _contact_of(tenant_id, IdentityKind.PHONE, phone.key)
    if of_hidden is None or (of_phone and of_hidden.pk == of_phone.pk):
        return False
    if of_phone and was_unmerged(of_hidden, of_phone):
        return False
    by_phone = _lock_chats(tenant_id, hidden, phone)
    merge = merge_contacts(of_phone, of_hidden) if of_phone else None
    person = of_phone or recognise(tenant_id, phone, hidden)
    for chat in by_phone.values():
        chat.refresh_from_db(fields=["contact", "lead"])
    Lead.objects.filter(contact=person, phone="").update(phone=person.phone)
    absorbed, survivor = by_phone.get(hidden.key), by_phone.get(phone.key)
    if absorbed:
        Message.objects.filter(chat=absorbed, phone=hidden.key).update(phone=phone.key)
    if absorbed and survivor:
        absorbed.contact = survivor.contact = person
        joined = _join(survivor, absorbed, merge)
        if merge:
            merge.moved["chats"] = [joined]
            merge.save(update_fields=["moved"])
    elif absorbed:
        # Nothing to join: the conversation has a phone now.
        absorbed.phone, absorbed.contact = phone.key, person
        store(absorbed)
        index_chat(absorbed)
    if merge:
        # Either may have had other conversations, which the other's plans are next steps of now.
        refresh(person)
    return True


def undo_merge(merge: ContactMerge, by: User) -> ContactMerge:
    """Contacts and chats part again, each with what it had; raises `TooLate` as `unmerge_contacts` does."""
    with transaction.atomic():
        merge = unmerge_contacts(merge, by)
        for joined in merge.moved.get("chats", []):
            _part(joined, by)
        for contact in (merge.survivor, merge.absorbed):
            refresh(contact)
    return merge


def index_chat(chat: Chat) -> None:
    """Make the chat findable by its present name and phone."""
    Chat.objects.filter(pk=chat.pk).update(search=document(chat.display_name, phones=spellings(chat.phone)))


def _contact_of(tenant_id: UUID, kind: IdentityKind, value: str) -> Contact | None:
    rows = ContactIdentity.objects.filter(tenant_id=tenant_id, kind=kind, value=value)
    identity = rows.select_related("contact").first()
    return identity.contact if identity else None


def _lock_chats(tenant_id: UUID, hidden: Address, phone: Address) -> dict[str, Chat]:
    """The conversations of both addresses, by address; locked in one order, whoever asks."""
    rows = Chat.objects.filter(tenant_id=tenant_id, phone__in=[hidden.key, phone.key], merged_into=None)
    chats = [lock(pk=pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    return {chat.phone: chat for chat in chats}


def _join(survivor: Chat, absorbed: Chat, merge: ContactMerge | None) -> dict[str, Any]:
    """Move everything of `absorbed` to `survivor`; what is needed to part them."""
    before = _columns(survivor)
    waiting, unread = _still_asked(survivor, absorbed)
    moved = Message.objects.filter(chat=absorbed)
    moved.filter(merged_from=None).update(merged_from=absorbed.pk)
    moved.update(chat=survivor, seq=survivor.seq)
    for name in FILLED:
        if getattr(survivor, name) is None:
            setattr(survivor, name, getattr(absorbed, name))
    if absorbed.last_message_at and (
        not survivor.last_message_at or absorbed.last_message_at > survivor.last_message_at
    ):
        # Answers go where the latest message came from.
        survivor.session_id, survivor.address = absorbed.session_id, absorbed.address
    survivor.pinned = survivor.pinned or absorbed.pinned
    survivor.unread_count, survivor.waiting_since = unread, waiting
    survivor.answered_at = _latest(survivor.answered_at, absorbed.answered_at)
    survivor.first_response_at = _earliest(survivor.first_response_at, absorbed.first_response_at)
    if absorbed.is_active and not survivor.is_active:
        survivor.status, survivor.resolved_at, survivor.outcome = absorbed.status, None, ""
    if absorbed.is_active and not absorbed.is_snoozed:
        survivor.snoozed_until = None
    find_latest(survivor)
    note_next_step(survivor)
    add_system_line(survivor, "merged", merge=str(merge.pk) if merge else "")
    store(survivor)
    index_chat(survivor)
    absorbed.merged_into, absorbed.unread_count, absorbed.waiting_since = survivor, 0, None
    was_active, absorbed.status = absorbed.status, ChatStatus.ARCHIVED
    store(absorbed)
    _tell(survivor, absorbed)
    return {
        "merge": str(merge.pk) if merge else "",
        "absorbed": str(absorbed.pk),
        "survivor": str(survivor.pk),
        "status": was_active,
        "before": before,
        "belongings": take_along(survivor, absorbed),
    }


def _tell(survivor: Chat, absorbed: Chat) -> None:
    """What the bells said of the one, they say of the other; its owner hears of all that is unread."""
    line = Line(
        NotificationType.NEW_MESSAGE,
        subject=f"chat:{survivor.pk}",
        title=survivor.display_name,
        message=survivor.last_message or "",
        link=reverse("chats:chat", args=[survivor.pk]),
    )
    if survivor.assigned_to:
        clear(f"chat:{absorbed.pk}")
        tell_count(survivor.assigned_to, line, survivor.unread_count)
    else:
        hand_over(f"chat:{absorbed.pk}", line)


def _still_asked(survivor: Chat, absorbed: Chat) -> tuple[Any, int]:
    """What both still wait for. An answer from the phone answers both; one given here only what it was given to."""
    until = _latest(survivor.answered_until, absorbed.answered_until)
    for chat in (survivor, absorbed):
        if chat.answered_until != until:
            chat.answered_until = until
            recount(chat)
    waiting = _earliest(survivor.waiting_since, absorbed.waiting_since)
    return waiting, survivor.unread_count + absorbed.unread_count


def _part(joined: dict[str, Any], by: User) -> None:
    pks = sorted([UUID(joined["survivor"]), UUID(joined["absorbed"])])
    held = {chat.pk: chat for chat in (lock(pk=pk) for pk in pks)}
    survivor, absorbed = held[UUID(joined["survivor"])], held[UUID(joined["absorbed"])]
    back = Message.objects.filter(chat=survivor, merged_from=absorbed.pk)
    absorbed.merged_into, absorbed.status = None, joined["status"]
    back.filter(phone=survivor.phone).update(phone=absorbed.phone)
    back.update(chat=absorbed, merged_from=None, seq=absorbed.seq)
    for name, value in joined["before"].items():
        # What a person changed since stays changed.
        if value is None and getattr(survivor, name) == getattr(absorbed, name):
            setattr(survivor, name, None)
    give_back(survivor, absorbed, joined.get("belongings", {}))
    for chat in (survivor, absorbed):
        chat.refresh_from_db(fields=["contact"])
        # The line that offered this has done its duty.
        told = Message.objects.filter(chat=chat, type=MessageType.SYSTEM, metadata__merge=joined["merge"])
        told.update(metadata={}, seq=chat.seq)
        find_latest(chat)
        recount(chat)
        note_next_step(chat)
        add_system_line(chat, "unmerged", by=by.name)
        store(chat)
        index_chat(chat)
    # Pages that show the remaining chat hold bubbles that are no longer its own.
    live.chat_shrank(survivor)


def _columns(chat: Chat) -> dict[str, str | None]:
    return {name: str(value) if (value := getattr(chat, name)) else None for name in FILLED}


def _latest(one: Any, other: Any) -> Any:
    return max(filter(None, [one, other]), default=None)


def _earliest(one: Any, other: Any) -> Any:
    return min(filter(None, [one, other]), default=None)
