"""WAHA's JSON: what we read of it, in which units. Past this room's readers travel our own words.

Tolerant of whatever else is there, and of trouble in what a message can do without: a place or a file that cannot
be read never costs the message. Source: WAHA's OpenAPI document (2026.7.1) and webhooks captured from a running
server. What NOWEB, GOWS and WEBJS put where is known to `addresses`, `proto` and `content`.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

# Seconds since 1970 stay below this until the year 5138; milliseconds passed it in 1973.
LARGEST_SECONDS = 100_000_000_000
# What PostgreSQL's text and JSON cannot hold, and people can send: NUL, and half a surrogate pair.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# WhatsApp's first year; and a year in which somebody else looks after this.
EARLIEST, LATEST = datetime(2009, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_ID = 120

Value = TypeVar("Value")


class Ignored(Exception):
    """The event asks nothing of us; the text says why."""


def storable(value: Any) -> Any:
    """The same JSON with a replacement character for each that the database would refuse."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value


def from_epoch(value: float | str) -> datetime:
    """A moment (UTC) from seconds or milliseconds, told apart by magnitude; WAHA mixes them. ValueError if absurd."""
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueError("not a moment") from None  # without repeating what may be a megabyte
    number = number / 1000 if abs(number) > LARGEST_SECONDS else number
    if not EARLIEST.timestamp() <= number < LATEST.timestamp():
        raise ValueError(f"not a moment: {number}")
    return datetime.fromtimestamp(number, UTC)


def bare_id(full: str) -> str:
    """WhatsApp's own id out of `{true|false}_{chat}_{id}[_{participant}]`; a bare one comes back as it is.

    Only this part is stable: the chat and the participant may turn from phone to LID.
    """
    parts = full.split("_")
    return parts[2] if len(parts) >= 3 and parts[0] in {"true", "false"} else full


def serialized(value: Any) -> Any:
    """An id as text: WEBJS writes some as `{"_serialized": …}`."""
    return value.get("_serialized") if isinstance(value, dict) else value


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not a moment")
    return from_epoch(value)


def _with_bare_id(full: str) -> str:
    if not 0 < len(bare_id(full)) <= LONGEST_ID:
        raise ValueError("no id of a message")
    return full


def _or_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


Moment = Annotated[datetime, BeforeValidator(_moment)]
MessageId = Annotated[str, BeforeValidator(serialized), Field(max_length=300), AfterValidator(_with_bare_id)]
# Read where it can be read, None where it cannot.
Perhaps = Annotated[Value | None, WrapValidator(_or_none)]
Jid = Annotated[str | None, BeforeValidator(serialized), WrapValidator(_or_none)]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


Mapping = Annotated[dict[str, Any], BeforeValidator(_mapping)]


