"""An emoji on a message: put, changed, taken back."""

from chats.models import EarlyChange, Message, Reaction

OURS, THEIRS = "me", "customer"


def apply_reaction(message: Message, change: EarlyChange) -> bool:
    """The latest word of one person about one message; blank takes the reaction back, and is remembered."""
    at, emoji, author = change.at, change.data["emoji"][:32], author_of(message, change)
    known = Reaction.objects.filter(message=message, author_key=author).first()
    if known is None:
        known = Reaction(message=message, author_key=author, from_me=change.data["from_me"])
    elif (at, emoji) <= (known.reacted_at, known.emoji):
        return False
    known.emoji, known.reacted_at = emoji, at
    known.author_name = change.data.get("author_name") or known.author_name
    known.save()
    return True


def author_of(message: Message, change: EarlyChange) -> str:
    """Whose word it is. Outside groups there are two: ours, and the customer's, whichever address it came from."""
    return change.key if change.key == OURS or message.chat.is_group else THEIRS
