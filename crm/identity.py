"""Phones, the Brazilian ninth digit, and WhatsApp's own addresses.

A person is known by canonical E.164 digits. WhatsApp may know the same person by an address
without the ninth digit (`551188887777@c.us`) or by a hidden id (`99887766554433@lid`).
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import phonenumbers

BRAZIL = "55"
SHORTEST_WITH_AREA = 10
PERSON_SERVERS = {"c.us", "s.whatsapp.net"}


class AddressKind(Enum):
    PERSON = "person"
    HIDDEN = "hidden"  # a LID: a person whose phone WhatsApp does not tell
    GROUP = "group"
    OTHER = "other"  # status broadcasts, newsletters and what WhatsApp invents next


@dataclass(frozen=True)
class Address:
    """A WhatsApp chat id taken apart; `key` is what `Chat.phone` holds for it."""

    kind: AddressKind
    key: str
    jid: str

    @classmethod
    def parse(cls, raw: str) -> "Address":
        """Read any spelling: bare digits, `@c.us`, `@s.whatsapp.net`, a `:3` device part, LID, group."""
        user, _, server = raw.strip().partition("@")
        user = user.split(":")[0]
        if server in PERSON_SERVERS or (not server and user.isdigit()):
            return cls(AddressKind.PERSON, with_ninth_digit(user), f"{user}@c.us")
        jid = f"{user}@{server}"
        if server == "lid":
            return cls(AddressKind.HIDDEN, jid, jid)
        if server == "g.us":
            return cls(AddressKind.GROUP, jid, jid)
        return cls(AddressKind.OTHER, jid, jid)


def with_ninth_digit(digits: str) -> str:
    """Canonical E.164 digits: a Brazilian mobile in its old eight-digit form gains the 9.

    Mobiles started with 6 to 9 before the ninth digit came; landlines (2 to 5) never get one.
    """
    if digits.startswith(BRAZIL) and len(digits) == 12 and digits[4] in "6789":
        return digits[:4] + "9" + digits[4:]
    return digits


def spellings(digits: str) -> tuple[str, ...]:
    """Every form under which WhatsApp may know these canonical digits, the canonical one first."""
    if digits.startswith(BRAZIL) and len(digits) == 13 and digits[4] == "9" and digits[5] in "6789":
        return (digits, digits[:4] + digits[5:])
    return (digits,)


def parse_phone(text: str, region: str = "BR") -> str | None:
    """What a person typed, as canonical E.164 digits; None when it is no possible number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    national = phonenumbers.national_significant_number(number)
    # Without an area code it rings in its own town, and WhatsApp could not reach it.
    if str(number.country_code) == BRAZIL and len(national) < SHORTEST_WITH_AREA:
        return None
    return with_ninth_digit(f"{number.country_code}{national}")


@lru_cache(maxsize=8192)
def pretty_phone(digits: str) -> str:
    """Digits as a person writes them: `+55 11 98888-7777`; anything else comes back as it is."""
    if not digits.isdigit():
        return digits
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def national_phone(digits: str) -> str:
    """As people of Brazil write it, `(11) 98888-7777`, and with a plus what is abroad; `parse_phone` reads both."""
    if not digits.isdigit():
        return digits
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return digits
    at_home = str(number.country_code) == BRAZIL
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, shape)