class Tolerant(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class Me(Tolerant):
    """The number that is logged in, by phone and by hidden id."""

    id: str = ""
    lid: str | None = None
    pushName: str | None = None


class Environment(Tolerant):
    version: str = ""
    engine: str = ""


class Envelope(Tolerant):
    """What every webhook is wrapped in. `timestamp` is in milliseconds: when WAHA told it."""

    id: str = Field(min_length=1, max_length=120)
    event: str = Field(min_length=1, max_length=60)
    session: str = ""
    timestamp: Perhaps[Moment] = None
    me: Perhaps[Me] = None
    payload: Mapping = {}
    engine: Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")] = ""
    environment: Annotated[Environment, BeforeValidator(_mapping)] = Environment()

    def moment(self, second: datetime) -> datetime:
        """When it happened, finer than the whole second that WhatsApp tells.

        WAHA's own clock refines it where it agrees with that second; told later, it counts as the second's end.
        Of the envelope alone, so that every delivery of the event says the same.
        """
        if second.microsecond or self.timestamp is None or self.timestamp < second:
            return second
        if self.timestamp.replace(microsecond=0) == second:
            return self.timestamp
        return second.replace(microsecond=999_000)


class Media(Tolerant):
    """A file. No `url` and an `error`: WAHA could not fetch it from WhatsApp."""

    url: Perhaps[str] = None
    mimetype: Perhaps[str] = None
    filename: Perhaps[str] = None
    error: Any = None


class Location(Tolerant):
    """Coordinates come as strings, in degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: Perhaps[str] = None
    address: Perhaps[str] = None
    live: Perhaps[bool] = None


class ReplyTo(Tolerant):
    """The quoted message; `id` is bare, and the message itself, raw, in `_data`."""

    id: Perhaps[MessageId] = None
    participant: Jid = None
    body: Perhaps[str] = None
    data: Mapping = Field(default={}, alias="_data")


class MessagePayload(Tolerant):
    """`message.any`. `timestamp` is in seconds; `from` is the chat on NOWEB and GOWS, the sender on WEBJS."""

    id: MessageId
    timestamp: Moment
    from_: Jid = Field(default=None, alias="from")
    to: Jid = None
    participant: Jid = None
    fromMe: bool
    source: Perhaps[str] = None
    body: Perhaps[str] = None
    hasMedia: Perhaps[bool] = None
    media: Perhaps[Media] = None
    ack: Perhaps[int] = None
    location: Perhaps[Location] = None
    vCards: Perhaps[list[str]] = None
    replyTo: Perhaps[ReplyTo] = None
    data: Mapping = Field(default={}, alias="_data")


class EditPayload(MessagePayload):
    """`message.edited`: `id` is the edit's own, except on WEBJS, where it is the message's."""

    editedMessageId: Perhaps[MessageId] = None


class RevokePayload(Tolerant):
    """`message.revoked`; `before` is there on WEBJS alone."""

    revokedMessageId: Perhaps[MessageId] = None
    after: Perhaps[MessagePayload] = None
    before: Perhaps[MessagePayload] = None


class Emoji(Tolerant):
    """Blank `text`: taken back. `messageId` is the full id of the message."""

    text: Perhaps[str] = None
    messageId: MessageId


class ReactionPayload(Tolerant):
    """`message.reaction`; WEBJS has the person in `from` and the chat in `to`, the others the chat in `from`."""

    id: Perhaps[MessageId] = None
    timestamp: Moment
    from_: Jid = Field(default=None, alias="from")
    to: Jid = None
    participant: Jid = None
    fromMe: bool = False
    reaction: Emoji


class AckPayload(Tolerant):
    """`message.ack`, `message.ack.group`. -1 error, 0 pending, 1 server, 2 device, 3 read, 4 played."""

    id: MessageId
    fromMe: bool = True
    ack: int
    error: Mapping = {}
    data: Mapping = Field(default={}, alias="_data")


class Vote(Tolerant):
    """Each vote takes the place of the person's last; `timestamp` is in milliseconds (WEBJS too)."""

    timestamp: Moment
    from_: Jid = Field(default=None, alias="from")
    participant: Jid = None
    fromMe: bool = False
    selectedOptions: Perhaps[list[str]] = None


class PollMessage(Tolerant):
    id: MessageId


class VotePayload(Tolerant):
    """`poll.vote`."""

    vote: Vote
    poll: PollMessage


class CallPayload(Tolerant):
    """`call.*`: all events of a call have one id. `from` is who calls, and missing now and then."""

    id: Perhaps[Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]] = None
    from_: Jid = Field(default=None, alias="from")
    timestamp: Moment
    isVideo: Perhaps[bool] = None
    isGroup: Perhaps[bool] = None
    data: Mapping = Field(default={}, alias="_data")


class PersonPresence(Tolerant):
    """`lastSeen` is in seconds."""

    participant: Jid = None
    lastKnownPresence: Perhaps[str] = None
    lastSeen: Perhaps[Moment] = None


class PresencePayload(Tolerant):
    """`presence.update`: a chat, and who is doing what in it."""

    id: Annotated[str, BeforeValidator(serialized), Field(min_length=1)]
    presences: Perhaps[list[PersonPresence]] = None


class Participant(Tolerant):
    """A member of a group; newer versions tell the phone (`pn`) of one known by hidden id."""

    id: Jid = None
    pn: Jid = None


class Group(Tolerant):
    id: Annotated[str, BeforeValidator(serialized), Field(min_length=1)]
    subject: Perhaps[str] = None
    participants: Perhaps[list[Participant]] = None


class GroupPayload(Tolerant):
    """`group.v2.*`; `timestamp` is in milliseconds."""

    group: Group
    timestamp: Perhaps[Moment] = None
    participants: Perhaps[list[Participant]] = None


class StatusPayload(Tolerant):
    """`session.status`; the list of statuses grows from version to version."""

    name: Perhaps[str] = None
    status: str = Field(min_length=1, max_length=40)
