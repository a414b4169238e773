"""What WhatsApp remembers: messages of every session, and which hidden id is whose phone."""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from . import ids

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a message; its bytes are made from kind and name when asked for."""

    kind: str
    mimetype: str
    extension: str
    filename: str | None
    download: str = ""  # "failed" or "skipped": WAHA has no copy


@dataclass(frozen=True, slots=True)
class Message:
    """A message of one session, in our own words. `content` is the engine's raw message."""

    session: str
    uid: str
    chat_id: str
    from_me: bool
    timestamp: int
    content: Json
    body: str | None = None
    source: str = "app"
    ack: int = 2
    push_name: str | None = None
    participant: str | None = None
    alternate: str | None = None  # the sender's phone, when the sender is known by a LID
    media: Media | None = None
    location: Json | None = None
    vcards: list[str] | None = None
    reply_to: Json | None = None

    @property
    def id(self) -> str:
        return ids.full_id(self.from_me, self.chat_id, self.uid, self.participant)

    @classmethod
    def from_json(cls, data: Json) -> Self:
        media = data.pop("media", None)
        return cls(**data, media=Media(**media) if media else None)


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the history. Chat None means all chats; times are seconds, inclusive."""

    chat_id: str | None = None
    since: float | None = None
    until: float | None = None
    from_me: bool | None = None
    ack: int | None = None
    newest_first: bool = True
    limit: int = 10
    offset: int = 0
    merge: bool = True

    def matches(self, message: Message) -> bool:
        return (
            (self.since is None or message.timestamp >= self.since)
            and (self.until is None or message.timestamp <= self.until)
            and (self.from_me is None or message.from_me is self.from_me)
            and (self.ack is None or message.ack == self.ack)
        )


class Store:
    """Messages by session and bare id, in order of arrival. Safe to use from any thread.

    With a file, every change is appended to it as a line of JSON, and read back at the start.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._messages: dict[str, dict[str, Message]] = {}
        self._phones: dict[tuple[str, str], str] = {}
        self._file = file
        if file is not None and file.exists():
            self._load(file)

    def put(self, message: Message) -> None:
        with self._lock:
            self._messages.setdefault(message.session, {})[message.uid] = message
            self._write({"message": asdict(message)})

    def get(self, session: str, message_id: str) -> Message | None:
        """By full or by bare id."""
        with self._lock:
            return self._messages.get(session, {}).get(ids.bare_id(message_id))

    def change(self, session: str, message_id: str, **changes: Any) -> Message | None:
        """The message as changed, None when there is no such message."""
        with self._lock:
            message = self.get(session, message_id)
            if message is None:
                return None
            changed = replace(message, **changes)
            self.put(changed)
            return changed

    def remove(self, session: str, message_id: str) -> None:
        uid = ids.bare_id(message_id)
        with self._lock:
            if self._messages.get(session, {}).pop(uid, None):
                self._write({"removed": [session, uid]})

    def forget(self, session: str) -> None:
        """Everything of a session, as after a logout."""
        with self._lock:
            if self._messages.pop(session, None):
                self._write({"forgotten": session})

    def find(self, session: str, query: Query) -> list[Message]:
        with self._lock:
            found = self._of_chat(session, query)
        found = [message for message in found if query.matches(message)]
        # Sorting is stable: within a second, arrival decides.
        found.sort(key=lambda message: message.timestamp)
        if query.newest_first:
            found.reverse()
        return found[query.offset : query.offset + query.limit]

    def unread(self, session: str, chat_id: str, limit: int) -> list[Message]:
        """Messages of others in a chat that were not read yet, newest first."""
        everything = self.find(session, Query(chat_id=chat_id, from_me=False, limit=10**9))
        return [message for message in everything if message.ack < 3][:limit]

    def learn_lid(self, session: str, lid: str, phone: str) -> None:
        with self._lock:
            self._phones[session, ids.lid_id(lid)] = ids.chat_id(phone)
            self._write({"lid": [session, ids.lid_id(lid), ids.chat_id(phone)]})

    def phone_of(self, session: str, lid: str) -> str | None:
        with self._lock:
            return self._phones.get((session, ids.lid_id(lid)))

    def lids(self, session: str) -> dict[str, str]:
        """Phones by LID."""
        with self._lock:
            return {lid: phone for (owner, lid), phone in self._phones.items() if owner == session}

    def lid_of(self, session: str, phone: str) -> str | None:
        wanted = ids.chat_id(phone)
        return next((lid for lid, pn in self.lids(session).items() if pn == wanted), None)

    def _of_chat(self, session: str, query: Query) -> list[Message]:
        messages = self._messages.get(session, {}).values()
        if query.chat_id is None:
            return list(messages)
        chats = {query.chat_id}
        if query.merge:
            twins = (self.phone_of(session, query.chat_id), self.lid_of(session, query.chat_id))
            chats |= {twin for twin in twins if twin}
        return [message for message in messages if message.chat_id in chats]

    def _write(self, line: Json) -> None:
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _load(self, file: Path) -> None:
        # Replayed through the same methods, which must not write it all again.
        self._file = None
        replay: dict[str, Callable[[Any], None]] = {
            "message": lambda data: self.put(Message.from_json(data)),
            "removed": lambda data: self.remove(*data),
            "forgotten": self.forget,
            "lid": lambda data: self.learn_lid(*data),
        }
        for line in file.read_text(encoding="utf-8").split("\n"):
            try:
                ((what, data),) = json.loads(line).items()
            except ValueError:
                continue  # the line that was being written when the process was killed
            replay[what](data)
        self._file = file
