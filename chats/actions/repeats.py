"""A browser that did not see the answer asks again: its own id for a message says which one it was."""

from uuid import UUID

from django.db.models import QuerySet

from chats.models import Chat, Message
from crm.compiled import compiled


def find_repeated(chat: Chat, client_id: UUID) -> Message | None:
    """What came of an earlier request with this id, in this chat."""
    return next(iter(_by_client_id(chat.pk, client_id)), None)


@compiled
def _by_client_id(chat_id: UUID, client_id: UUID) -> QuerySet[Message]:
    return Message.objects.filter(chat_id=chat_id, client_id=client_id)
