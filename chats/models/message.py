"""One line of a conversation, whoever wrote it and whether it leaves the house or not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Case, F, Func, OuterRef, Q, Subquery, When
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext_lazy as _

from crm.keyset import rows_above, rows_below
from crm.models import Tenant, User, new_key
from crm.search import saying, words_in
from crm.words_by_month import led_query, led_words

from .chat import Chat
from .states import IN_FLIGHT, INTERNAL, LINKED, SPOKEN, Ack, MediaState, MessageType, SendState

# What a search of a company's messages reads.
WORDS = led_words("body", "tenant", "timestamp")


class MessageQuerySet(models.QuerySet["Message"]):
    def after(self, seq: int) -> Self:
        """What changed since `seq`: new lines, ticks, edits alike, in the order it was committed."""
        return self.filter(seq__gt=seq).order_by("seq", "timestamp", "id")

    def shown(self) -> Self:
        """Without rows that turned out to be the echo of another."""
        return self.filter(superseded_by=None)

    def saying(self, typed: str) -> Self:
        """Lines of people in which each typed word begins some word; none when nothing searchable was typed.

        For those of one chat: no index knows their words.
        """
        return self._with_words(words_in("body"), saying(typed))

    def said_in(self, months: Iterable[int], typed: str, tenant_id: UUID) -> Self:
        """The same of a company, in months numbered as by `month_of`; an index finds them. Who asks must say whose."""
        return self._with_words(WORDS, led_query(typed, tenant_id, months)).filter(tenant=tenant_id)

    def _with_words(self, words: SearchVector, query: SearchQuery | None) -> Self:
        return self.filter(SPOKEN).alias(_words=words).filter(_words=query) if query else self.none()

    def with_links(self) -> Self:
        """Texts in which an address stands."""
        return self.filter(LINKED)

    def newest_first(self) -> Self:
        return self.order_by("-timestamp", "-id")

    def oldest_first(self) -> Self:
        return self.order_by("timestamp", "id")

    def before(self, moment: datetime, message_id: UUID) -> Self:
        """What is older than this line."""
        return rows_below(self, "timestamp", moment, message_id)

    def later_than(self, moment: datetime, message_id: UUID) -> Self:
        """What is newer than this line."""
        return rows_above(self, "timestamp", moment, message_id)

    def with_bubble_details(self) -> Self:
        """All that a bubble shows, in one query; `shown_reactions` and `open_amendments` are lists of dicts.

        `quoted_pk` is the original of a quote, None when it is not known here. `colleagues_named` are those a note
        mentions, `members_named` those of a group; both None where nobody is.
        """
        reactions = Reaction.objects.filter(message=OuterRef("pk")).exclude(emoji="").order_by("reacted_at", "id")
        amendments = Amendment.objects.filter(message=OuterRef("pk")).unsettled()
        edits = MessageEdit.objects.filter(message=OuterRef("pk")).order_by("edited_at", "edit_id")
        original = Message.objects.shown().filter(
            session=OuterRef("session"),
            from_me__in=[True, False],
            message_id=OuterRef("quoted_msg_id"),
            chat=OuterRef("chat"),
        )
        speaks_of = Q(metadata__has_key="mentions")
        return self.select_related("author", "link_preview").annotate(
            quoted_pk=Subquery(original.values("pk")[:1]),
            colleagues_named=Case(When(speaks_of & Q(type=MessageType.NOTE), then=ArraySubquery(_colleagues()))),
            members_named=Case(When(speaks_of & ~Q(type=MessageType.NOTE), then=ArraySubquery(_members()))),
            shown_reactions=ArraySubquery(
                reactions.values(
                    json=JSONObject(emoji="emoji", from_me="from_me", author_key="author_key", name="author_name")
                )
            ),
            older_texts=ArraySubquery(edits.values("old_body")),
            open_amendments=ArraySubquery(
                amendments.values(json=JSONObject(id="id", kind="kind", value="value", state="state", error="error"))
            ),
        )


def _colleagues() -> models.QuerySet[Any, Any]:
    """The names of those whom a note mentions."""
    colleagues = User.objects.filter(tenant=OuterRef("chat__tenant"))
    return colleagues.alias(told=_is_mentioned(Cast("pk", models.TextField()))).filter(told=True).values("name")


def _members() -> models.QuerySet[Any, Any]:
    """The members of a group whom a message mentions, each by the name they last wrote under."""
    lines = Message.objects.filter(chat=OuterRef("chat"), from_me=False).exclude(sender_name="")
    told = lines.alias(told=_is_mentioned(F("phone"))).filter(told=True)
    latest = told.order_by("phone", "-timestamp").distinct("phone")
    return latest.values(json=JSONObject(phone="phone", name="sender_name"))


def _is_mentioned(key: F | Cast) -> Func:
    return Func(OuterRef("metadata__mentions"), key, function="jsonb_exists", output_field=models.BooleanField())


class Message(models.Model):
    """A line of a chat. `timestamp` is the provider's (UTC), `created_at` our own clock's."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    # Its chat's, for what is indexed by company. The chat's own key sees to it that there is one, without a look at the
    # company with each message.
    tenant = models.ForeignKey(
        Tenant,
        models.DO_NOTHING,
        verbose_name=_("company"),
        related_name="+",
        editable=False,
        db_index=False,
        db_constraint=False,
    )
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
    width = models.PositiveIntegerField(_("width (px)"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height (px)"), null=True, blank=True)
    thumbnail = models.FileField(_("thumbnail"), upload_to="thumbnails/%Y/%m/", blank=True)
    playable_file = models.FileField(
        _("playable file"),
        upload_to="playable/%Y/%m/",
        blank=True,
        help_text=_("The same sound as MP3, for browsers that cannot play the original."),
    )
    media_error = models.CharField(_("file error"), max_length=300, blank=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    begun_at = models.DateTimeField(
        _("sending since"), null=True, blank=True, help_text=_("Our time at which the send in hand began.")
    )
    imported = models.BooleanField(
        _("imported"), default=False, help_text=_("From the number's history: neither unread nor waiting, ever.")
    )
    merged_from = models.UUIDField(
        _("merged from"), null=True, blank=True, help_text=_("The chat it lay in before two became one.")
    )
    link_preview = models.ForeignKey(
        "chats.LinkPreview",
        models.SET_NULL,
        verbose_name=_("link preview"),
        related_name="+",
        null=True,
        blank=True,
    )
    superseded_by = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name=_("superseded by"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Set on an echo that turned out to be another line; pages take it away."),
    )

    # What `with_bubble_details` adds.
    colleagues_named: list[str] | None
    members_named: list[dict[str, str]] | None

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
            # Few among many: what a person's timeline and their files are made of.
            models.Index(
                fields=["chat", "-timestamp", "-id"],
                name="message_told",
                condition=Q(type__in=["NOTE", "SYSTEM", "CALL"]),
            ),
            models.Index(
                fields=["chat", "-timestamp", "-id"],
                name="message_files",
                condition=Q(type__in=["IMAGE", "VIDEO", "DOCUMENT"], media_state="READY"),
            ),
            models.Index(fields=["chat", "-timestamp", "-id"], name="message_links", condition=LINKED),
            # New words wait in the index's own list and are sorted in later, many at once: a message stays cheap. The
            # list is short (kB), for a search compares all that waits there with each of its words and months.
            GinIndex(WORDS, name="message_words", condition=SPOKEN, gin_pending_list_limit=256),
            models.Index(
                fields=["session", "created_at"],
                name="message_in_flight",
                condition=Q(send_state__in=IN_FLIGHT),
            ),
            models.Index(fields=["created_at"], name="message_awaiting_file", condition=Q(media_state="PENDING")),
            models.Index(fields=["session", "begun_at"], name="message_begun", condition=Q(begun_at__isnull=False)),
            models.Index(
                fields=["begun_at"],
                name="message_unticked",
                condition=Q(send_state__in=["SENDING", "SENT"], ack=0, begun_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.body or self.get_type_display()

    @property
    def is_internal(self) -> bool:
        return self.type in INTERNAL

    @property
    def is_unsettled(self) -> bool:
        """Under way, refused, held back or called off: there is something to say of it besides its tick."""
        return self.ack == Ack.ERROR or self.send_state not in {"", SendState.SENT, SendState.SENDING}


class Reaction(models.Model):
    """An emoji on a message; one per author.

    `author_key` is "me", "customer", or in a group the address of the member.

    One that was taken back stays as a row without emoji: an older one that comes late must not revive it.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    message = models.ForeignKey(
        Message, models.CASCADE, verbose_name=_("message"), related_name="reactions", db_index=False
    )
    emoji = models.CharField(_("emoji"), max_length=32, blank=True)
    from_me = models.BooleanField(_("from us"), default=False)
    author_key = models.CharField(_("author"), max_length=80)
    author_name = models.CharField(_("author's name"), max_length=160, blank=True)
    reacted_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [models.UniqueConstraint(fields=["message", "author_key"], name="one_reaction_per_author")]

    def __str__(self) -> str:
        return self.emoji


class MessageEdit(models.Model):
    """A text as it stood before the customer, or we, changed it. `edit_id` is WhatsApp's id of the change."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    message = models.ForeignKey(
        Message, models.CASCADE, verbose_name=_("message"), related_name="edits", db_index=False
    )
    edit_id = models.CharField(_("id of the edit"), max_length=120)
    old_body = models.TextField(_("old text"))
    edited_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["edited_at", "edit_id"]
        constraints = [models.UniqueConstraint(fields=["message", "edit_id"], name="edit_once")]

    def __str__(self) -> str:
        return self.old_body[:80]


class AmendmentKind(models.TextChoices):
    REACTION = "REACTION", _("Reaction")
    EDIT = "EDIT", _("Edit")
    REVOKE = "REVOKE", _("Deletion")


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def unsettled(self) -> Self:
        """Still under way, or refused and not yet tried again; the oldest first."""
        return self.exclude(state=SendState.SENT).order_by("created_at", "id")


class Amendment(models.Model):
    """What an agent asked to change about a message that is out: our reaction, its text, its life.

    `value` is the emoji (blank takes ours back) or the new text. To do one of these twice changes nothing on
    WhatsApp, so one whose outcome is unknown is simply done again. `state` is QUEUED, SENT or FAILED.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, verbose_name=_("message"), related_name="amendments")
    kind = models.CharField(_("kind"), max_length=8, choices=AmendmentKind)
    value = models.TextField(_("value"), blank=True)
    by = models.ForeignKey(User, models.SET_NULL, verbose_name=_("by"), related_name="+", null=True)
    state = models.CharField(_("state"), max_length=11, choices=SendState, default=SendState.QUEUED)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        indexes = [models.Index(fields=["created_at"], name="amendment_open", condition=Q(state="QUEUED"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value[:40]}"
