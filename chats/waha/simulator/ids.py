"""Identifiers as WAHA and WhatsApp spell them."""

import itertools
import secrets
import time

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_request_numbers = itertools.count(time.time_ns() // 1_000_000)


def event_id(moment_ms: int) -> str:
    """`evt_` and a ULID in lower case."""
    number = (moment_ms << 80) | secrets.randbits(80)
    return "evt_" + "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def request_id() -> str:
    """What WAHA puts in X-Webhook-Request-Id: one per event and webhook, kept by retries."""
    number, digits = next(_request_numbers), ""
    while number:
        number, digit = divmod(number, 36)
        digits = BASE36[digit] + digits
    return f"3b2ozlobj{digits}"


def sent_uid() -> str:
    """The bare id of a message made by WAHA."""
    return "3EB0" + secrets.token_hex(9).upper()


def phone_uid() -> str:
    """The bare id of a message typed on a phone."""
    return "3A" + secrets.token_hex(9).upper()


def full_id(from_me: bool, chat_id: str, uid: str, participant: str | None = None) -> str:
    """`{true|false}_{chat}_{uid}`, and the participant where there is one."""
    parts = ["true" if from_me else "false", chat_id, uid]
    return "_".join([*parts, participant] if participant else parts)


def bare_id(message_id: str) -> str:
    """The stable part of a message id, given in full or already bare."""
    parts = message_id.split("_")
    return parts[2] if len(parts) >= 3 else message_id


def chat_id(address: str) -> str:
    """An address as WAHA's API spells it: digits become `…@c.us`."""
    address = address.strip().lstrip("+").replace("@s.whatsapp.net", "@c.us")
    return address if "@" in address else f"{address}@c.us"


def lid_id(lid: str) -> str:
    return lid if lid.endswith("@lid") else f"{lid}@lid"


def jid(chat: str) -> str:
    """The same address as the engine spells it: `@c.us` becomes `@s.whatsapp.net`."""
    return chat.replace("@c.us", "@s.whatsapp.net")


def is_group(chat: str) -> bool:
    return chat.endswith("@g.us")
