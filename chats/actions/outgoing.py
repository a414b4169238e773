"""What an agent sends, of whatever kind, before it is a row."""

from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

from django.core.files.base import File

from chats.models import DraftFile, Message, MessageType
from crm.models import User

# Kinds whose file's name is shown; a photo's or a voice note's own name tells nobody anything.
NAMED_FILES = {MessageType.DOCUMENT, MessageType.AUDIO}
# Kinds that are nothing without their file.
FILES = {
    MessageType.IMAGE,
    MessageType.VIDEO,
    MessageType.DOCUMENT,
    MessageType.AUDIO,
    MessageType.VOICE,
    MessageType.STICKER,
}
# Kinds that WhatsApp shows no words under.
CAPTIONLESS = {MessageType.VOICE, MessageType.STICKER}
# What content cannot tell, and of which content it can be meant.
MEANT: dict[str, tuple[MessageType, set[MessageType]]] = {
    "voice": (MessageType.VOICE, {MessageType.AUDIO}),
    "sticker": (MessageType.STICKER, {MessageType.IMAGE}),
    "document": (MessageType.DOCUMENT, set(MessageType)),
}
# What a copy of a message takes over.
COPIED_COLUMNS = ["file_name", "mime_type", "size_bytes", "width", "height", "duration_seconds", "thumbnail"]
COPIED_DETAILS = ["latitude", "longitude", "name", "address", "contacts"]
POLL_DETAILS = ["name", "options", "multiple"]


@dataclass(frozen=True)
class Upload:
    """A file as it was examined: its content decides what it is, not its name."""

    file: "File[Any]"
    name: str
    mime_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    duration_seconds: int | None = None

    def columns(self, kind: MessageType) -> dict[str, Any]:
        return {
            "file_name": self.name[-255:] if kind in NAMED_FILES else "",
            "mime_type": self.mime_type[:120],
            "size_bytes": self.size_bytes,
            "width": self.width,
            "height": self.height,
            "duration_seconds": self.duration_seconds,
        }


@dataclass(frozen=True)
class Drafted:
    """A file that waits in the author's draft, and the words under it."""

    file_id: UUID
    caption: str = ""


def kind_of(found: str, meant: str) -> MessageType:
    """The kind of message that a file makes: what its content is, or what was meant where that can be."""
    kind, of = MEANT.get(meant, (MessageType(found), set()))
    return kind if found in of else MessageType(found)


@dataclass(frozen=True)
class Outgoing:
    """A message to be. `metadata` is what a bubble shows beyond text and file; `stored_file` lies in our storage."""

    kind: MessageType
    body: str | None = None
    upload: Upload | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    stored_file: str = ""
    columns: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def text(cls, body: str) -> Self:
        return cls(MessageType.TEXT, body)

    @classmethod
    def of_file(cls, kind: MessageType, upload: Upload, caption: str = "") -> Self:
        """A file, with words under it; a voice note takes none."""
        return cls(kind, caption or None, upload, columns=upload.columns(kind))

    @classmethod
    def of_draft(cls, file: DraftFile, caption: str = "") -> Self:
        """The same of a file that lies in our storage already."""
        kind = kind_of(file.type, file.meant)
        upload = Upload(
            file.file, file.name, file.mime_type, file.size_bytes, file.width, file.height, file.duration_seconds
        )
        return cls(
            kind,
            None if kind in CAPTIONLESS else caption or None,
            metadata={"waveform": file.waveform} if kind is MessageType.VOICE and file.waveform else {},
            stored_file=file.file.name or "",
            columns=upload.columns(kind) | {"thumbnail": file.thumbnail.name or ""},
        )

    @classmethod
    def place(cls, latitude: float, longitude: float, name: str = "") -> Self:
        where = {"latitude": latitude, "longitude": longitude}
        return cls(MessageType.LOCATION, metadata=where | ({"name": name} if name else {}))

    @classmethod
    def cards(cls, people: list[dict[str, str]]) -> Self:
        """Contact cards, each a `name` and a `phone` in digits."""
        return cls(MessageType.CONTACT, metadata={"contacts": people})

    @classmethod
    def poll(cls, name: str, options: list[str], *, multiple: bool = False) -> Self:
        return cls(MessageType.POLL, metadata={"poll": {"name": name, "options": options, "multiple": multiple}})

    def signed_by(self, author: User) -> Self:
        """The same, its words headed by the author's first name where they want that; a place has no words."""
        if not author.signs or not self.body:
            return self
        return replace(self, body=f"*{author.get_short_name()}:*\n{self.body}")

    @classmethod
    def copy_of(cls, message: Message) -> Self:
        """The same content again, without its reactions, votes and quote; it knows what it is a forward of."""
        details = {key: message.metadata[key] for key in COPIED_DETAILS if key in message.metadata}
        if poll := message.metadata.get("poll"):
            details["poll"] = {key: poll[key] for key in POLL_DETAILS if key in poll}
        details |= {"forward_of": str(message.pk), "forwarded": True}
        return cls(
            MessageType(message.type),
            message.body,
            metadata=details,
            stored_file=message.media_file.name or "",
            columns={name: getattr(message, name) for name in COPIED_COLUMNS},
        )
