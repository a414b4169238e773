"""The engine's raw message (Baileys spelling) for every kind a customer sends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from . import ids
from .media import SIZES, media_of
from .store import Json, Media, Message

KINDS = (
    "text", "image", "voice", "audio", "video", "round-video", "document", "sticker", "view-once",
    "location", "live-location", "contact", "contacts", "poll", "list-answer", "button-answer",
    "ad", "unknown",
)  # fmt: skip
WRAPPERS = ("viewOnceMessageV2", "documentWithCaptionMessage", "ephemeralMessage")
CAPTIONED = ("image", "video", "document", "view-once")


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: the raw form, and what WAHA reads out of it."""

    raw: Json
    body: str | None = None
    media: Media | None = None
    location: Json | None = None
    vcards: list[str] | None = None


def compose(
    kind: str, text: str, *, filename: str | None = None, mimetype: str | None = None, quote: Json | None = None
) -> Content:
    """A message of that kind; an unknown kind is a ValueError.

    `text` is the caption of a file, "name; address" of a place, "name; phone" of a contact (and
    more such pairs for contacts), "question; option; option" of a poll, the chosen row or button,
    "text; title of the advertisement; its address" for an ad.
    """
    media = media_of(kind, filename, mimetype)
    if media is not None:
        return _with_file(kind, media, text, quote)
    makers: dict[str, Callable[[str, Json | None], Content]] = {
        "text": _text,
        "location": _location,
        "live-location": _live_location,
        "contact": _contacts,
        "contacts": _contacts,
        "poll": _poll,
        "list-answer": _list_answer,
        "button-answer": _button_answer,
        "ad": _ad,
        "unknown": _unknown,
    }
    if kind not in makers:
        raise ValueError(f"No message of kind {kind!r}: one of {', '.join(KINDS)}")
    return makers[kind](text, quote)


def in_album(content: Content, parent: Message) -> Content:
    """One picture of an album, which points at the album's own message."""
    key = {"remoteJid": ids.jid(parent.chat_id), "fromMe": parent.from_me, "id": parent.uid}
    association = {"associationType": 1, "parentMessageKey": key}
    return replace(content, raw=content.raw | {"messageContextInfo": {"messageAssociation": association}})


def album(images: int, videos: int) -> Content:
    """What comes before the pictures, and shows nothing itself."""
    return Content({"albumMessage": {"expectedImageCount": images, "expectedVideoCount": videos}})


def extended_text(text: str, quote: Json | None) -> Json:
    """The form of text that WAHA itself sends, and the only one that can quote."""
    return {"extendedTextMessage": {"text": text} | ({"contextInfo": quote} if quote else {})}


def kernel(raw: Json) -> tuple[str, Any]:
    """WhatsApp's name of the message and what is in it, out of its envelopes."""
    for name, inner in raw.items():
        if name in WRAPPERS:
            return kernel(inner["message"])
        if name != "messageContextInfo":
            return name, inner
    return "", {}


def retold(raw: Json, text: str) -> Json:
    """The raw message with another text: a caption where there is one to hold it."""
    name, inner = kernel(raw)
    if name in ("imageMessage", "videoMessage", "documentMessage"):
        return {name: inner | {"caption": text}}
    return extended_text(text, None)


def quote_of(quoted: Message, sender: str) -> Json:
    """The contextInfo that points at `quoted`, which `sender` wrote."""
    return {
        "stanzaId": quoted.uid,
        "participant": ids.jid(sender),
        "quotedMessage": quoted.content,
    }


def _text(text: str, quote: Json | None) -> Content:
    return Content(extended_text(text, quote) if quote else {"conversation": text}, body=text)


def _with_file(kind: str, media: Media, text: str, quote: Json | None) -> Content:
    name = {"voice": "audio", "round-video": "ptv", "view-once": "image"}.get(kind, media.kind)
    caption = text if kind in CAPTIONED else ""
    inner: Json = {"url": "https://mmg.whatsapp.net/o1/v/x", "mimetype": media.mimetype}
    if caption:
        inner["caption"] = caption
    if name == "audio":
        inner |= {"seconds": 3, "ptt": kind == "voice"}
    if media.filename:
        inner |= {"title": media.filename, "fileName": media.filename}
    if name in SIZES:
        inner |= {"width": SIZES[name][0], "height": SIZES[name][1]}
    inner |= {"mediaKey": "AAAA", "directPath": "/v/x"}
    if quote:
        inner["contextInfo"] = quote
    raw: Json = {f"{name}Message": inner}
    if kind == "view-once":
        raw = {"viewOnceMessageV2": {"message": {"imageMessage": inner | {"viewOnce": True}}}}
    elif kind == "document" and caption:
        raw = {"documentWithCaptionMessage": {"message": raw}}
    return Content(raw, body=caption or None, media=media)


