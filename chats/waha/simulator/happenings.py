"""What happens around messages: presence, calls, votes, labels, archived chats, unread ciphers."""

import time
from dataclasses import replace

from . import changes, gows, ids, payloads
from .payloads import GOWS, NOWEB, WEBJS
from .sessions import Session
from .store import Json, Message
from .world import World, now_ms, seconds_of

CALL_STATES = {"received": "offer", "accepted": "accept", "rejected": "reject"}
LABEL_COLOURS = ("#ff9484", "#64c4ff", "#fffd8f", "#dfaef0", "#99b6c1", "#55ccb3", "#ff9dff", "#d3a91d")


def show_presence(world: World, session: Session, chat: str, state: str, *, participant: str | None = None) -> None:
    """State is online, offline, typing, recording or paused; `participant` is who it is in a group."""
    chat_id = ids.chat_id(chat)
    who = ids.chat_id(participant) if participant else chat_id
    seen: Json = {"participant": who, "lastKnownPresence": state, "lastSeen": None}
    if state == "offline":
        seen["lastSeen"] = seconds_of(None)
    session.presences[chat_id] = seen
    world.emit(session, {"id": chat_id, "presences": [seen]}, "presence.update")


def ring(
    world: World, session: Session, phone: str, *, states: tuple[str, ...], video: bool, group: bool, call_id: str
) -> str:
    """A call goes through these states, in this order. Returns its id, a new one if blank."""
    call_id, moment = call_id or ids.phone_uid(), seconds_of(None)
    for state in states:
        if state not in CALL_STATES:
            raise ValueError(f"No state of a call {state!r}: one of {', '.join(CALL_STATES)}")
        if state == "accepted" and session.engine == WEBJS:
            continue  # which does not tell
        payload = _call(session, call_id, ids.chat_id(phone), moment, state, video=video, group=group)
        world.emit(session, payload, f"call.{state}")
    return call_id


def vote(world: World, session: Session, poll_id: str, phone: str, options: list[str], *, readable: bool = True) -> str:
    """Somebody's whole choice now, which replaces what they chose before. Returns the vote's id.

    Unless `readable`, WAHA cannot decrypt it and says poll.vote.failed.
    """
    poll = changes.known(world, session, poll_id)
    voter = ids.chat_id(phone)
    act = Message(session.name, ids.phone_uid(), poll.chat_id, False, seconds_of(None), {})
    if ids.is_group(poll.chat_id):
        act = replace(act, participant=voter)
    chosen: list[str] | None = options if readable else None if session.engine == GOWS else []
    told = _destination(session, act) | {"selectedOptions": chosen, "timestamp": now_ms()}
    if session.engine == WEBJS:
        told["id"] = ids.full_id(False, poll.chat_id, poll.uid, act.participant)
    payload = {"vote": told, "poll": _destination(session, poll), "_data": _vote_data(session, act, poll)}
    world.emit(session, payload, "poll.vote" if readable else "poll.vote.failed")
    return act.id


def label(world: World, session: Session, label_id: str, name: str, colour: int, *, deleted: bool) -> None:
    """A label of WhatsApp Business is made, renamed or (`deleted`) removed. WEBJS does not tell."""
    told: Json = {"id": label_id, "name": name, "color": colour}
    told["colorHex"] = LABEL_COLOURS[colour % len(LABEL_COLOURS)]
    if deleted:
        session.labels.pop(label_id, None)
    else:
        session.labels[label_id] = told
    if session.engine != WEBJS:
        world.emit(session, told, "label.deleted" if deleted else "label.upsert")


def label_chat(world: World, session: Session, chat: str, label_id: str, *, removed: bool) -> None:
    """A chat gets a label, or loses it. WAHA may not know the label, which is null then."""
    chat_id = ids.chat_id(chat)
    worn = [known for known in session.chat_labels.get(chat_id, []) if known != label_id]
    session.chat_labels[chat_id] = worn if removed else [*worn, label_id]
    payload = {"labelId": label_id, "chatId": chat_id, "label": session.labels.get(label_id)}
    world.emit(session, payload, "label.chat.deleted" if removed else "label.chat.added")


def archive(world: World, session: Session, chat: str, *, archived: bool) -> None:
    """Only WEBJS tells."""
    if session.engine == WEBJS:
        payload = {"id": ids.chat_id(chat), "archived": archived, "timestamp": seconds_of(None)}
        world.emit(session, payload, "chat.archive")


def wait_for_message(world: World, session: Session, phone: str) -> str:
    """A message that could not be decrypted yet; only WEBJS tells. Returns the id it will have."""
    chat = ids.chat_id(phone)
    cipher = Message(session.name, ids.phone_uid(), chat, False, seconds_of(None), {"ciphertext": {}}, body="")
    if session.engine == WEBJS:
        payload = payloads.message(cipher, session.engine, world.url, our=session.address)
        world.emit(session, payload, "message.waiting")
    return cipher.id


def _call(session: Session, call_id: str, chat_id: str, moment: int, state: str, *, video: bool, group: bool) -> Json:
    data: Json = {"id": call_id, "from": ids.jid(chat_id), "chatId": ids.jid(chat_id)}
    data |= {"status": CALL_STATES[state], "isVideo": video, "isGroup": group}
    data |= {"date": gows.moment(moment), "offline": False}
    if session.engine == GOWS:
        data = {"From": ids.jid(chat_id), "Timestamp": gows.moment(moment), "CallCreator": ids.jid(chat_id)}
        data |= {"CallID": call_id, "RemotePlatform": "android", "Media": "video" if video else "audio"}
    timestamp: float = moment if session.engine == NOWEB else moment + 0.283
    return {
        "id": call_id,
        "from": chat_id,
        "timestamp": timestamp if session.engine != WEBJS else moment,
        "isVideo": video,
        "isGroup": group,
        "_data": data,
    }


def _destination(session: Session, message: Message) -> Json:
    """Where a vote or a poll is; we are "me", but by our number on WEBJS."""
    our = session.address if session.engine == WEBJS else "me"
    group = ids.is_group(message.chat_id)
    sender = message.participant if group else our if message.from_me else message.chat_id
    told: Json = {"id": message.id, "to": message.chat_id if message.from_me or group else our}
    told |= {"from": sender, "fromMe": message.from_me}
    return told | ({"participant": message.participant} if message.participant else {})


def _vote_data(session: Session, act: Message, poll: Message) -> Json:
    if session.engine == WEBJS:
        return {"voter": act.participant or act.chat_id, "interractedAtTs": int(time.time() * 1000)}
    secret = {"encPayload": "AAAA", "encIv": "AAAA"}
    update = {"pollUpdateMessage": {"pollCreationMessageKey": payloads.noweb_key(poll), "vote": secret}}
    return payloads.data(replace(act, content=update), session.engine, session.address)
