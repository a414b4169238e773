"""WAHA's payloads as each engine writes them, from the same message: what differs is what these builders know."""

import itertools
from typing import Any

from tests.factories import NOON
from tests.webhooks import JOAO, Event

NOWEB, GOWS, WEBJS = "NOWEB", "GOWS", "WEBJS"
ENGINES = [NOWEB, GOWS, WEBJS]
ME = "5511900000001"
CHAT = f"{JOAO}@c.us"
GROUP = "120363041234567890@g.us"
LID = "99887766554433@lid"
FILE = {"url": "http://127.0.0.1:3000/api/files/default/X", "filename": None, "mimetype": None}

# Go abbreviates where Baileys does not.
GO_NAMES = {
    "url": "URL",
    "ptt": "PTT",
    "stanzaId": "stanzaID",
    "mentionedJid": "mentionedJID",
    "sourceUrl": "sourceURL",
    "sourceId": "sourceID",
    "remoteJid": "remoteJID",
    "buttonParamsJson": "buttonParamsJSON",
}
_numbers = itertools.count(1)


def event(name: str, payload: dict[str, Any], *, at: float = 0) -> Event:
    """Any event, told `at` seconds after noon by WAHA's clock."""
    moment = int((NOON.timestamp() + at) * 1000)
    return Event(name, payload, id=f"evt_e{next(_numbers):025d}", timestamp=moment)


def message(
    engine: str,
    raw: dict[str, Any],
    webjs: dict[str, Any] | None = None,
    *,
    name: str = "message.any",
    body: str | None = None,
    chat: str = CHAT,
    writer: str = "",
    also: str = "",
    from_me: bool = False,
    at: float = 0,
    message_id: str = "",
    push_name: str = "João da Silva",
    media: str = "",
    **payload: Any,
) -> Event:
    """A message: `raw` is WhatsApp's own, `webjs` what WEBJS makes of it.

    In a group `writer` wrote it; `also` is the other address of the writer, or of the chat's person.
    """
    bare = message_id or f"3EB0{next(_numbers):016X}"
    is_group = chat.endswith("@g.us")
    full = f"{'true' if from_me else 'false'}_{chat}_{bare}" + (f"_{writer}" if is_group else "")
    told: dict[str, Any] = {
        "id": full,
        "timestamp": int(NOON.timestamp() + at),
        "fromMe": from_me,
        "source": "app",
        "body": body,
        "hasMedia": bool(media),
        "media": {**FILE, "mimetype": media} if media else None,
        "ack": None if engine == GOWS else 2,
        "ackName": "DEVICE",
        "location": None,
        "vCards": None,
        "replyTo": None,
    }
    told |= _who(engine, chat, writer, from_me=from_me)
    told["_data"] = {
        NOWEB: lambda: _noweb(raw, chat, bare, writer, also, from_me, push_name),
        GOWS: lambda: _gows(raw, chat, bare, writer, also, from_me, push_name),
        WEBJS: lambda: _webjs(webjs or {"type": "chat"}, full, chat, bare, from_me, push_name),
    }[engine]()
    return event(name, told | payload, at=at)


def says(engine: str, text: str, **more: Any) -> Event:
    """A plain text."""
    return message(engine, {"conversation": text}, {"type": "chat"}, body=text, **more)


def reacts(
    engine: str, emoji: str, to: str, *, chat: str = CHAT, writer: str = "", from_me: bool = False, at: float = 0
) -> Event:
    """An emoji on the message with the full id `to`; WEBJS tells the person in `from` and the chat in `to`."""
    person = f"{ME}@c.us" if from_me else writer or chat
    payload: dict[str, Any] = {
        "id": f"{'true' if from_me else 'false'}_{chat}_RE{next(_numbers)}",
        "timestamp": int(NOON.timestamp() + at),
        "fromMe": from_me,
        "source": "app",
        "reaction": {"text": emoji, "messageId": to},
    }
    payload |= _who(engine, chat, writer, from_me=from_me)
    if engine == WEBJS:
        payload |= {"from": person, "participant": person, "to": chat, "timestamp": NOON.timestamp() + at}
    return event("message.reaction", payload, at=at)


def edits(
    engine: str, text: str, of: str, *, at: float = 1, from_me: bool = False, edit_id: str = "", chat: str = CHAT
) -> Event:
    """The text of the message with the bare id `of` changes; WEBJS gives the message's own id and time."""
    if engine == WEBJS:
        made = message(WEBJS, {}, {"type": "chat"}, body=text, message_id=of, from_me=from_me, chat=chat)
        changed = made.payload["_data"] | {"latestEditSenderTimestampMs": int((NOON.timestamp() + at) * 1000)}
        payload = made.payload | {
            "editedMessageId": of,
            "_data": {"message": {"_data": changed}, "newBody": text, "prevBody": "?"},
        }
        return event("message.edited", payload, at=at)
    key = {"remoteJid": chat, "fromMe": from_me, "id": of}
    key = key if engine == NOWEB else {"remoteJID": chat, "fromMe": from_me, "ID": of}
    raw = {"protocolMessage": {"key": key, "type": 14, "editedMessage": {"conversation": text}}}
    return message(
        engine,
        raw,
        name="message.edited",
        body=text,
        at=at,
        message_id=edit_id,
        from_me=from_me,
        chat=chat,
        editedMessageId=of,
    )


