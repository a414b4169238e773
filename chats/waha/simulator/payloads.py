"""WAHA's JSON for messages and what happens to them, as NOWEB and as GOWS spell it."""

from datetime import UTC, datetime

from . import ids
from .store import Json, Message

ACK_NAMES = {-1: "ERROR", 0: "PENDING", 1: "SERVER", 2: "DEVICE", 3: "READ", 4: "PLAYED"}
GOWS = "GOWS"


def message(shown: Message, engine: str, base_url: str, *, with_media: bool = True) -> Json:
    """A message as message.any and the history show it. Times are seconds."""
    group = ids.is_group(shown.chat_id)
    payload: Json = {
        "id": shown.id,
        "timestamp": shown.timestamp,
        "from": shown.chat_id,
        "fromMe": shown.from_me,
        "source": shown.source,
        "body": shown.body,
    }
    if group:
        # NOWEB says the group, GOWS the one who wrote.
        payload["to"] = shown.participant if engine == GOWS else shown.chat_id
        payload["participant"] = shown.participant
    return payload | {
        "hasMedia": shown.media is not None,
        "media": _media(shown, base_url) if with_media else None,
        "ack": shown.ack,
        "ackName": ACK_NAMES[shown.ack],
        "location": shown.location,
        "vCards": shown.vcards,
        "replyTo": shown.reply_to,
        "_data": _gows_data(shown) if engine == GOWS else noweb_data(shown),
    }


def noweb_data(shown: Message) -> Json:
    """The Baileys message behind it."""
    data: Json = {"key": noweb_key(shown), "message": shown.content}
    if shown.ack == 0:
        # Just handed to the engine: still spelled as protobuf spells it.
        return data | {"messageTimestamp": str(shown.timestamp), "status": "PENDING"}
    data["messageTimestamp"] = shown.timestamp
    if shown.push_name:
        data["pushName"] = shown.push_name
    return data | {"status": max(shown.ack + 1, 0)}


def noweb_key(shown: Message) -> Json:
    key: Json = {"remoteJid": ids.jid(shown.chat_id), "fromMe": shown.from_me, "id": shown.uid}
    if shown.participant:
        key["participant"] = ids.jid(shown.participant)
    if shown.participant and shown.alternate:
        key["participantAlt"] = ids.jid(shown.alternate)
    elif shown.alternate:
        key |= {"senderPn": ids.jid(shown.alternate), "remoteJidAlt": ids.jid(shown.alternate)}
    if shown.source == "app" and (shown.participant or shown.chat_id).endswith("@lid"):
        key["addressingMode"] = "lid"
    return key


def api_answer(sent: Message, engine: str) -> Json:
    """What a send answers: the raw message of the engine, never normalised."""
    if engine == GOWS:
        return {"id": sent.id, "_data": _gows_data(sent)}
    return noweb_data(sent)


def ack(shown: Message, value: int) -> Json:
    payload: Json = {"id": shown.id, "from": shown.chat_id}
    if shown.participant:
        payload |= {"to": shown.chat_id, "participant": shown.participant}
    return payload | {"fromMe": shown.from_me, "ack": value, "ackName": ACK_NAMES[value]}


def reaction(act: Message, target: Message, emoji: str) -> Json:
    """`act` is the reaction itself, which has an id of its own."""
    payload: Json = {
        "id": act.id,
        "timestamp": act.timestamp,
        "from": act.chat_id,
        "fromMe": act.from_me,
        "source": act.source,
    }
    if act.participant:
        payload |= {"to": act.chat_id, "participant": act.participant}
    return payload | {"reaction": {"text": emoji, "messageId": target.id}}


def revoked(act: Message, target: Message, engine: str, base_url: str) -> Json:
    after = message(act, engine, base_url)
    return {
        "after": after,
        "before": None,
        "revokedMessageId": target.uid,
        "_data": after["_data"],
    }


def presence(chat_id: str, state: str) -> Json:
    seen = {"participant": chat_id, "lastKnownPresence": state, "lastSeen": None}
    return {"id": chat_id, "presences": [seen]}


def call(call_id: str, chat_id: str, timestamp: int, status: str, *, video: bool) -> Json:
    data = {
        "id": call_id,
        "from": ids.jid(chat_id),
        "chatId": ids.jid(chat_id),
        "status": status,
        "isVideo": video,
        "isGroup": False,
        "date": _iso(timestamp),
        "offline": False,
    }
    return {
        "id": call_id,
        "from": chat_id,
        "timestamp": timestamp,
        "isVideo": video,
        "isGroup": False,
        "_data": data,
    }


def reply_to(quoted: Message, sender: str, *, with_media: bool) -> Json:
    """What a message says about the one it answers. Its id is bare."""
    payload: Json = {"id": quoted.uid, "participant": sender, "body": quoted.body}
    if with_media:
        payload |= {"hasMedia": quoted.media is not None, "media": None}
    return payload | {"_data": quoted.content}


def file_name(shown: Message) -> str:
    """The name of its file under /api/files/{session}/."""
    return f"{shown.uid}.{shown.media.extension}" if shown.media else ""


def _media(shown: Message, base_url: str) -> Json | None:
    if shown.media is None:
        return None
    return {
        "url": f"{base_url}/api/files/{shown.session}/{file_name(shown)}",
        "filename": shown.media.filename,
        "mimetype": shown.media.mimetype,
    }


def _gows_data(shown: Message) -> Json:
    """The whatsmeow event behind it."""
    sender = shown.participant or shown.chat_id
    lid = sender.endswith("@lid")
    alternate = ids.jid(shown.alternate) if shown.alternate else ""
    info = {
        "Chat": ids.jid(shown.chat_id),
        "Sender": ids.jid(sender),
        "IsFromMe": shown.from_me,
        "IsGroup": ids.is_group(shown.chat_id),
        "AddressingMode": "lid" if lid else "pn",
        "SenderAlt": "" if shown.from_me else alternate,
        "RecipientAlt": alternate if shown.from_me else "",
        "ID": shown.uid,
        "Type": "media" if shown.media else "text",
        "PushName": shown.push_name or "",
        "Timestamp": _iso(shown.timestamp),
    }
    return {"Info": info, "Message": shown.content}


def _iso(timestamp: float) -> str:
    moment = datetime.fromtimestamp(timestamp, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
