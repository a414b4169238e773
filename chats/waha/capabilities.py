"""What a WAHA can do, by engine and version; what it cannot is not offered, or fails with a plain reason.

Sources: WAHA's OpenAPI document (2026.7.1), its changelog, and what a running 2026.2.1 (NOWEB) answered. An engine or
a version we do not know is given the benefit of the doubt: WAHA's own refusal is definite, and told.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chats.models import Message, MessageType

Version = tuple[int, ...]
ANY: Version = ()
NEVER: Version = (9999,)


class Feature(Enum):
    """What can be asked of WAHA. The first ones bear the names of message types."""

    TEXT = "TEXT"
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    DOCUMENT = "DOCUMENT"
    AUDIO = "AUDIO"
    VOICE = "VOICE"
    STICKER = "STICKER"
    LOCATION = "LOCATION"
    CONTACT = "CONTACT"
    POLL = "POLL"
    FORWARD = "forward"
    REACTION = "reaction"
    EDIT = "edit"
    REVOKE = "revoke"
    SEEN = "seen"
    SEEN_BY_ID = "seen by id"
    TYPING = "typing"
    CALLER_IDS = "caller ids"


# The free image sends files since everything of "Plus" moved into it; before that `POST /api/sendImage` answers 422
# and `sendVideo` 501 (both measured on 2026.2.1).
FILES_SINCE: Version = (2026, 6, 1)
# Since when an engine has a feature, where that is not "always"; "" stands for every engine not named.
SINCE: dict[Feature, dict[str, Version]] = {
    Feature.IMAGE: {"": FILES_SINCE},
    Feature.VIDEO: {"": FILES_SINCE},
    Feature.DOCUMENT: {"": FILES_SINCE},
    Feature.AUDIO: {"": FILES_SINCE},
    Feature.VOICE: {"": FILES_SINCE},
    # `POST /api/sendSticker`: absent from the OpenAPI document of 2026.7.1, in the changelog of 2026.8.2.
    Feature.STICKER: {"": (2026, 8, 2)},
    # `POST /api/sendContactVcard` on WEBJS: changelog of 2025.9.5.
    Feature.CONTACT: {"WEBJS": (2025, 9, 5)},
    # `POST /api/forwardMessage` answered on NOWEB 2026.2.1; GOWS came late. Where it is missing a copy is sent.
    Feature.FORWARD: {"GOWS": (2026, 8, 2)},
    # `GET /api/{session}/new-message-id`: changelog of 2026.4.3, NOWEB and GOWS.
    Feature.CALLER_IDS: {"": (2026, 4, 3), "WEBJS": NEVER, "WPP": NEVER},
    # `messageIds` of `POST /api/sendSeen`; elsewhere the whole chat is marked as read.
    Feature.SEEN_BY_ID: {"WEBJS": NEVER, "WPP": NEVER},
}
# `id` is a field of these requests only: those with a file have none (OpenAPI 2026.7.1).
NAMED_BEFOREHAND = {Feature.TEXT, Feature.LOCATION, Feature.CONTACT, Feature.POLL, Feature.FORWARD}
WITH_FILE = {
    Feature.IMAGE,
    Feature.VIDEO,
    Feature.DOCUMENT,
    Feature.AUDIO,
    Feature.VOICE,
    Feature.STICKER,
}
TOO_OLD = gettext_noop("This number's WAHA (%(version)s) is too old for this. Ask an administrator to update it.")
NO_STICKERS = gettext_noop("This number's WAHA cannot send stickers. Send it as a photo.")
NOT_THIS_ENGINE = gettext_noop("This number's WAHA cannot do this.")


@dataclass(frozen=True)
class Capabilities:
    """What one number's WAHA can do. Templates ask `offers.poll`, `offers.sticker`…"""

    engine: str = ""
    version: str = ""

    def can(self, feature: Feature) -> bool:
        """Whether to ask WAHA for it at all."""
        told, since = _numbers(self.version), self._since(feature)
        return since != NEVER and (told is None or told >= since)

    def refusal(self, feature: Feature) -> str:
        """Why not, in the active language; blank when it can."""
        if self.can(feature):
            return ""
        if feature is Feature.STICKER:
            return _(NO_STICKERS)
        if self._since(feature) == NEVER:
            return _(NOT_THIS_ENGINE)
        return _(TOO_OLD) % {"version": self.version}

    @property
    def refusals(self) -> dict[str, str]:
        """Why not, by the names templates use, of all that it cannot: `refusals.sticker`."""
        return {feature.name.lower(): reason for feature in Feature if (reason := self.refusal(feature))}

    def names_beforehand(self, feature: Feature) -> bool:
        """Whether a send of this kind takes an id that we choose."""
        known = _numbers(self.version) is not None
        return known and feature in NAMED_BEFOREHAND and self.can(Feature.CALLER_IDS)

    def __getattr__(self, name: str) -> bool:
        try:
            return self.can(Feature[name.upper()])
        except KeyError as error:
            raise AttributeError(name) from error

    def _since(self, feature: Feature) -> Version:
        rules = SINCE.get(feature, {})
        return rules.get(self.engine.upper(), rules.get("", ANY))


def feature_of(message: Message) -> Feature:
    """What sending this message asks of WAHA."""
    return Feature(MessageType(message.type).value)


def _numbers(version: str) -> Version | None:
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else None
