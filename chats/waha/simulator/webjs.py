"""WEBJS: whatsapp-web.js messages. `from` is the sender, `to` the recipient, ids are objects."""

from typing import Any

from .contents import kernel
from .store import Json, Message

KINDS = {
    "conversation": "chat",
    "extendedTextMessage": "chat",
    "imageMessage": "image",
    "videoMessage": "video",
    "ptvMessage": "video",
    "documentMessage": "document",
    "stickerMessage": "sticker",
    "locationMessage": "location",
    "liveLocationMessage": "location",
    "contactMessage": "vcard",
    "contactsArrayMessage": "multi_vcard",
    "protocolMessage": "revoked",
    "listResponseMessage": "list_response",
    "templateButtonReplyMessage": "template_button_reply",
    "albumMessage": "album",
    "ciphertext": "ciphertext",
}


def ends(shown: Message, our: str) -> Json:
    """Who wrote to whom; in a group the chat takes the place of the person."""
    others = {"from": our, "to": shown.chat_id} if shown.from_me else {"from": shown.chat_id, "to": our}
    return others | ({"participant": shown.participant} if shown.participant else {})


def reaction_ends(act: Message, our: str) -> Json:
    """The chat is in `to`, whoever reacted in `from`, and the time has a fraction."""
    who = our if act.from_me else act.participant or act.chat_id
    return {
        "timestamp": act.timestamp + 0.283,
        "from": who,
        "fromMe": act.from_me,
        "source": act.source,
        "participant": who,
        "to": act.chat_id,
    }


def body(shown: Message) -> str:
    """Never null: a card is its own text, a poll its question, the rest blank."""
    name, part = kernel(shown.content)
    if name == "contactMessage":
        return str(part["vcard"])
    if name.startswith("pollCreation"):
        return str(part["name"])
    return shown.body or ""


def message_data(shown: Message, our: str) -> Json:
    """The web client's own record of the message."""
    data: Json = {
        "id": message_id(shown),
        "viewed": False,
        "body": body(shown),
        "type": _kind(shown),
        "t": shown.timestamp,
    }
    if not shown.from_me and shown.push_name:
        data["notifyName"] = shown.push_name
    sides = ends(shown, our)
    data |= {"from": _address(sides["from"]), "to": _address(sides["to"])}
    if shown.participant:
        data["author"] = _address(shown.participant)
    data |= {"ack": shown.ack, "invis": False, "isNewMsg": True, "star": False, "isForwarded": False}
    return data | _particulars(shown)


def message_id(shown: Message) -> Json:
    """The id as an object; in full under `_serialized`."""
    parts: Json = {"fromMe": shown.from_me, "remote": shown.chat_id, "id": shown.uid}
    if shown.participant:
        parts["participant"] = shown.participant
    return parts | {"_serialized": shown.id}


def sent(shown: Message, our: str) -> Json:
    """What a send answers: the library's message, whose id is an object."""
    return {
        "_data": message_data(shown, our),
        "id": message_id(shown),
        "ack": shown.ack,
        "hasMedia": shown.media is not None,
        "body": body(shown),
        "type": _kind(shown),
        "timestamp": shown.timestamp,
        **ends(shown, our),
        "deviceType": "web",
        "isForwarded": False,
        "fromMe": shown.from_me,
        "hasQuotedMsg": shown.reply_to is not None,
        "vCards": shown.vcards or [],
        "mentionedIds": [],
        "links": [],
    }


def revoked(act: Json, before: Json, target: Message) -> Json:
    """`after` names what it deleted in the client's record only; `before` is what it was."""
    emptied = {"body": "", "hasMedia": False, "media": None, "location": None, "vCards": [], "replyTo": None}
    key = {"fromMe": target.from_me, "remote": target.chat_id, "id": target.uid, "_serialized": target.id}
    after = act | emptied | {"_data": act["_data"] | {"protocolMessageKey": key, "subtype": "sender"}}
    return {"after": after, "before": before, "revokedMessageId": target.uid}


def edited(target: Json, text: str, before: str) -> Json:
    """The message again under its own id, with both texts."""
    event = {"message": target["_data"], "newBody": text, "prevBody": before}
    return target | {"body": text, "editedMessageId": target["_data"]["id"]["id"], "_data": event}


def group_receipt(shown: Message, value: int) -> Json:
    """A receipt as it came over the wire."""
    attributes = {"id": shown.uid, "from": shown.chat_id, "participant": shown.participant}
    return {"tag": "receipt", "attrs": attributes | {"type": "read" if value >= 3 else ""}}


def _kind(shown: Message) -> str:
    name, part = kernel(shown.content)
    if name == "audioMessage":
        return "ptt" if part.get("ptt") else "audio"
    if name.startswith("pollCreation"):
        return "poll_creation"
    return KINDS.get(name, "unknown")


def _particulars(shown: Message) -> Json:
    name, inner = kernel(shown.content)
    part: Json = inner if isinstance(inner, dict) else {}
    found: Json = _file(shown, part) if shown.media else {}
    if name.startswith("pollCreation"):
        found |= _poll(part)
    if shown.location:
        found |= {"lat": part.get("degreesLatitude"), "lng": part.get("degreesLongitude"), "loc": part.get("name")}
        found["isLive"] = name == "liveLocationMessage"
    if shown.reply_to:
        found["quotedStanzaID"] = shown.reply_to["id"]
        found["quotedMsg"] = {"type": "chat", "body": shown.reply_to["body"]}
        found["quotedParticipant"] = _address(shown.reply_to["participant"])
    if advertisement := (part.get("contextInfo") or {}).get("externalAdReply"):
        found["ctwaContext"] = {
            "sourceUrl": advertisement["sourceUrl"],
            "description": advertisement["body"],
            "title": advertisement["title"],
            "thumbnailUrl": advertisement["thumbnailUrl"],
            "mediaType": 1,
            "isSuspiciousLink": None,
        }
    if "viewOnceMessageV2" in shown.content:
        found["isViewOnce"] = True
    if association := shown.content.get("messageContextInfo", {}).get("messageAssociation"):
        found["associationType"] = "MEDIA_ALBUM"
        found["parentMsgKey"] = {"fromMe": shown.from_me, "remote": shown.chat_id} | {
            "id": association["parentMessageKey"]["id"]
        }
    return found


def _file(shown: Message, part: dict[str, Any]) -> Json:
    assert shown.media
    described: Json = {"mimetype": shown.media.mimetype, "caption": shown.body, "filename": shown.media.filename}
    described |= {"size": int(part.get("fileLength", 0)), "directPath": "/v/x", "mediaKey": "AAAA"}
    for name, shared in (("width", "width"), ("height", "height"), ("duration", "seconds")):
        if shared in part:
            described[name] = part[shared]
    return described


def _poll(part: dict[str, Any]) -> Json:
    options = [{"name": option["optionName"], "localId": number} for number, option in enumerate(part["options"])]
    count = part["selectableOptionsCount"]
    return {"pollName": part["name"], "pollOptions": options, "pollSelectableOptionsCount": count}


def _address(serialized: str) -> Json:
    user, _, server = serialized.partition("@")
    return {"server": server, "user": user, "_serialized": serialized}
