"""WhatsApp's side: what people write, what arrives, what is read, edited, deleted."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from . import contents, ids, payloads
from .sessions import Session
from .store import Json, Message
from .world import Sent, World, log, seconds_of

REPLY_MEDIA_SINCE = (2026, 4, 1)
FIRST_ACK = {"GOWS": 1}  # others begin with 0, PENDING


@dataclass(frozen=True, slots=True)
class Writing:
    """A message that a person types: who, where, what, when."""

    phone: str = ""  # blank: known by a LID only
    text: str = ""
    name: str | None = None
    kind: str = "text"
    quoted: str | None = None
    lid: str | None = None
    group: str | None = None
    at: datetime | float | None = None
    from_me: bool = False
    filename: str | None = None
    announced: bool = True  # False: only the history knows, as when an event got lost

    @property
    def sender(self) -> str:
        return ids.lid_id(self.lid) if self.lid else ids.chat_id(self.phone)

    @property
    def chat_id(self) -> str:
        return self.group or self.sender


def receive(world: World, session: Session, writing: Writing) -> str:
    """A person wrote. Returns the full message id, whether or not anybody was told."""
    message = _written(world, session, writing)
    if session.ignores(message.chat_id):
        return message.id
    world.store.put(message)
    if writing.lid and writing.phone and session.engine == payloads.GOWS:
        world.store.learn_lid(session.name, writing.lid, writing.phone)
    if writing.announced:
        tell(world, session, message)
    log.info("← %s: %s", writing.name or writing.sender, writing.text or f"[{writing.kind}]")
    return message.id


def tell(world: World, session: Session, message: Message) -> None:
    """Emit a message; one of somebody else fires `message` too, with the same event id."""
    payload = payloads.message(message, session.engine, world.url)
    world.emit(session, payload, *(["message.any"] if message.from_me else ["message", "message.any"]))


def send(world: World, session: Session, chat: str, text: str, *, uid: str | None, reply_to: str | None) -> Message:
    """Our software sends a text: stored, echoed, then acknowledged as the options say."""
    quote, reply = _quote(world, session, reply_to)
    message = Message(
        session=session.name,
        uid=uid or ids.sent_uid(),
        chat_id=chat,
        from_me=True,
        timestamp=seconds_of(None),
        content=contents.extended_text(text, quote),
        body=text,
        source="api",
        ack=FIRST_ACK.get(session.engine, 0),
        reply_to=reply,
    )
    world.store.put(message)
    sent = Sent(session.name, chat, text, message.uid, reply_to)
    world.sent.append(sent)
    log.info("→ sent to %s: %s", chat, text)
    tell(world, session, message)
    _acknowledge_later(world, session, message)
    for listener in world.on_sent:
        listener(sent)
    return message


def acknowledge(world: World, session: Session, message_id: str, value: int) -> None:
    """Somebody's device reports on a message. Nothing stops the value from falling."""
    message = world.store.change(session.name, message_id, ack=value)
    if message is None:
        raise KeyError(message_id)
    event = "message.ack.group" if message.participant else "message.ack"
    world.emit(session, payloads.ack(message, value), event)


def edit(world: World, session: Session, message_id: str, text: str) -> str:
    """The author changes the text. Returns the id of the edit, which is not the message's."""
    target = _known(world, session, message_id)
    kind = next(iter(target.content))
    protocol: Json = {
        "key": payloads.noweb_key(target),
        "type": 14,
        "editedMessage": {kind: text} if kind == "conversation" else contents.extended_text(text, None),
        "timestampMs": str(seconds_of(None) * 1000),
    }
    act = _act_on(target, {"protocolMessage": protocol}, text)
    world.store.change(session.name, message_id, body=text, content=protocol["editedMessage"])
    payload = payloads.message(act, session.engine, world.url) | {"editedMessageId": target.uid}
    world.emit(session, payload, "message.edited")
    return act.id


def revoke(world: World, session: Session, message_id: str) -> str:
    """The author deletes it for everyone. Returns the id of the deletion."""
    target = _known(world, session, message_id)
    protocol: Json = {"key": payloads.noweb_key(target), "type": 0}
    act = _act_on(target, {"protocolMessage": protocol}, None)
    world.store.remove(session.name, message_id)
    world.emit(session, payloads.revoked(act, target, session.engine, world.url), "message.revoked")
    return act.id


