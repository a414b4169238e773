"""Further messages of people who are known, many in one go: nearly all that ever comes, when much comes."""

from collections.abc import Sequence

from chats.models import Chat, Message

from .arriving import insert_all
from .locking import hold, lock_known, store_all
from .receive import Incoming, chat_key, follow_address, knows_person, names_of, row_of, take_in


def receive_further(told: Sequence[Incoming]) -> list[Message | None]:
    """Store what is plain among these messages of persons; None in place of each other one.

    Whatever is special about one (somebody's first, the second of a person among these, our own, one that is here
    already, news of who they are) leaves it to `receive_message`. In a transaction of the caller's.
    """
    hold(*(name for incoming in told for name in names_of(incoming)))
    keys = [(incoming.tenant_id, chat_key(incoming)) for incoming in told]
    chats = lock_known(keys)
    rows = []
    for incoming, key in zip(told, keys, strict=True):
        chat = chats.pop(key, None)
        rows.append(_row(chat, incoming) if chat else None)
    arrived = insert_all([row for row in rows if row])
    stored = [row if row and row.pk in arrived else None for row in rows]
    for incoming, message in zip(told, stored, strict=True):
        if message:
            take_in(message.chat, message, incoming, arrived[message.pk])
    store_all([message.chat for message in stored if message])
    return stored


def _row(chat: Chat, incoming: Incoming) -> Message | None:
    """The message's row, when it is a further one of somebody who is known."""
    if incoming.from_me or chat.merged_into_id or chat.is_group or not knows_person(chat, incoming):
        return None
    follow_address(chat, incoming)
    return row_of(chat, incoming)
