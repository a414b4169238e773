"""What an agent has begun to write is kept; no page but their own shows it, so none is nudged."""

from datetime import datetime

from django.db import transaction

from chats.models import Chat, Draft, Message
from crm.models import User


def open_draft(user: User, chat: Chat) -> Draft:
    """This person's draft in this chat, locked until the transaction ends."""
    draft, _is_new = Draft.objects.get_or_create(user=user, chat=chat)
    return Draft.objects.select_for_update().get(pk=draft.pk)


def save_draft(user: User, chat: Chat, text: str, *, is_note: bool = False, quoted: Message | None = None) -> datetime:
    """Keep these words; when that was. An empty draft stays as a row: its time tells other machines that it is over."""
    with transaction.atomic():
        draft = open_draft(user, chat)
        draft.text, draft.is_note, draft.quoted = text, is_note, quoted
        draft.save()
    return draft.updated_at


def settle_draft(user: User, chat: Chat, sent: str) -> None:
    """These words are out: they are no draft any more. What was written since stays."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(user=user, chat=chat).first()
        if draft and draft.text.strip() == sent.strip():
            draft.text, draft.is_note, draft.quoted = "", False, None
            draft.save()