def react(world: World, session: Session, message_id: str, emoji: str, *, from_me: bool = False) -> str:
    """Blank `emoji` takes the reaction back. Returns the id of the reaction."""
    target = _known(world, session, message_id)
    act = replace(_act_on(target, {}, None), from_me=from_me)
    world.emit(session, payloads.reaction(act, target, emoji), "message.reaction")
    return act.id


def show_presence(world: World, session: Session, chat: str, state: str) -> None:
    """State is online, offline, typing, recording or paused."""
    world.emit(session, payloads.presence(ids.chat_id(chat), state), "presence.update")


def ring(world: World, session: Session, phone: str, *, answered: bool | None, video: bool) -> str:
    """A call comes in, and is accepted, rejected or (None) left ringing. Returns its id."""
    call_id, moment = ids.phone_uid(), seconds_of(None)
    steps = {None: [], True: [("accept", "accepted")], False: [("reject", "rejected")]}[answered]
    for status, name in [("offer", "received"), *steps]:
        payload = payloads.call(call_id, ids.chat_id(phone), moment, status, video=video)
        world.emit(session, payload, f"call.{name}")
    return call_id


def mark_read(world: World, session: Session, messages: list[Message]) -> None:
    """We read what others wrote: WAHA reports that as acks of their messages."""
    for message in messages:
        acknowledge(world, session, message.id, 3)


def _written(world: World, session: Session, writing: Writing) -> Message:
    quote, reply = _quote(world, session, writing.quoted)
    content = contents.compose(writing.kind, writing.text, filename=writing.filename, quote=quote)
    lid_and_phone = writing.lid and writing.phone
    if writing.from_me:
        participant = session.address if writing.group else None
    else:
        participant = writing.sender if writing.group else None
    return Message(
        session=session.name,
        uid=ids.phone_uid(),
        chat_id=writing.chat_id,
        from_me=writing.from_me,
        timestamp=seconds_of(writing.at),
        content=content.raw,
        body=content.body,
        push_name=session.push_name if writing.from_me else writing.name,
        participant=participant,
        alternate=ids.chat_id(writing.phone) if lid_and_phone else None,
        media=content.media,
        location=content.location,
        vcards=content.vcards,
        reply_to=reply,
    )


def _quote(world: World, session: Session, quoted_id: str | None) -> tuple[Json | None, Json | None]:
    """The raw quote and WAHA's replyTo; nothing of both for a message nobody knows."""
    quoted = world.store.get(session.name, quoted_id) if quoted_id else None
    if quoted is None:
        return None, None
    sender = session.address if quoted.from_me else quoted.participant or quoted.chat_id
    with_media = world.options.at_least(REPLY_MEDIA_SINCE)
    return contents.quote_of(quoted, sender), payloads.reply_to(quoted, sender, with_media=with_media)


def _acknowledge_later(world: World, session: Session, message: Message) -> None:
    delays = list(world.options.ack_delays)
    if not session.is_registered(message.chat_id):
        delays = delays[:1]  # accepted by the server, and never arrives
    for value, delay in enumerate(delays, 1):
        if value > message.ack:
            world.scheduler.after(delay, partial(_raise_ack, world, session, message.uid, value))


def _raise_ack(world: World, session: Session, uid: str, value: int) -> None:
    """Nothing when it was deleted since, or somebody reported more."""
    known = world.store.get(session.name, uid)
    if known is not None and known.ack < value:
        acknowledge(world, session, uid, value)


def _known(world: World, session: Session, message_id: str) -> Message:
    message = world.store.get(session.name, message_id)
    if message is None:
        raise KeyError(message_id)
    return message


def _act_on(target: Message, content: Json, body: str | None) -> Message:
    """A message about a message, by the same author, never stored."""
    return replace(
        target,
        uid=ids.phone_uid(),
        timestamp=seconds_of(None),
        content=content,
        body=body,
        source="app",
        ack=2,
        media=None,
        location=None,
        vcards=None,
        reply_to=None,
    )
