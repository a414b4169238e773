"""An agent writes to colleagues: a line of the conversation that never reaches WhatsApp."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.composing.mentions import mentionable_in, mentioned_in
from chats.models import Chat, Message, MessageType
from crm.models import User, new_key
from notifications.actions import Line, notify
from notifications.models import NotificationType

from .locking import changing
from .repeats import find_repeated


def add_note(chat: Chat, author: User, body: str, *, client_id: UUID | None = None) -> Message:
    """A line that only colleagues see; those it calls with `@` and who may see the chat are told.

    The same `client_id` in the same chat is the same note.
    """
    client_id = client_id or new_key()
    if known := find_repeated(chat, client_id):
        return known
    with changing(chat.pk) as locked:
        if known := find_repeated(locked, client_id):
            return known
        called = mentioned_in(body, mentionable_in(locked, author)) if "@" in body else []
        note = Message.objects.create(
            tenant_id=locked.tenant_id,
            chat=locked,
            phone=locked.phone,
            from_me=True,
            type=MessageType.NOTE,
            body=body,
            author=author,
            metadata={"mentions": [str(user.pk) for user in called]} if called else {},
            client_id=client_id,
            timestamp=timezone.now(),
            seq=locked.seq,
        )
        _tell(called, note, locked)
    return note


def mention_subject(chat: Chat) -> str:
    """Mentions of one person in one chat are one line of their bell, until they have looked."""
    return f"mention:{chat.pk}"


def _tell(people: list[User], note: Message, chat: Chat) -> None:
    for person in people:
        with override(person.language):
            title = _("%(by)s mentioned you: %(chat)s") % {
                "by": note.author.get_short_name() if note.author else "",
                "chat": chat.display_name,
            }
        link = f"{reverse('chats:chat', args=[chat.pk])}?m={note.pk}"
        notify([person], Line(NotificationType.MENTION, mention_subject(chat), title, note.body or "", link))
