"""Ready-made answers are kept, and counted when somebody uses one."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from chats.models import Chat, QuickReply, QuickReplyFile
from crm.models import User

from .draft_files import copy_into_draft
from .drafts import open_draft


def save_quick_reply(
    reply: QuickReply, *, added: Iterable[QuickReplyFile] = (), removed: Iterable[QuickReplyFile] = ()
) -> QuickReply:
    """Keep the answer with its files; what was taken out leaves the storage too."""
    with transaction.atomic():
        reply.save()
        for file in added:
            file.quick_reply = reply
            file.save()
        _remove(removed)
    return reply


def delete_quick_reply(reply: QuickReply) -> None:
    with transaction.atomic():
        _remove(reply.files.all())
        reply.delete()


def use_quick_reply(reply: QuickReply, user: User, chat: Chat) -> None:
    """One more use; its files lie in the person's draft now. Its words the page has put where the cursor was."""
    with transaction.atomic():
        QuickReply.objects.filter(pk=reply.pk).update(used_count=F("used_count") + 1)
        if reply.files.exists():
            copy_into_draft(reply, open_draft(user, chat))


def _remove(files: Iterable[QuickReplyFile]) -> None:
    for file in files:
        for stored in filter(None, (file.file, file.thumbnail)):
            transaction.on_commit(lambda stored=stored: stored.storage.delete(stored.name))  # type: ignore[misc]
        file.delete()
