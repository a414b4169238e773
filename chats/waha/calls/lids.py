"""Calls about hidden ids (LIDs): whose phone is behind which, as far as WAHA knows."""

from typing import Any
from urllib.parse import quote

from chats.waha.client import WahaClient, WahaError
from crm.identity import Address, AddressKind

PAGE_SIZE = 100

Pair = tuple[Address, Address]


def phone_behind(client: WahaClient, hidden: Address) -> Address | None:
    """The phone of a hidden id; None where WAHA does not know it, which is common."""
    try:
        answer = client.call("GET", f"/api/{client.name}/lids/{quote(hidden.jid, safe='')}")
    except WahaError as error:
        if error.status == 404:
            return None
        raise
    pair = _pair(answer, lid=hidden.jid)
    return pair[1] if pair else None


def known_pairs(client: WahaClient, offset: int) -> tuple[list[Pair], int]:
    """A page of the pairs WAHA knows (hidden id, phone), and how many rows it had, those without a phone included.

    Older versions know no pages: they answer with everything, whatever was asked for.
    """
    query = {"limit": PAGE_SIZE, "offset": offset}
    answer = client.call("GET", f"/api/{client.name}/lids", query=query)
    rows = answer if isinstance(answer, list) else []
    return [pair for row in rows if (pair := _pair(row))], len(rows)


def _pair(row: Any, lid: str = "") -> Pair | None:
    """None for a hidden id without phone, and for what is no pair at all."""
    if not isinstance(row, dict) or not isinstance(row.get("pn"), str):
        return None
    hidden, phone = Address.parse(str(row.get("lid") or lid)), Address.parse(row["pn"])
    if (hidden.kind, phone.kind) != (AddressKind.HIDDEN, AddressKind.PERSON) or not phone.key.isdigit():
        return None
    return hidden, phone
