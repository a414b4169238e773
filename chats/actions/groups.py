"""What a group is called."""

from uuid import UUID

from django.db import transaction

from chats.models import Chat

from .locking import find_locked, store
from .merging import index_chat

LONGEST_SUBJECT = 160


def rename_group(tenant_id: UUID, key: str, subject: str) -> Chat | None:
    """The group `key` has this subject now; None when nothing changed, or nobody wrote in it yet."""
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    with transaction.atomic():
        chat = find_locked(tenant_id=tenant_id, phone=key, is_group=True)
        if chat is None or not subject or chat.subject == subject:
            return None
        chat.subject = subject
        store(chat)
        index_chat(chat)
        return chat
