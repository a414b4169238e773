"""An emoji on a message: put, changed, taken back."""

from chats.models import EarlyChange, Message, Reaction


def apply_reaction(message: Message, change: EarlyChange) -> bool:
    """The latest word of one person about one message; blank takes the reaction back, and is remembered."""
    at, emoji = change.at, change.data["emoji"][:32]
    known = Reaction.objects.filter(message=message, author_key=change.key).first()
    if known is None:
        known = Reaction(message=message, author_key=change.key, from_me=change.data["from_me"])
    elif (at, emoji) <= (known.reacted_at, known.emoji):
        return False
    known.emoji, known.reacted_at = emoji, at
    known.author_name = change.data.get("author_name") or known.author_name
    known.save()
    return True
