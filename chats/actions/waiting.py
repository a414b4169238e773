"""A message that could not be deciphered comes after all, and takes the place of the line that stood for it."""

from typing import Any

from chats.models import Chat, Message, MessageType

from .bookkeeping import show_in_list

KIND = "waiting"
# What the line that stands for it knows already, or what is ours to know.
KEPT = {"id", "chat", "seq", "created_at", "message_id", "from_me", "session"}


def fill_waiting(chat: Chat, arrived: Message) -> Message | None:
    """Give the stored line what has arrived under its id; None when the stored one is the message itself."""
    found = Message.objects.filter(
        chat=chat, session_id=arrived.session_id, from_me=arrived.from_me, message_id=arrived.message_id
    ).first()
    if found is None or not is_waiting(found) or is_waiting(arrived):
        return None
    metadata = _with_votes(found.metadata, arrived.metadata)
    for column in Message._meta.concrete_fields:
        if column.name not in KEPT and not (column.name == "body" and found.edited_at):
            setattr(found, column.attname, getattr(arrived, column.attname) or getattr(found, column.attname))
    found.metadata, found.seq = metadata, chat.seq
    found.save()
    if first := found.edits.order_by("edited_at", "edit_id").first():
        # What it said before the first edit is known only now.
        first.old_body = arrived.body or ""
        first.save(update_fields=["old_body"])
    if chat.latest_message_id == found.pk:
        show_in_list(chat, found)
    return found


def _with_votes(before: dict[str, Any], arrived: dict[str, Any]) -> dict[str, Any]:
    """What has arrived, with the votes that came before their poll."""
    votes = before.get("poll", {}).get("votes")
    return arrived | {"poll": {**arrived.get("poll", {}), "votes": votes}} if votes else arrived


def is_waiting(message: Message) -> bool:
    return message.type == MessageType.UNKNOWN and message.metadata.get("kind") == KIND
