"""The engine's raw message (Baileys spelling) for what our software sends."""

import base64
import hashlib

from . import ids
from .contents import Content, extended_text, kernel
from .media import media_from
from .store import Json, Message


def text(body: Json, quote: Json | None) -> Content:
    written = str(body.get("text", ""))
    context = (quote or {}) | _mentions(body)
    return Content(extended_text(written, context or None), body=written)


def file(kind: str, body: Json, content: bytes, quote: Json | None) -> Content:
    """`kind` is image, video, voice, sticker or document."""
    described = body["file"]
    converted = bool(body.get("convert"))
    mimetype = described.get("mimetype") or "application/octet-stream"
    if kind == "voice":
        mimetype = "audio/ogg; codecs=opus"
    if kind == "video" and converted:
        mimetype = "video/mp4"
    media = media_from(kind, mimetype, described.get("filename") if kind == "document" else None)
    caption = str(body.get("caption") or "") if kind not in ("voice", "sticker") else ""
    inner: Json = {"url": "https://mmg.whatsapp.net/o1/v/x", "mimetype": mimetype}
    inner |= {"fileSha256": _base64(hashlib.sha256(content).digest()), "fileLength": str(len(content))}
    if kind == "voice":
        inner |= {"seconds": 3, "ptt": True}
    if media.filename:
        inner |= {"fileName": media.filename}
    if caption:
        inner["caption"] = caption
    inner |= {"mediaKey": _base64(bytes(32)), "directPath": "/v/x"}
    context = (quote or {}) | _mentions(body)
    if context:
        inner["contextInfo"] = context
    return Content({_name(kind, body): inner}, body=caption or None, media=media)


def location(body: Json, quote: Json | None) -> Content:
    raw: Json = {"degreesLatitude": body["latitude"], "degreesLongitude": body["longitude"]}
    raw["name"] = body.get("title", "")
    if quote:
        raw["contextInfo"] = quote
    shown = {
        "live": False,
        "latitude": str(body["latitude"]),
        "longitude": str(body["longitude"]),
        "name": raw["name"],
    }
    return Content({"locationMessage": raw}, location=shown)


def contacts(body: Json, quote: Json | None) -> Content:
    """One contact, or several in one message."""
    cards = [_vcard(contact) for contact in body["contacts"]]
    inner: Json = {"vcard": cards[0]} if len(cards) == 1 else {"contacts": [{"vcard": card} for card in cards]}
    if quote:
        inner["contextInfo"] = quote
    return Content({"contactMessage" if len(cards) == 1 else "contactsArrayMessage": inner}, vcards=cards)


def poll(body: Json, quote: Json | None) -> Content:
    asked = body["poll"]
    inner: Json = {
        "name": asked["name"],
        "options": [{"optionName": option} for option in asked["options"]],
        "selectableOptionsCount": 0 if asked.get("multipleAnswers") else 1,
    }
    if quote:
        inner["contextInfo"] = quote
    secret = _base64(hashlib.sha256(asked["name"].encode()).digest())
    return Content({"messageContextInfo": {"messageSecret": secret}, "pollCreationMessageV3": inner})


def forwarded(known: Message) -> Content:
    """A stored message once more, marked as forwarded. Plain text becomes extended text."""
    name, inner = kernel(known.content)
    if name == "conversation":
        name, inner = "extendedTextMessage", {"text": inner}
    inner = {key: value for key, value in inner.items() if key != "contextInfo"}
    raw = {name: inner | {"contextInfo": {"forwardingScore": 1, "isForwarded": True}}}
    return Content(raw, body=known.body, media=known.media, location=known.location, vcards=known.vcards)


def _name(kind: str, body: Json) -> str:
    if kind == "video" and body.get("asNote"):
        return "ptvMessage"
    return ("audio" if kind == "voice" else kind) + "Message"


def _mentions(body: Json) -> Json:
    mentioned = body.get("mentions")
    if not mentioned:
        return {}
    if mentioned == ["all"]:
        return {"nonJidMentions": 1}
    return {"mentionedJid": [ids.jid(ids.chat_id(address)) for address in mentioned]}


def _vcard(contact: Json) -> str:
    if contact.get("vcard"):
        return str(contact["vcard"])
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{contact['fullName']}"]
    if contact.get("organization"):
        lines.append(f"ORG:{contact['organization']};")
    waid = f";waid={contact['whatsappId']}" if contact.get("whatsappId") else ""
    lines += [f"TEL;type=CELL;type=VOICE{waid}:{contact['phoneNumber']}", "END:VCARD"]
    return "\n".join(lines)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
