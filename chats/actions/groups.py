"""What a group is called."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chats.models import Chat

from .locking import find_locked, store
from .merging import index_chat

LONGEST_SUBJECT = 160


def rename_group(tenant_id: UUID, key: str, subject: str, at: datetime) -> Chat | None:
    """The group `key` has this subject since `at` (provider time).

    None when nothing changed, when it got another one later, or when nobody wrote in it yet.
    """
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    with transaction.atomic():
        chat = find_locked(tenant_id=tenant_id, phone=key)
        if chat is None or not subject or (chat.subject_at and at < chat.subject_at):
            return None
        was, chat.subject, chat.subject_at = chat.subject, subject, at
        if was == subject:
            Chat.objects.filter(pk=chat.pk).update(subject_at=at)
            return None
        store(chat)
        index_chat(chat)
        return chat
