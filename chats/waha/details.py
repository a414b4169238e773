"""What a bubble needs beyond text and file: quote, place, cards, poll, ad, album. Kept in `Message.metadata`."""

import base64
import binascii
import json
from typing import Any

from chats.models import MessageType

from . import proto
from .addresses import is_ours, read_address
from .kinds import PROTO_TYPES, WEBJS_TYPES
from .payloads import Location, Me, MessagePayload, bare_id, serialized
from .proto import Raw, first, mapping, text

MOST_CARDS, MOST_OPTIONS, MOST_MENTIONS, WAVE_POINTS = 50, 40, 200, 64
LARGEST_INTEGER = 2**31 - 1
LONGEST_TEXT = 2000
# `associationType` of a picture in an album: Baileys writes the name, Go the number.
ALBUM = {"MEDIA_ALBUM", 1}
AD_SOURCES = {"ad", "ctwa_ad", "FB_Ads"}
# Where businesses keep the words of what they offer, and where the answers to it keep theirs.
WORDS = {
    "conversation": (),
    "extendedTextMessage": ("text",),
    "buttonsResponseMessage": ("selectedDisplayText", "SelectedDisplayText"),
    "templateButtonReplyMessage": ("selectedDisplayText",),
    "listResponseMessage": ("title", "description"),
    "listMessage": ("title", "description", "footerText"),
    "buttonsMessage": ("contentText", "footerText"),
    "orderMessage": ("orderTitle", "message"),
    "invoiceMessage": ("note",),
    "eventMessage": ("name", "description"),
    "scheduledCallCreationMessage": ("title",),
    "groupInviteMessage": ("groupName", "caption"),
    "newsletterAdminInviteMessage": ("newsletterName", "caption"),
    "stickerPackMessage": ("name",),
}


def read(message: MessagePayload, raw: Raw, found: MessageType, me: Me | None) -> dict[str, Any]:
    """Everything that is there; nothing for what is not."""
    read_by_key = {
        "quoted": _quoted(message, raw, me),
        "contacts": _cards(message, raw) if found == MessageType.CONTACT else None,
        "poll": _poll(message, raw) if found == MessageType.POLL else None,
        "ad": None if message.fromMe else _ad(message, raw),
        "album": _album(message, raw),
        "mentions": _mentions(raw),
        "waveform": _waveform(raw) if found == MessageType.AUDIO or found == MessageType.VOICE else None,
        "gif": bool(raw.part.get("gifPlayback") or message.data.get("isGif")),
        "round": raw.name == "ptvMessage" or webjs_type(message) == "ptv",
        "view_once": raw.is_view_once or bool(message.data.get("isViewOnce")),
        "forwarded": bool(raw.context.get("isForwarded") or message.data.get("isForwarded")),
        "pix": pix(raw),
    }
    place = _place(message, raw) if found == MessageType.LOCATION else {}
    return place | {key: value for key, value in read_by_key.items() if value}


def webjs_type(message: MessagePayload) -> str:
    """The type as WEBJS names it; "" on the other engines."""
    return text(message.data, "type") if "message" not in message.data and "Message" not in message.data else ""


def words(raw: Raw) -> str:
    """What it says, for payloads whose `body` does not."""
    if raw.name == "conversation":
        return text(raw.content, "conversation")
    if raw.name == "templateMessage":
        inner = mapping(raw.part, "hydratedTemplate", "hydratedFourRowTemplate") or mapping(
            mapping(raw.part, "Format"), "HydratedTemplate", "HydratedFourRowTemplate", "InteractiveMessageTemplate"
        )
        return _lines(inner, "hydratedTitleText", "hydratedContentText", "hydratedFooterText")
    if raw.name in {"interactiveMessage", "interactiveResponseMessage"}:
        header, body, footer = (mapping(raw.part, name) for name in ("header", "body", "footer"))
        return "\n".join(filter(None, [text(header, "title"), text(body, "text"), text(footer, "text")]))
    if raw.name == "productMessage":
        return _lines(mapping(raw.part, "product"), "title", "description")
    inner = mapping(raw.part, "Response")  # a oneof of Go's
    return _lines(raw.part | inner, *WORDS.get(raw.name, ("caption", "text")))


def pix(raw: Raw) -> dict[str, str]:
    """Key and owner of a Pix code that somebody sent to be paid; empty when it is none."""
    flow = mapping(raw.part, "nativeFlowMessage") or mapping(
        mapping(raw.part, "InteractiveMessage"), "NativeFlowMessage"
    )
    buttons = first(flow, "buttons", kind=list) or []
    for button in buttons[:MOST_OPTIONS]:
        for setting in _payment_settings(text(button, "buttonParamsJson", "buttonParamsJSON")):
            code = mapping(setting, "pix_static_code", "pix_dynamic_code")
            if code:
                return {"key": text(code, "key", "code")[:200], "name": text(code, "merchant_name")[:160]}
    return {}


def whole(value: Any, most: int = LARGEST_INTEGER) -> int | None:
    """A count that WhatsApp writes as a number or as text; None when it is neither, or absurd."""
    try:
        number = int(value) if isinstance(value, str | int | float) and len(str(value)) < 40 else -1
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= most else None


def read_vcard(card: str) -> dict[str, str]:
    """Name and phone (digits) of a contact card; WhatsApp puts the number it knows into `waid=`."""
    name = phone = ""
    for line in card.splitlines()[:200]:
        key, _, value = line.partition(":")
        if key.upper().split(";")[0] == "FN":
            name = value.strip()
        elif "TEL" in key.upper() and not phone:
            waid = key.lower().partition("waid=")[2].split(";")[0]
            phone = waid or "".join(filter(str.isdigit, value))
    return {"name": name[:160], "phone": phone[:20]}


