"""WAHA's JSON for messages and what happens to them, on each engine. Times are seconds.

`our` is the address of the number itself, which WEBJS puts into `from` and `to`.
"""

from . import gows, ids, noweb, webjs
from .noweb import key as noweb_key
from .noweb import message_data as noweb_data
from .store import Json, Message

ACK_NAMES = {-1: "ERROR", 0: "PENDING", 1: "SERVER", 2: "DEVICE", 3: "READ", 4: "PLAYED"}
NOWEB, GOWS, WEBJS = "NOWEB", "GOWS", "WEBJS"
__all__ = [
    "ACK_NAMES", "GOWS", "NOWEB", "WEBJS",
    "ack", "api_answer", "edited", "message", "noweb_key", "reaction", "revoked",
]  # fmt: skip


def message(shown: Message, engine: str, base_url: str, *, our: str, with_media: bool = True) -> Json:
    """A message as message.any and the history show it."""
    payload: Json = {"id": shown.id, "timestamp": shown.timestamp}
    if engine == WEBJS:
        payload |= webjs.ends(shown, our)
    else:
        payload["from"] = shown.chat_id
    body = webjs.body(shown) if engine == WEBJS else shown.body
    payload |= {"fromMe": shown.from_me, "source": shown.source, "body": body}
    if engine == GOWS:
        payload |= gows.ends(shown)
    elif engine == NOWEB and ids.is_group(shown.chat_id):
        payload |= {"to": shown.chat_id, "participant": shown.participant}
    return payload | {
        "hasMedia": shown.media is not None,
        "media": media(shown, engine, base_url) if with_media else None,
        "ack": shown.ack,
        "ackName": ACK_NAMES[shown.ack],
        "location": shown.location,
        "vCards": shown.vcards or ([] if engine == WEBJS else None),
        "replyTo": shown.reply_to,
        "_data": data(shown, engine, our),
    }


def data(shown: Message, engine: str, our: str) -> Json:
    """The engine's own message."""
    if engine == GOWS:
        return gows.message_data(shown, our)
    if engine == WEBJS:
        return webjs.message_data(shown, our)
    return noweb_data(shown)


def api_answer(sent: Message, engine: str, *, our: str) -> Json:
    """What a send answers: the raw message of the engine, never normalised."""
    if engine == GOWS:
        return {"id": sent.id, "_data": gows.message_data(sent, our)}
    if engine == WEBJS:
        return webjs.sent(sent, our)
    return noweb_data(sent)


def ack(
    shown: Message, value: int, engine: str, base_url: str, *, our: str, our_lid: str, reader: str, reason: str = ""
) -> Json:
    """WEBJS says the whole message again, but in groups. `reason` is WhatsApp's code for an ERROR."""
    if engine == WEBJS:
        return _webjs_ack(shown, value, base_url, our, reason)
    payload: Json = {"id": shown.id, "from": shown.chat_id}
    if engine == GOWS:
        payload |= {"to": shown.participant, "participant": shown.participant}
    elif shown.participant:
        payload |= {"to": shown.chat_id, "participant": our_lid if shown.from_me else shown.participant}
    payload |= {"fromMe": shown.from_me, "ack": value, "ackName": ACK_NAMES[value]}
    if engine == GOWS:
        return payload | {"_data": gows.receipt(shown, value)}
    if reason:
        update = {"status": max(value + 1, 0), "messageStubParameters": [reason]}
        return payload | {"_data": {"key": noweb_key(shown), "update": update}}
    if shown.participant and shown.from_me:
        return payload | {"_data": noweb.receipt(shown, value, our_lid, reader)}
    return payload


def reaction(act: Message, target: Message, emoji: str, engine: str, *, our: str) -> Json:
    """`act` is the reaction itself, which has an id of its own."""
    said = {"reaction": {"text": emoji, "messageId": target.id}}
    payload: Json = {"id": act.id, "timestamp": act.timestamp}
    if engine == WEBJS:
        return payload | webjs.reaction_ends(act, our) | said
    payload |= {"from": act.chat_id, "fromMe": act.from_me, "source": act.source}
    if engine == GOWS:
        payload |= gows.ends(act)
    elif act.participant:
        payload |= {"to": act.chat_id, "participant": act.participant}
    return payload | said


def revoked(act: Message, target: Message, engine: str, base_url: str, *, our: str) -> Json:
    after = message(act, engine, base_url, our=our)
    if engine == WEBJS:
        before = message(target, engine, base_url, our=our, with_media=False)
        return webjs.revoked(after, before, target)
    return {"after": after, "before": None, "revokedMessageId": target.uid, "_data": after["_data"]}


def edited(act: Message, target: Message, text: str, engine: str, base_url: str, *, our: str) -> Json:
    """The act with its new text; on WEBJS the message itself."""
    if engine == WEBJS:
        shown = message(target, engine, base_url, our=our, with_media=False)
        return webjs.edited(shown, text, target.body or "")
    return message(act, engine, base_url, our=our) | {"editedMessageId": target.uid}


def reply_to(quoted: Message, sender: str, *, with_media: bool) -> Json:
    """What a message says about the one it answers. Its id is bare."""
    payload: Json = {"id": quoted.uid, "participant": sender, "body": quoted.body}
    if with_media:
        payload |= {"hasMedia": quoted.media is not None, "media": None}
    return payload | {"_data": quoted.content}


def file_name(shown: Message, engine: str = NOWEB) -> str:
    """The name of its file under /api/files/{session}/."""
    if shown.media is None:
        return ""
    return f"{shown.id if engine == WEBJS else shown.uid}.{shown.media.extension}"


def _webjs_ack(shown: Message, value: int, base_url: str, our: str, reason: str) -> Json:
    why = {"ackReason": reason} if reason else {}
    if not ids.is_group(shown.chat_id):
        return message(shown, WEBJS, base_url, our=our, with_media=False) | why
    told: Json = {"id": shown.id, "from": shown.chat_id, "to": shown.chat_id, "participant": shown.participant}
    told |= {"fromMe": shown.from_me, "ack": value, "ackName": ACK_NAMES[value]}
    return told | why | {"_data": webjs.group_receipt(shown, value)}


def media(shown: Message, engine: str, base_url: str) -> Json | None:
    if shown.media is None or shown.media.download == "skipped":
        return None
    described: Json = {
        "url": f"{base_url}/api/files/{shown.session}/{file_name(shown, engine)}",
        "filename": shown.media.filename,
        "mimetype": shown.media.mimetype,
    }
    if shown.media.download == "failed":
        stack = "Error: Failed to fetch stream from https://mmg.whatsapp.net/... 410\n    at simulated"
        return described | {"url": None, "error": {"output": {"statusCode": 404}, "details": stack}}
    return described
