"""What a message may be: its kind, how far it has come, and whether its file is here."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MessageType(models.TextChoices):
    TEXT = "TEXT", _("Text")
    IMAGE = "IMAGE", _("Photo")
    AUDIO = "AUDIO", _("Audio")
    VOICE = "VOICE", _("Voice message")
    VIDEO = "VIDEO", _("Video")
    DOCUMENT = "DOCUMENT", _("Document")
    STICKER = "STICKER", _("Sticker")
    LOCATION = "LOCATION", _("Location")
    CONTACT = "CONTACT", _("Contact card")
    POLL = "POLL", _("Poll")
    CALL = "CALL", _("Call")
    NOTE = "NOTE", _("Note")
    SYSTEM = "SYSTEM", _("System")
    UNKNOWN = "UNKNOWN", _("Message of an unsupported type")


# Lines that live in the timeline and never reach WhatsApp.
INTERNAL = [MessageType.NOTE, MessageType.SYSTEM]
# Few among many: those in whose words there is an address; an index is of this very condition.
LINKED = Q(type=MessageType.TEXT, body__contains="http")


class Ack(models.IntegerChoices):
    """WAHA's delivery states; only ERROR is below PENDING."""

    ERROR = -1, _("Failed")
    PENDING = 0, _("Waiting")
    SERVER = 1, _("Sent")
    DEVICE = 2, _("Delivered")
    READ = 3, _("Read")
    PLAYED = 4, _("Played")


class SendState(models.TextChoices):
    """How far one of our own sends has come; empty on what others wrote."""

    QUEUED = "QUEUED", _("In the queue")
    SENDING = "SENDING", _("Sending")
    SENT = "SENT", _("Sent")
    UNCONFIRMED = "UNCONFIRMED", _("Not confirmed")
    FAILED = "FAILED", _("Failed")
    # Too old, or too much like a flood, to leave without a person's word.
    HELD = "HELD", _("Held back")
    CANCELLED = "CANCELLED", _("Cancelled")


# What somebody wrote: what a search of the messages finds.
SPOKEN = Q(superseded_by=None) & ~Q(type=MessageType.SYSTEM)
# What the outbox, or a person, still has to bring to an end.
IN_FLIGHT = [SendState.QUEUED, SendState.SENDING, SendState.UNCONFIRMED, SendState.HELD]


class MediaState(models.TextChoices):
    """Whether the file behind a media message is in our storage."""

    NONE = "NONE", _("No file")
    PENDING = "PENDING", _("Coming")
    READY = "READY", _("Ready")
    FAILED = "FAILED", _("Not available")
