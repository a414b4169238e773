"""WhatsApp's own message inside a payload, as NOWEB (`_data.message`) and GOWS (`_data.Message`) pass it on.

The two spell alike but for abbreviations (`PTT`, `stanzaID`, `sourceURL`) and Go's oneofs, which lie one level deeper.
WEBJS has no such message; it names its type in `_data.type`.
"""

import re
from dataclasses import dataclass
from typing import Any

from .payloads import MessagePayload

# Envelopes within the envelope: the real message lies one level down, under `message`.
WRAPPERS = frozenset(
    (
        "associatedChildMessage",
        "botInvokeMessage",
        "deviceSentMessage",
        "documentWithCaptionMessage",
        "editedMessage",
        "ephemeralMessage",
        "groupMentionedMessage",
        "groupStatusMentionMessage",
        "groupStatusMessage",
        "groupStatusMessageV2",
        "limitSharingMessage",
        "lottieStickerMessage",
        "pollCreationMessageV4",
        "pollCreationMessageV6",
        "questionMessage",
        "statusMentionMessage",
        "viewOnceMessage",
        "viewOnceMessageV2",
        "viewOnceMessageV2Extension",
    )
)
DEEPEST = 6
# How Go and protobuf write "not there"; an object without anything in it is there.
EMPTY = (None, "", False, 0)
# What may lie beside the message without being it.
ASIDES = frozenset(("messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage"))
VIEW_ONCE = re.compile("viewOnceMessage")


@dataclass(frozen=True)
class Raw:
    """WhatsApp's name for the message ("" when there is none), its body, and what lies around it."""

    name: str
    part: dict[str, Any]
    content: dict[str, Any]
    asides: dict[str, Any]
    wrappers: tuple[str, ...] = ()

    @property
    def context(self) -> dict[str, Any]:
        """What it answers, whom it names, which ad it came from."""
        return mapping(self.part, "contextInfo")

    @property
    def is_view_once(self) -> bool:
        return bool(self.part.get("viewOnce")) or any(map(VIEW_ONCE.match, self.wrappers))


def read(message: MessagePayload) -> Raw:
    """The message under `_data`, out of its wrappers."""
    return unwrap(mapping(message.data, "message", "Message"))


def unwrap(content: dict[str, Any]) -> Raw:
    """The innermost message. Of several parts the first that is more than an aside is the message."""
    wrappers: list[str] = []
    asides: dict[str, Any] = {}
    for _depth in range(DEEPEST):
        asides |= mapping(content, "messageContextInfo")
        wrapper = next((name for name in content if name in WRAPPERS and isinstance(content[name], dict)), None)
        if wrapper is None:
            break
        wrappers.append(wrapper)
        content = mapping(content[wrapper], "message", "Message")
    name = next((name for name, part in content.items() if name not in ASIDES and part not in EMPTY), "")
    if not name and "senderKeyDistributionMessage" in content:
        name = "senderKeyDistributionMessage"
    part = content.get(name)
    return Raw(name, part if isinstance(part, dict) else {}, content, asides, tuple(wrappers))


def mapping(data: Any, *names: str) -> dict[str, Any]:
    """The first of these parts that is an object, else an empty one."""
    found = first(data, *names, kind=dict)
    return found if isinstance(found, dict) else {}


def text(data: Any, *names: str) -> str:
    """The first of these that is a text with something in it, else ""."""
    return next((str(data[name]) for name in names if isinstance(data, dict) and _is_text(data.get(name))), "")


def first(data: Any, *names: str, kind: type = object) -> Any:
    """The first of these that is there and of this kind, else None."""
    if not isinstance(data, dict):
        return None
    return next((data[name] for name in names if data.get(name) is not None and isinstance(data[name], kind)), None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