def _location(text: str, quote: Json | None) -> Content:
    name, address = _pieces(text, 2)
    raw = {"degreesLatitude": -23.5614, "degreesLongitude": -46.6558}
    said = {"name": name} | ({"address": address} if address else {})
    return Content({"locationMessage": raw | said | _context(quote)}, location=_place(live=False) | said)


def _live_location(text: str, quote: Json | None) -> Content:
    raw: Json = {"degreesLatitude": -23.5614, "degreesLongitude": -46.6558, "accuracyInMeters": 12}
    raw |= {"speedInMps": 0, "caption": text, "sequenceNumber": "1795458518000001"}
    return Content({"liveLocationMessage": raw | _context(quote)}, location=_place(live=True) | {"description": text})


def _contacts(text: str, quote: Json | None) -> Content:
    pieces = [piece.strip() for piece in text.split(";")]
    names, phones = pieces[::2], [*pieces[1::2], ""]
    cards = [_vcard(name, phone or "+55 11 97777-6666") for name, phone in zip(names, phones, strict=False)]
    each = [{"displayName": name, "vcard": card} for name, card in zip(names, cards, strict=True)]
    if len(cards) == 1:
        return Content({"contactMessage": each[0] | _context(quote)}, vcards=cards)
    array = {"displayName": f"{len(cards)} contatos", "contacts": each} | _context(quote)
    return Content({"contactsArrayMessage": array}, vcards=cards)


def _poll(text: str, quote: Json | None) -> Content:
    name, *options = (part.strip() for part in text.split(";"))
    asked = {"name": name, "options": [{"optionName": option} for option in options], "selectableOptionsCount": 1}
    return Content({"pollCreationMessageV3": asked | _context(quote)})


def _list_answer(text: str, quote: Json | None) -> Content:
    chosen = {"title": text, "listType": 1, "singleSelectReply": {"selectedRowId": "row-1"}}
    return Content({"listResponseMessage": chosen | _context(quote)}, body=text)


def _button_answer(text: str, quote: Json | None) -> Content:
    chosen = {"selectedId": "button-1", "selectedDisplayText": text, "selectedIndex": 0}
    return Content({"templateButtonReplyMessage": chosen | _context(quote)}, body=text)


def _ad(text: str, quote: Json | None) -> Content:
    """The first message of somebody who clicked on an advertisement."""
    said, title, address = _pieces(text, 3)
    advertisement = {
        "title": title or "Coleção de inverno",
        "body": "Sofás com entrega em 48 horas",
        "mediaType": 1,
        "thumbnailUrl": "https://scontent.example/ad.jpg",
        "sourceType": "ad",
        "sourceId": "120210000000000001",
        "sourceUrl": address or "https://fb.me/abcDEF123",
        "ctwaClid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7",
        "showAdAttribution": True,
    }
    context = {"externalAdReply": advertisement, "entryPointConversionSource": "ctwa_ad"} | (quote or {})
    return Content(extended_text(said, context), body=said)


def _unknown(text: str, quote: Json | None) -> Content:
    """A kind that WAHA passes on and reads nothing out of."""
    return Content({"newsletterAdminInviteMessage": {"newsletterName": text, "caption": ""} | _context(quote)})


def _vcard(name: str, phone: str) -> str:
    digits = "".join(filter(str.isdigit, phone))
    lines = (
        "BEGIN:VCARD", "VERSION:3.0", f"FN:{name}",
        f"TEL;type=CELL;waid={digits}:{phone}", "END:VCARD",
    )  # fmt: skip
    return "\n".join(lines)


def _place(*, live: bool) -> Json:
    return {"live": live, "latitude": "-23.5614", "longitude": "-46.6558"}


def _context(quote: Json | None) -> Json:
    return {"contextInfo": quote} if quote else {}


def _pieces(text: str, count: int) -> list[str]:
    """As many pieces between semicolons as wanted; those that are missing are blank."""
    return [*(piece.strip() for piece in text.split(";", count - 1)), *[""] * count][:count]