def revokes(engine: str, of: str, *, at: float = 1, from_me: bool = False, chat: str = CHAT) -> Event:
    """The message with the bare id `of` is deleted for everyone; only WEBJS still has what it said."""
    after = message(engine, {"protocolMessage": {"type": 0}}, {"type": "revoked"}, from_me=from_me, at=at, chat=chat)
    before = says(engine, "?", message_id=of, from_me=from_me, chat=chat).payload if engine == WEBJS else None
    payload = {"after": after.payload, "before": before, "revokedMessageId": None if engine == WEBJS else of}
    return event("message.revoked", payload, at=at)


def votes(
    engine: str,
    options: list[str],
    poll: str,
    *,
    chat: str = CHAT,
    writer: str = "",
    from_me: bool = False,
    at: int = 0,
) -> Event:
    """A vote in the poll with the full id `poll`."""
    vote = {
        "id": f"false_{chat}_VO{next(_numbers)}",
        "from": chat if engine != WEBJS or not writer else writer,
        "to": f"{ME}@c.us",
        "participant": writer or None,
        "fromMe": from_me,
        "selectedOptions": options,
        "timestamp": int((NOON.timestamp() + at) * 1000),
    }
    return event("poll.vote", {"vote": vote, "poll": {"id": poll, "fromMe": False}}, at=at)


def calls(state: str, *, call_id: str | None = "CALL1", caller: str = CHAT, at: float = 0, **more: Any) -> Event:
    """`state`: received, rejected or accepted."""
    payload = {"id": call_id, "from": caller, "timestamp": NOON.timestamp() + at, "isVideo": False, "isGroup": False}
    return event(f"call.{state}", payload | {"_data": {}} | more, at=at)


def presence(doing: str, *, chat: str = CHAT, person: str = "", last_seen: int | None = None) -> Event:
    """Somebody types, records, comes or goes."""
    told = {"participant": person or chat, "lastKnownPresence": doing, "lastSeen": last_seen}
    return event("presence.update", {"id": chat, "presences": [told]})


def _who(engine: str, chat: str, writer: str, *, from_me: bool) -> dict[str, Any]:
    is_group = chat.endswith("@g.us")
    if engine == WEBJS:
        theirs = {"from": chat, "to": f"{ME}@c.us"}
        return ({"from": f"{ME}@c.us", "to": chat} if from_me else theirs) | {"participant": writer or None}
    to = chat if engine == NOWEB else writer
    return {"from": chat, "to": to if is_group else None, "participant": writer if is_group else None}


def _noweb(
    raw: dict[str, Any], chat: str, bare: str, writer: str, also: str, from_me: bool, push_name: str
) -> dict[str, Any]:
    key = {"remoteJid": chat.replace("@c.us", "@s.whatsapp.net"), "fromMe": from_me, "id": bare}
    if writer:
        key |= {"participant": writer} | ({"participantAlt": also} if also else {})
    elif also:
        key |= {"remoteJidAlt": also}
    return {"key": key, "message": raw, "pushName": push_name, "status": 3}


def _gows(
    raw: dict[str, Any], chat: str, bare: str, writer: str, also: str, from_me: bool, push_name: str
) -> dict[str, Any]:
    info: dict[str, Any] = {
        "Chat": chat.replace("@c.us", "@s.whatsapp.net"),
        "Sender": f"{ME}:7@s.whatsapp.net" if from_me else writer or chat,
        "IsFromMe": from_me,
        "IsGroup": bool(writer),
        "ID": bare,
        "PushName": push_name,
        "SenderAlt": "" if from_me else also,
        "RecipientAlt": also if from_me else "",
    }
    return {"Info": info, "Message": _go(raw), "Status": 0}


def _go(value: Any) -> Any:
    if isinstance(value, list):
        return [_go(item) for item in value]
    if isinstance(value, dict):
        return {GO_NAMES.get(name, name): _go(item) for name, item in value.items()}
    return value


def _webjs(fields: dict[str, Any], full: str, chat: str, bare: str, from_me: bool, push_name: str) -> dict[str, Any]:
    key = {"fromMe": from_me, "remote": chat, "id": bare, "_serialized": full}
    return {"id": key, "notifyName": push_name, **fields}
