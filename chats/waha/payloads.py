"""WAHA's JSON: what we read of it, in which units. Past this file travel our own words.

Tolerant of whatever else is there. NOWEB, GOWS and WEBJS differ in ids, in `from`/`to` and in the
raw message under `_data`; the differences end here. Source: WAHA's OpenAPI document (2026.7.1)
and webhooks captured from a running server.
"""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from crm.identity import Address

# Seconds since 1970 stay below this until the year 5138; milliseconds passed it in 1973.
LARGEST_SECONDS = 100_000_000_000


class Tolerant(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class Me(Tolerant):
    """The number that is logged in."""

    id: str = ""
    pushName: str | None = None


class Environment(Tolerant):
    version: str = ""
    engine: str = ""


class Envelope(Tolerant):
    """What every webhook is wrapped in. `timestamp` is in milliseconds."""

    id: str = Field(min_length=1, max_length=120)
    event: str = Field(min_length=1, max_length=60)
    session: str = ""
    timestamp: int | float = 0
    me: Me | None = None
    payload: dict[str, Any] = {}
    engine: str = ""
    environment: Environment = Environment()


class Media(Tolerant):
    """A file. No `url` and an `error`: WAHA could not fetch it from WhatsApp."""

    url: str | None = None
    mimetype: str | None = None
    filename: str | None = None
    error: Any = None


class Location(Tolerant):
    """Coordinates come as strings, in degrees."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


class ReplyTo(Tolerant):
    """The quoted message; `id` is bare."""

    id: str | None = None
    participant: str | None = None
    body: str | None = None


class MessagePayload(Tolerant):
    """`message.any`. `timestamp` is in seconds; `from` is the chat on NOWEB and GOWS, the sender on WEBJS."""

    id: str = Field(min_length=1)
    timestamp: int | float
    from_: str = Field(default="", alias="from")
    to: str | None = None
    participant: str | None = None
    fromMe: bool
    source: str | None = None
    body: str | None = None
    hasMedia: bool = False
    media: Media | None = None
    ack: int | None = None
    location: Location | None = None
    vCards: list[str] | None = None
    replyTo: ReplyTo | None = None
    data: dict[str, Any] = Field(default={}, alias="_data")


class AckPayload(Tolerant):
    """`message.ack`, `message.ack.group`. -1 error, 0 pending, 1 server, 2 device, 3 read, 4 played."""

    id: str = Field(min_length=1)
    fromMe: bool = True
    ack: int
    data: dict[str, Any] = Field(default={}, alias="_data")


class StatusPayload(Tolerant):
    """`session.status`; the list of statuses grows from version to version."""

    name: str = ""
    status: str = Field(min_length=1, max_length=40)


def from_epoch(value: float | str) -> datetime:
    """A moment (UTC) from seconds or milliseconds, told apart by magnitude; WAHA mixes them."""
    number = float(value)
    return datetime.fromtimestamp(number / 1000 if number > LARGEST_SECONDS else number, UTC)


def bare_id(full: str) -> str:
    """WhatsApp's own id out of `{true|false}_{chat}_{id}[_{participant}]`; a bare one comes back as it is.

    Only this part is stable: the chat and the participant may turn from phone to LID.
    """
    parts = full.split("_")
    return parts[2] if len(parts) >= 3 and parts[0] in {"true", "false"} else full


def chat_address(message: MessagePayload) -> Address:
    """The conversation a message belongs to, in either direction and on every engine."""
    parts = message.id.split("_")
    if len(parts) >= 3 and "@" in parts[1]:
        return Address.parse(parts[1])
    remote = message.data.get("id", {}).get("remote") if isinstance(message.data.get("id"), dict) else None
    return Address.parse(str(remote or (message.to if message.fromMe and message.to else message.from_)))


def other_address(message: MessagePayload) -> Address | None:
    """The same person's other address, phone for LID, when the engine tells it."""
    key, info = _part(message.data, "key"), _part(message.data, "Info")
    told = key.get("remoteJidAlt") or key.get("senderPn")
    told = told or (info.get("RecipientAlt") if message.fromMe else info.get("SenderAlt"))
    return Address.parse(told) if isinstance(told, str) and told else None


def sender_address(message: MessagePayload) -> Address | None:
    """Who wrote in a group, by phone where it is told."""
    key, info = _part(message.data, "key"), _part(message.data, "Info")
    told = key.get("participantAlt") or info.get("SenderAlt") or message.participant or key.get("participant")
    return Address.parse(told) if isinstance(told, str) and told else None


def push_name(message: MessagePayload) -> str:
    """The name the writer gave themselves on WhatsApp; on our own messages it is ours, so nobody's."""
    if message.fromMe:
        return ""
    info = _part(message.data, "Info")
    name = message.data.get("pushName") or info.get("PushName") or message.data.get("notifyName")
    return str(name or "")[:160]


def ack_error(ack: AckPayload) -> str:
    """WhatsApp's reason for an error tick, where the engine passes it on."""
    parameters = ack.data.get("messageStubParameters") or _part(ack.data, "update").get("messageStubParameters")
    return ", ".join(map(str, parameters))[:300] if isinstance(parameters, list) else ""


def _part(data: dict[str, Any], name: str) -> dict[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}
