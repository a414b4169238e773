"""What our software sends: stored, echoed to the webhooks, then acknowledged."""

import hashlib
from dataclasses import dataclass, field
from functools import partial

from . import changes, ids, telling
from .contents import Content
from .payloads import GOWS, WEBJS
from .sessions import Session
from .store import Json, Message
from .world import Sent, SentFile, World, log, seconds_of

FIRST_ACK = {GOWS: 1, WEBJS: 1}  # NOWEB begins with 0, PENDING


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way out. `details` is what a kind says beyond text and file."""

    chat_id: str
    kind: str
    content: Content
    uid: str | None = None
    reply_to: str | None = None
    reply: Json | None = None  # what WAHA says about the quoted message
    file: bytes | None = None
    filename: str | None = None
    mentions: list[str] = field(default_factory=list)
    details: Json = field(default_factory=dict)


def send(world: World, session: Session, outgoing: Outgoing) -> Message:
    message = _made(session, outgoing)
    if outgoing.file is not None:
        world.files.keep(session.name, message.uid, outgoing.file)
    world.store.put(message)
    sent = _recorded(session, outgoing, message)
    world.sent.append(sent)
    log.info("→ sent to %s: %s", sent.chat_id, sent.text or f"[{sent.kind}]")
    telling.tell(world, session, message)
    _acknowledge_later(world, session, message)
    for listener in world.on_sent:
        listener(sent)
    return message


def _made(session: Session, outgoing: Outgoing) -> Message:
    content = outgoing.content
    return Message(
        session=session.name,
        uid=outgoing.uid or ids.sent_uid(),
        chat_id=outgoing.chat_id,
        from_me=True,
        timestamp=seconds_of(None),
        content=content.raw,
        body=content.body,
        source="api",
        ack=FIRST_ACK.get(session.engine, 0),
        participant=session.address if ids.is_group(outgoing.chat_id) else None,
        media=content.media,
        location=content.location,
        vcards=content.vcards,
        reply_to=outgoing.reply,
    )


def _recorded(session: Session, outgoing: Outgoing, message: Message) -> Sent:
    file = None
    if message.media is not None and outgoing.file is not None:
        digest = hashlib.sha256(outgoing.file).hexdigest()
        file = SentFile(message.media.mimetype, outgoing.filename, len(outgoing.file), digest)
    return Sent(
        session=session.name,
        chat_id=outgoing.chat_id,
        text=message.body or "",
        id=message.uid,
        reply_to=outgoing.reply_to,
        kind=outgoing.kind,
        file=file,
        mentions=outgoing.mentions,
        details=outgoing.details,
    )


def _acknowledge_later(world: World, session: Session, message: Message) -> None:
    delays = list(world.options.ack_delays)
    if world.doomed.reason:
        reason = world.doomed.reason
        act = partial(changes.acknowledge, world, session, message.uid, -1, reason)
        world.scheduler.after(delays[0] if delays else 0, act)
        return
    if not session.is_registered(message.chat_id):
        delays = delays[:1]  # accepted by the server, and never arrives
    for value, delay in enumerate(delays, 1):
        if value > message.ack:
            world.scheduler.after(delay, partial(_raise_ack, world, session, message.uid, value))


def _raise_ack(world: World, session: Session, uid: str, value: int) -> None:
    """Nothing when it was deleted since, or somebody reported more."""
    known = world.store.get(session.name, uid)
    if known is not None and 0 <= known.ack < value:
        changes.acknowledge(world, session, uid, value)
