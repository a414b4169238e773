"""One line of a conversation, whoever wrote it and whether it leaves the house or not."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.keyset import rows_below
from crm.models import User, new_key

from .chat import Chat


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


# What the outbox still has to bring to an end.
IN_FLIGHT = [SendState.QUEUED, SendState.SENDING, SendState.UNCONFIRMED]


class MediaState(models.TextChoices):
    """Whether the file behind a media message is in our storage."""

    NONE = "NONE", _("No file")
    PENDING = "PENDING", _("Coming")
    READY = "READY", _("Ready")
    FAILED = "FAILED", _("Not available")


class MessageQuerySet(models.QuerySet["Message"]):
    def after(self, seq: int) -> Self:
        """What changed since `seq`: new lines, ticks, edits alike, in the order it was committed."""
        return self.filter(seq__gt=seq).order_by("seq", "timestamp", "id")

    def shown(self) -> Self:
        """Without rows that turned out to be the echo of another."""
        return self.filter(superseded_by=None)

    def newest_first(self) -> Self:
        return self.order_by("-timestamp", "-id")

    def before(self, moment: datetime, message_id: UUID) -> Self:
        """What is older than this line."""
        return rows_below(self, "timestamp", moment, message_id)

    def with_bubble_details(self) -> Self:
        """All that a bubble shows, in two queries however many bubbles."""
        return self.select_related("author").prefetch_related("reactions")


class Message(models.Model):
    """A line of a chat. `timestamp` is the provider's (UTC), `created_at` our own clock's."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    chat = models.ForeignKey(Chat, models.CASCADE, verbose_name=_("chat"), related_name="messages", db_index=False)
    phone = models.CharField(
        _("phone"), max_length=80, help_text=_("The customer's; in a group, the member's who wrote.")
    )
    from_me = models.BooleanField(_("from us"), default=False)
    body = models.TextField(_("text"), null=True, blank=True)  # noqa: DJ001 null is WAHA's "no text"
    media_url = models.TextField(_("media address"), null=True, blank=True)  # noqa: DJ001 the column is given
    type = models.CharField(_("type"), max_length=8, choices=MessageType, default=MessageType.TEXT)
    timestamp = models.DateTimeField(_("time"))
    ack = models.SmallIntegerField(_("delivery"), choices=Ack, null=True, blank=True)
    message_id = models.CharField(  # noqa: DJ001 null, so that unknown ids do not collide
        _("WhatsApp id"),
        max_length=120,
        null=True,
        blank=True,
        help_text=_("The bare id, without chat and participant."),
    )
    quoted_msg_id = models.CharField(_("quoted id"), max_length=120, null=True, blank=True)  # noqa: DJ001
    metadata = models.JSONField(_("details"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    session = models.ForeignKey(
        "waha.WhatsAppSession",
        models.SET_NULL,
        verbose_name=_("number"),
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    author = models.ForeignKey(
        User,
        models.SET_NULL,
        verbose_name=_("author"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("The agent who wrote it here; empty when it was typed on the phone."),
    )
    sender_name = models.CharField(_("sender's name"), max_length=160, blank=True)
    client_id = models.UUIDField(_("browser's id"), null=True, blank=True)
    seq = models.BigIntegerField(_("sequence"), default=0)
    send_state = models.CharField(_("sending"), max_length=11, choices=SendState, blank=True)
    send_error = models.CharField(_("send error"), max_length=300, blank=True)
    media_file = models.FileField(_("file"), upload_to="media/%Y/%m/", blank=True)
    media_state = models.CharField(_("file state"), max_length=7, choices=MediaState, default=MediaState.NONE)
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    mime_type = models.CharField(_("MIME type"), max_length=120, blank=True)
    size_bytes = models.BigIntegerField(_("size (bytes)"), null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(_("duration (s)"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name=_("superseded by"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Set on an echo that turned out to be another line; pages take it away."),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        db_table = "messages"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "from_me", "message_id"],
                condition=Q(message_id__isnull=False, superseded_by=None),
                name="message_once_per_whatsapp_id",
            ),
            models.UniqueConstraint(
                fields=["chat", "client_id"],
                condition=Q(client_id__isnull=False),
                name="message_once_per_client_id",
            ),
        ]
        indexes = [
            models.Index(fields=["chat", "-timestamp", "-id"], name="message_by_time"),
            models.Index(fields=["chat", "seq"], name="message_by_seq"),
            models.Index(
                fields=["session", "created_at"],
                name="message_in_flight",
                condition=Q(send_state__in=IN_FLIGHT),
            ),
        ]

    def __str__(self) -> str:
        return self.body or self.get_type_display()

    @property
    def is_internal(self) -> bool:
        return self.type in INTERNAL


class Reaction(models.Model):
    """An emoji on a message; one per author. `author_key` is the reacting person's address, or "me"."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    message = models.ForeignKey(
        Message, models.CASCADE, verbose_name=_("message"), related_name="reactions", db_index=False
    )
    emoji = models.CharField(_("emoji"), max_length=32)
    from_me = models.BooleanField(_("from us"), default=False)
    author_key = models.CharField(_("author"), max_length=80)
    reacted_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [models.UniqueConstraint(fields=["message", "author_key"], name="one_reaction_per_author")]

    def __str__(self) -> str:
        return self.emoji


class MessageEdit(models.Model):
    """A text as it stood before the customer, or we, changed it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, verbose_name=_("message"), related_name="edits")
    old_body = models.TextField(_("old text"))
    edited_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["edited_at"]

    def __str__(self) -> str:
        return self.old_body[:80]


class EarlyAck(models.Model):
    """A tick that came before its message; applied, and deleted, when the message comes."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    session = models.ForeignKey(
        "waha.WhatsAppSession", models.CASCADE, verbose_name=_("number"), related_name="+", db_index=False
    )
    from_me = models.BooleanField(_("from us"))
    message_id = models.CharField(_("WhatsApp id"), max_length=120)
    ack = models.SmallIntegerField(_("delivery"), choices=Ack)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("early tick")
        verbose_name_plural = _("early ticks")
        constraints = [models.UniqueConstraint(fields=["session", "from_me", "message_id"], name="one_early_ack")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.get_ack_display()}"