def _quoted(message: MessagePayload, raw: Raw, me: Me | None) -> dict[str, Any] | None:
    """The message it answers: id, text, type and whose it is; the original may be unknown here."""
    told, context, data = message.replyTo, raw.context, message.data
    quoted_id = (told and told.id) or text(context, "stanzaId", "stanzaID") or text(data, "quotedStanzaID")
    if not quoted_id or len(bare_id(quoted_id)) > 120:
        return None
    original = (told and told.data) or mapping(context, "quotedMessage") or mapping(data, "quotedMsg")
    inner = proto.unwrap(original)
    known = PROTO_TYPES.get(inner.name) or WEBJS_TYPES.get(text(original, "type"))
    body = (told and told.body) or words(inner) or text(original, "caption")
    who = read_address(
        (told and told.participant) or text(context, "participant") or serialized(data.get("quotedParticipant"))
    )
    return {
        "id": bare_id(quoted_id),
        "body": body[:LONGEST_TEXT],
        "type": str(known or ""),
        "participant": who.key if who else "",
        "from_me": is_ours(who, me),
    }


def _cards(message: MessagePayload, raw: Raw) -> list[dict[str, str]]:
    inner = first(raw.part, "contacts", kind=list) or [raw.part]
    cards = message.vCards or [text(card, "vcard") for card in inner]
    return [read_vcard(card) for card in cards[:MOST_CARDS] if card]


def _poll(message: MessagePayload, raw: Raw) -> dict[str, Any]:
    data = message.data
    name = text(raw.part, "name") or text(data, "pollName") or message.body or ""
    options = first(raw.part, "options", kind=list) or first(data, "pollOptions", kind=list) or []
    named = [text(option, "optionName", "name") for option in options[:MOST_OPTIONS]]
    choices = whole(first(raw.part, "selectableOptionsCount") or data.get("pollSelectableOptionsCount"))
    return {"name": name[:LONGEST_TEXT], "options": list(filter(None, named)), "multiple": choices != 1}


def _ad(message: MessagePayload, raw: Raw) -> dict[str, str] | None:
    """The ad that brought the customer here. A mere link preview of the same shape is none."""
    shown = mapping(raw.context, "externalAdReply") or mapping(message.data, "ctwaContext")
    source = text(raw.context, "entryPointConversionSource", "conversionSource")
    is_ad = (
        "ctwaContext" in message.data
        or text(shown, "sourceType") in AD_SOURCES
        or bool(text(shown, "sourceId", "sourceID", "ctwaClid"))
        or source in AD_SOURCES
    )
    if not shown or not is_ad:
        return None
    address = text(shown, "sourceUrl", "sourceURL")
    return {
        "title": text(shown, "title")[:300],
        "body": text(shown, "body", "description")[:LONGEST_TEXT],
        "source_url": address[:LONGEST_TEXT] if address.startswith(("https://", "http://")) else "",
        "source_id": text(shown, "sourceId", "sourceID")[:120],
    }


def _album(message: MessagePayload, raw: Raw) -> str:
    """The id of the album the picture belongs to."""
    bond = mapping(raw.asides, "messageAssociation")
    kind = bond.get("associationType") if bond else message.data.get("associationType")
    if not isinstance(kind, str | int) or kind not in ALBUM:
        return ""
    key = mapping(bond, "parentMessageKey") or mapping(message.data, "parentMsgKey")
    return bare_id(text(key, "id", "ID", "_serialized"))[:120]


def _mentions(raw: Raw) -> list[str]:
    told = first(raw.context, "mentionedJid", "mentionedJID", kind=list) or []
    return [address.key for address in map(read_address, told[:MOST_MENTIONS]) if address]


def _place(message: MessagePayload, raw: Raw) -> dict[str, Any]:
    """Coordinates in degrees, and what is said about them; nothing where they are none."""
    part, data = raw.part, message.data
    place = message.location
    if place is None:
        told = {
            "latitude": first(part, "degreesLatitude", "latitude") or data.get("lat"),
            "longitude": first(part, "degreesLongitude", "longitude") or data.get("lng"),
            "name": part.get("name") or data.get("loc"),
            "address": part.get("address"),
        }
        try:
            place = Location.model_validate(told)
        except ValueError:
            return {}
    found: dict[str, Any] = place.model_dump(exclude_none=True, exclude={"live"})
    found = {key: value[:300] if isinstance(value, str) else value for key, value in found.items()}
    live = place.live or raw.name == "liveLocationMessage" or data.get("isLive") is True
    return found | ({"live": True} if live else {})


def _waveform(raw: Raw) -> list[int]:
    """How loud it is along the way, 0 to 100; base64 or a list of bytes, by engine."""
    told = raw.part.get("waveform")
    told = mapping(raw.part, "waveform").get("data", told)
    if isinstance(told, str):
        try:
            told = list(base64.b64decode(told, validate=True))
        except (binascii.Error, ValueError):
            return []
    if not isinstance(told, list):
        return []
    points = [point for point in told[:WAVE_POINTS] if isinstance(point, int) and not isinstance(point, bool)]
    return [min(max(point, 0), 100) for point in points]


def _payment_settings(parameters: str) -> list[Any]:
    if "payment_settings" not in parameters:
        return []
    try:
        settings = first(json.loads(parameters), "payment_settings", kind=list)
    except (ValueError, RecursionError):
        return []
    return settings[:MOST_OPTIONS] if settings else []


def _lines(part: dict[str, Any], *names: str) -> str:
    return "\n".join(filter(None, (text(part, name) for name in names)))
