"""What people write: from their phones, or on ours."""

import time
from dataclasses import dataclass, replace
from datetime import datetime

from . import contents, ids, payloads, telling
from .contents import Content
from .groups import Group
from .sessions import Session
from .store import Message
from .world import World, log, seconds_of


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
    mimetype: str | None = None
    content: bytes | None = None  # of the file, instead of a made-up one
    download: str = ""  # "failed": WAHA could not fetch the file; "skipped": it was told not to
    device: int | None = None  # the phone number carries this device's suffix, which is a bug of WAHA's
    announced: bool = True  # False: only the history knows, as when an event got lost
    uid: str = ""  # blank: a new one

    @property
    def phone_id(self) -> str:
        user, _, server = ids.chat_id(self.phone).partition("@")
        return f"{user}:{self.device}@{server}" if self.device is not None else f"{user}@{server}"

    @property
    def sender(self) -> str:
        return ids.lid_id(self.lid) if self.lid else self.phone_id

    @property
    def chat_id(self) -> str:
        return self.group or self.sender


def receive(world: World, session: Session, writing: Writing) -> str:
    """A person wrote. Returns the full message id, whether or not anybody was told."""
    writing = replace(writing, uid=writing.uid or ids.phone_uid(), at=writing.at or time.time())
    content = contents.compose(
        writing.kind,
        writing.text,
        filename=writing.filename,
        mimetype=writing.mimetype,
        quote=telling.quote(world, session, writing.quoted)[0],
    )
    return arrive(world, session, writing, content).id


def receive_album(world: World, session: Session, writing: Writing, captions: list[str]) -> list[str]:
    """Several pictures at once. Returns the ids of the album's own message and of each picture."""
    parent = arrive(world, session, replace(writing, uid=ids.phone_uid()), contents.album(len(captions), 0))
    arrived = [parent]
    for caption in captions:
        content = contents.in_album(contents.compose("image", caption), parent)
        arrived.append(arrive(world, session, replace(writing, kind="image", uid=ids.phone_uid()), content))
    return [message.id for message in arrived]


def arrive(world: World, session: Session, writing: Writing, content: Content) -> Message:
    """A message reaches the number: remembered and told, unless it is deaf for now."""
    message = _written(world, session, writing, content)
    if session.ignores(message.chat_id):
        return message
    log.info("← %s: %s", writing.name or writing.sender, writing.text or f"[{writing.kind}]")
    if session.deaf:
        session.unheard.append(lambda: _hear(world, session, writing, message))
    else:
        _hear(world, session, writing, message)
    return message


def _hear(world: World, session: Session, writing: Writing, message: Message) -> None:
    if writing.content is not None:
        world.files.keep(session.name, message.uid, writing.content)
    if message.media is not None:
        size = len(world.files.content(message))
        message = replace(message, content=_sized(message, size))
    world.store.put(message)
    if writing.group:
        _join(session, writing)
    if writing.lid and writing.phone and session.engine == payloads.GOWS:
        world.store.learn_lid(session.name, writing.lid, writing.phone)
    if writing.announced:
        telling.tell(world, session, message)


def _written(world: World, session: Session, writing: Writing, content: Content) -> Message:
    _, reply = telling.quote(world, session, writing.quoted)
    sender = session.address if writing.from_me else writing.sender
    media = content.media and replace(content.media, download=writing.download)
    return Message(
        session=session.name,
        uid=writing.uid,
        chat_id=writing.chat_id,
        from_me=writing.from_me,
        timestamp=seconds_of(writing.at),
        content=content.raw,
        body=content.body,
        push_name=session.push_name if writing.from_me else writing.name,
        participant=sender if writing.group else None,
        alternate=writing.phone_id if writing.lid and writing.phone else None,
        media=media,
        location=content.location,
        vcards=content.vcards,
        reply_to=reply,
    )


def _sized(message: Message, size: int) -> dict[str, object]:
    """The raw message with the length of its file, which the protobuf spells as text."""

    def sized(raw: dict[str, object]) -> dict[str, object]:
        return {name: _with_length(name, inner) for name, inner in raw.items()}

    def _with_length(name: str, inner: object) -> object:
        if name in contents.WRAPPERS and isinstance(inner, dict):
            return inner | {"message": sized(inner["message"])}
        return inner | {"fileLength": str(size)} if isinstance(inner, dict) and "mimetype" in inner else inner

    return sized(message.content)


def _join(session: Session, writing: Writing) -> None:
    """Whoever writes in a group is in it."""
    assert writing.group
    group = session.groups.setdefault(writing.group, Group(writing.group, "Grupo"))
    who = session.address if writing.from_me else writing.sender
    group.roles.setdefault(who, "participant")
    if writing.lid and writing.phone and not writing.from_me:
        group.phones[who] = ids.chat_id(writing.phone)
