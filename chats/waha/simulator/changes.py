"""What happens to a message that exists: it is read, reacted to, edited, deleted."""

from dataclasses import replace

from . import contents, ids, payloads
from .sessions import Session
from .store import Json, Message
from .world import Amended, World, seconds_of

SOMEBODY = "99887766554433@lid"  # of a group, when it does not matter who


def acknowledge(
    world: World, session: Session, message_id: str, value: int, reason: str = "", reader: str | None = None
) -> None:
    """Somebody's device reports on a message. Nothing stops the value from falling.

    `reason` is WhatsApp's for an ERROR, in the engine's data; `reader` is who, in a group.
    KeyError for a message nobody knows.
    """
    message = world.store.change(session.name, message_id, ack=value)
    if message is None:
        raise KeyError(message_id)
    payload = payloads.ack(
        message,
        value,
        session.engine,
        world.url,
        our=session.address,
        our_lid=session.hidden_address,
        reader=ids.chat_id(reader) if reader else SOMEBODY,
        reason=reason,
    )
    # Status posts and groups are acknowledged reader by reader.
    event = "message.ack.group" if message.participant else "message.ack"
    world.emit(session, payload, event)


def mark_read(world: World, session: Session, messages: list[Message]) -> None:
    """We read what others wrote: WAHA reports that as acks of their messages."""
    for message in messages:
        acknowledge(world, session, message.id, 3)


def edit(world: World, session: Session, message_id: str, text: str) -> str:
    """The author changes the text. Returns the id of the edit, which is not the message's."""
    target = known(world, session, message_id)
    return _edit(world, session, target, text, source="app").id


def revoke(world: World, session: Session, message_id: str) -> str:
    """The author deletes it for everyone. Returns the id of the deletion."""
    return _revoke(world, session, known(world, session, message_id), source="app").id


def react(
    world: World,
    session: Session,
    message_id: str,
    emoji: str,
    *,
    from_me: bool = False,
    phone: str | None = None,
) -> str:
    """Blank `emoji` takes the reaction back; `phone` is whose it is, in a group. Returns its id."""
    target = known(world, session, message_id)
    by = session.address if from_me else ids.chat_id(phone) if phone else target.participant
    return _react(world, session, target, emoji, by=by, from_me=from_me, source="app").id


def edit_ours(world: World, session: Session, target: Message, text: str) -> Message:
    """Our software edits. Returns the message that carries the edit."""
    world.amended.append(Amended(session.name, "edit", target.uid, text))
    return _edit(world, session, target, text, source="api")


def revoke_ours(world: World, session: Session, target: Message) -> Message:
    world.amended.append(Amended(session.name, "revoke", target.uid))
    return _revoke(world, session, target, source="api")


def react_ours(world: World, session: Session, target: Message, emoji: str) -> Message:
    world.amended.append(Amended(session.name, "reaction", target.uid, emoji))
    return _react(world, session, target, emoji, by=session.address, from_me=True, source="api")


def known(world: World, session: Session, message_id: str) -> Message:
    message = world.store.get(session.name, message_id)
    if message is None:
        raise KeyError(message_id)
    return message


def _edit(world: World, session: Session, target: Message, text: str, *, source: str) -> Message:
    kind = next(iter(target.content), "extendedTextMessage")
    edited = {kind: text} if kind == "conversation" and source == "app" else contents.retold(target.content, text)
    protocol: Json = {
        "key": payloads.noweb_key(target),
        "type": 14 if source == "app" else "MESSAGE_EDIT",
        "editedMessage": edited,
        "timestampMs": str(seconds_of(None) * 1000),
    }
    act = _act_on(target, {"protocolMessage": protocol}, text, source)
    world.store.change(session.name, target.id, body=text, content=edited)
    payload = payloads.edited(act, target, text, session.engine, world.url, our=session.address)
    world.emit(session, payload, "message.edited")
    return act


def _revoke(world: World, session: Session, target: Message, *, source: str) -> Message:
    protocol: Json = {"key": payloads.noweb_key(target), "type": 0 if source == "app" else "REVOKE"}
    act = _act_on(target, {"protocolMessage": protocol}, None, source)
    world.store.remove(session.name, target.id)
    world.emit(
        session, payloads.revoked(act, target, session.engine, world.url, our=session.address), "message.revoked"
    )
    return act


def _react(
    world: World, session: Session, target: Message, emoji: str, *, by: str | None, from_me: bool, source: str
) -> Message:
    said = {"key": payloads.noweb_key(target), "text": emoji, "senderTimestampMs": str(seconds_of(None) * 1000)}
    act = _act_on(target, {"reactionMessage": said}, None, source)
    act = replace(act, from_me=from_me, participant=by if ids.is_group(target.chat_id) else None)
    payload = payloads.reaction(act, target, emoji, session.engine, our=session.address)
    world.emit(session, payload, "message.reaction")
    return act


def _act_on(target: Message, content: Json, body: str | None, source: str) -> Message:
    """A message about a message, by the same author, never stored."""
    ours = source == "api"
    return replace(
        target,
        uid=ids.sent_uid() if ours else ids.phone_uid(),
        timestamp=seconds_of(None),
        content=content,
        body=body,
        source=source,
        ack=0 if ours else 2,
        media=None,
        location=None,
        vcards=None,
        reply_to=None,
    )
