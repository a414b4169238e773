"""Whose message it is: the chat, the writer, and the other address of the same person, on every engine."""

from typing import Any

from crm.identity import Address, AddressKind

from .payloads import Me, MessagePayload, serialized

# What WhatsApp gives people: no phone is shorter or longer; 0@c.us and the like are its own.
SHORTEST_PHONE, LONGEST_PHONE, LONGEST_USER = 5, 20, 60


def read_address(raw: Any) -> Address | None:
    """Any spelling of an address; None for nothing, and OTHER for what is nobody's."""
    raw = serialized(raw)
    if not isinstance(raw, str) or not raw.strip():
        return None
    address = Address.parse(raw)
    user = address.jid.partition("@")[0]
    plausible = user.isascii() and user.replace("-", "").isdigit() and len(user) <= LONGEST_USER
    if address.kind is AddressKind.PERSON:
        plausible = user.isascii() and user.isdigit() and SHORTEST_PHONE <= len(user) <= LONGEST_PHONE
    return address if plausible else Address(AddressKind.OTHER, address.jid[:80], address.jid[:80])


def chat_address(message: MessagePayload) -> Address:
    """The conversation a message belongs to, in either direction and on every engine."""
    parts = message.id.split("_")
    in_id = parts[1] if len(parts) >= 3 and "@" in parts[1] else None
    remote = _part(message.data, "id").get("remote")
    outward = message.to if message.fromMe and message.to else message.from_
    told = (read_address(raw) for raw in (in_id, remote, outward))
    return next(filter(None, told), Address(AddressKind.OTHER, "", ""))


def other_address(message: MessagePayload, me: Me | None = None) -> Address | None:
    """The other address of a direct chat's person, phone for hidden id or the reverse, where the engine tells it."""
    key, info = _part(message.data, "key"), _part(message.data, "Info")
    told = [key.get("remoteJidAlt")]
    # The sender of what we wrote ourselves is ourselves.
    if message.fromMe:
        told += [info.get("RecipientAlt")]
    else:
        told += [key.get("senderPn"), key.get("senderLid"), info.get("SenderAlt")]
    return counterpart(chat_address(message), told, me)


def sender_address(message: MessagePayload) -> Address | None:
    """Who wrote in a group, by phone where it is told."""
    written = writer_address(message)
    if written is None or written.kind is AddressKind.PERSON:
        return written
    return _alternate_writer(message) or written


def writer_address(message: MessagePayload) -> Address | None:
    """Who wrote in a group, by the address under which WhatsApp knows this message."""
    key, info = _part(message.data, "key"), _part(message.data, "Info")
    told = (message.participant, key.get("participant"), info.get("Sender"), message.data.get("author"))
    return next(filter(None, map(read_address, told)), None)


def sender_pair(message: MessagePayload, me: Me | None = None) -> tuple[Address, Address] | None:
    """Hidden id and phone of who wrote in a group, where both are told."""
    written, other = writer_address(message), _alternate_writer(message)
    if message.fromMe or written is None or other is None:
        return None
    return pair(written, counterpart(written, [other.jid], me))


def counterpart(address: Address, told: list[Any], me: Me | None = None) -> Address | None:
    """The first of `told` that is the other kind of address of a person; never our own."""
    wanted = {AddressKind.HIDDEN: AddressKind.PERSON, AddressKind.PERSON: AddressKind.HIDDEN}.get(address.kind)
    found = (read_address(raw) for raw in told)
    return next((other for other in found if other and other.kind is wanted and not is_ours(other, me)), None)


def pair(one: Address, other: Address | None) -> tuple[Address, Address] | None:
    """The two with the hidden one first; None when they are no pair."""
    kinds = {address.kind: address for address in (one, other) if address}
    if kinds.keys() != {AddressKind.HIDDEN, AddressKind.PERSON}:
        return None
    return kinds[AddressKind.HIDDEN], kinds[AddressKind.PERSON]


def is_ours(address: Address | None, me: Me | None) -> bool:
    """Whether it is the connected number's own."""
    if address is None or me is None:
        return False
    return address.key in {own.key for own in (read_address(me.id), read_address(me.lid)) if own}


def push_name(message: MessagePayload) -> str:
    """The name the writer gave themselves on WhatsApp; on our own messages it is ours, so nobody's."""
    if message.fromMe:
        return ""
    info = _part(message.data, "Info")
    told = (message.data.get("pushName"), info.get("PushName"), message.data.get("notifyName"))
    name = next((name for name in told if isinstance(name, str) and name.strip()), "")
    return " ".join(name.split())[:160]


def _alternate_writer(message: MessagePayload) -> Address | None:
    key, info = _part(message.data, "key"), _part(message.data, "Info")
    told = (key.get("participantAlt"), key.get("participantPn"), key.get("participantLid"), info.get("SenderAlt"))
    return next(filter(None, map(read_address, told)), None)


def _part(data: dict[str, Any], name: str) -> dict[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}
