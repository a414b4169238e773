"""How a message is told to the webhooks, and what it says about the one it answers."""

from . import contents, payloads
from .sessions import Session
from .store import Json, Message
from .world import World

REPLY_MEDIA_SINCE = (2026, 4, 1)


def tell(world: World, session: Session, message: Message) -> None:
    """Emit a message; one of somebody else fires `message` too.

    With the same event id as `message.any`; on WEBJS, which builds two objects, with another.
    """
    payload = payloads.message(message, session.engine, world.url, our=session.address)
    if message.from_me:
        world.emit(session, payload, "message.any")
    elif session.engine == payloads.WEBJS:
        world.emit(session, payload, "message.any")
        world.emit(session, payload, "message")
    else:
        world.emit(session, payload, "message", "message.any")


def quote(world: World, session: Session, quoted_id: str | None) -> tuple[Json | None, Json | None]:
    """The raw quote and WAHA's replyTo; nothing of both for a message nobody knows."""
    quoted = world.store.get(session.name, quoted_id) if quoted_id else None
    if quoted is None:
        return None, None
    sender = session.address if quoted.from_me else quoted.participant or quoted.chat_id
    with_media = world.options.at_least(REPLY_MEDIA_SINCE)
    return contents.quote_of(quoted, sender), payloads.reply_to(quoted, sender, with_media=with_media)
