"""The engine's raw message (Baileys spelling) for every kind a customer sends."""

from dataclasses import dataclass

from . import ids
from .media import media_of
from .store import Json, Media, Message

KINDS = (
    "text", "image", "voice", "audio", "video", "document", "sticker",
    "location", "contact", "poll",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: the raw form, and what WAHA reads out of it."""

    raw: Json
    body: str | None = None
    media: Media | None = None
    location: Json | None = None
    vcards: list[str] | None = None


def compose(kind: str, text: str, *, filename: str | None = None, quote: Json | None = None) -> Content:
    """A message of that kind; an unknown kind is a ValueError.

    `text` is the caption of an image, video or document, "name; address" of a location,
    "name; phone" of a contact, "question; option; option" of a poll; the rest has none.
    """
    media = media_of(kind, filename)
    if media is not None:
        return _with_file(media, text, quote)
    makers = {"text": _text, "location": _location, "contact": _contact, "poll": _poll}
    if kind not in makers:
        raise ValueError(f"No message of kind {kind!r}: one of {', '.join(KINDS)}")
    return makers[kind](text, quote)


def extended_text(text: str, quote: Json | None) -> Json:
    """The form of text that WAHA itself sends, and the only one that can quote."""
    return {"extendedTextMessage": {"text": text} | ({"contextInfo": quote} if quote else {})}


def quote_of(quoted: Message, sender: str) -> Json:
    """The contextInfo that points at `quoted`, which `sender` wrote."""
    return {
        "stanzaId": quoted.uid,
        "participant": ids.jid(sender),
        "quotedMessage": quoted.content,
    }


def _text(text: str, quote: Json | None) -> Content:
    return Content(extended_text(text, quote) if quote else {"conversation": text}, body=text)


def _with_file(media: Media, text: str, quote: Json | None) -> Content:
    kind = "audio" if media.kind == "voice" else media.kind
    captioned = kind in ("image", "video", "document")
    inner: Json = {"url": "https://mmg.whatsapp.net/o1/v/x", "mimetype": media.mimetype}
    if captioned and text:
        inner["caption"] = text
    if kind == "audio":
        inner |= {"seconds": 3, "ptt": media.kind == "voice"}
    if media.filename:
        inner |= {"title": media.filename, "fileName": media.filename}
    inner |= {"mediaKey": "AAAA", "directPath": "/v/x"}
    if quote:
        inner["contextInfo"] = quote
    body = (text or None) if captioned else None
    return Content({f"{kind}Message": inner}, body=body, media=media)


def _location(text: str, quote: Json | None) -> Content:
    name, _, address = (part.strip() for part in text.partition(";"))
    raw = {"degreesLatitude": -23.5614, "degreesLongitude": -46.6558}
    said = {"name": name} | ({"address": address} if address else {})
    location = {"live": False, "latitude": "-23.5614", "longitude": "-46.6558", **said}
    return Content({"locationMessage": raw | said}, location=location)


def _contact(text: str, quote: Json | None) -> Content:
    name, _, phone = (part.strip() for part in text.partition(";"))
    phone = phone or "+55 11 97777-6666"
    digits = "".join(filter(str.isdigit, phone))
    lines = (
        "BEGIN:VCARD", "VERSION:3.0", f"FN:{name}",
        f"TEL;type=CELL;waid={digits}:{phone}", "END:VCARD",
    )  # fmt: skip
    vcard = "\n".join(lines)
    return Content({"contactMessage": {"displayName": name, "vcard": vcard}}, vcards=[vcard])


def _poll(text: str, quote: Json | None) -> Content:
    name, *options = (part.strip() for part in text.split(";"))
    return Content(
        {
            "pollCreationMessageV3": {
                "name": name,
                "options": [{"optionName": option} for option in options],
                "selectableOptionsCount": 1,
            }
        }
    )
