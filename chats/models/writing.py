"""What agents write before it is a message: drafts, ready-made answers, and messages for later."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models import Team, Tenant, User, new_key

from .chat import Chat
from .message import Message


class StoredFile(models.Model):
    """An uploaded file, described by its content; `type` is the kind of message it makes."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    file = models.FileField(_("file"), upload_to="uploads/%Y/%m/")
    thumbnail = models.FileField(_("thumbnail"), upload_to="uploads/%Y/%m/", blank=True)
    name = models.CharField(_("file name"), max_length=255)
    type = models.CharField(_("type"), max_length=8)
    mime_type = models.CharField(_("MIME type"), max_length=120)
    size_bytes = models.BigIntegerField(_("size (bytes)"))
    width = models.PositiveIntegerField(_("width (px)"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height (px)"), null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(_("duration (s)"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["position", "created_at", "id"]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What one agent has begun to write in one chat."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="drafts")
    chat = models.ForeignKey(Chat, models.CASCADE, verbose_name=_("chat"), related_name="drafts")
    text = models.TextField(_("text"), blank=True)
    is_note = models.BooleanField(_("note"), default=False)
    quoted = models.ForeignKey(
        Message, models.SET_NULL, verbose_name=_("quoted message"), related_name="+", null=True, blank=True
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "chat"], name="draft_once_per_chat")]

    def __str__(self) -> str:
        return self.text[:80]


class DraftFileQuerySet(models.QuerySet["DraftFile"]):
    def drafted(self, user: User, chat: Chat) -> Self:
        """What waits in this person's own draft."""
        return self.filter(draft__user=user, draft__chat=chat)


class DraftFile(StoredFile):
    """A file that waits in a draft; uploaded when it is chosen, so that sending is instant and a reload loses nothing.

    `meant` is what its content cannot tell: "voice", "sticker" or "document"; empty: what it is.
    `upload_key` is the browser's: an upload that is tried again is the same file.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, verbose_name=_("draft"), related_name="files")
    caption = models.CharField(_("caption"), max_length=1024, blank=True)
    meant = models.CharField(_("sent as"), max_length=8, blank=True)
    waveform = models.JSONField(_("waveform"), default=list, blank=True)
    upload_key = models.CharField(_("upload"), max_length=40, blank=True)

    objects = DraftFileQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "upload_key"], condition=~Q(upload_key=""), name="draft_file_once_per_upload"
            )
        ]


class ReplyScope(models.TextChoices):
    PERSONAL = "PERSONAL", _("Only mine")
    TEAM = "TEAM", _("My team's")
    TENANT = "TENANT", _("The whole company's")


class QuickReplyQuerySet(models.QuerySet["QuickReply"]):
    def offered_to(self, user: User) -> Self:
        """Those this person may insert: their own, their teams', the company's."""
        return self.filter(
            Q(scope=ReplyScope.TENANT)
            | Q(scope=ReplyScope.TEAM, team__in=user.teams.all())
            | Q(scope=ReplyScope.PERSONAL, owner=user),
            tenant_id=user.tenant_id,
        )

    def kept_by(self, user: User) -> Self:
        """Those this person may change: their own, and the teams' and the company's where they manage."""
        kept = Q(scope=ReplyScope.PERSONAL, owner=user)
        if user.sees_everything:
            kept |= ~Q(scope=ReplyScope.PERSONAL)
        return self.filter(kept, tenant_id=user.tenant_id)


class QuickReply(models.Model):
    """An answer ready to insert with "/" and its shortcut. `body` may hold variables such as `{{nome}}`."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="quick_replies")
    scope = models.CharField(_("who uses it"), max_length=8, choices=ReplyScope, default=ReplyScope.PERSONAL)
    owner = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("owner"), related_name="quick_replies", null=True, blank=True
    )
    team = models.ForeignKey(
        Team, models.RESTRICT, verbose_name=_("team"), related_name="quick_replies", null=True, blank=True
    )
    shortcut = models.SlugField(_("shortcut"), max_length=40, allow_unicode=True)
    body = models.TextField(_("text"), blank=True)
    used_count = models.PositiveIntegerField(_("times used"), default=0, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = QuickReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("quick reply")
        verbose_name_plural = _("quick replies")
        ordering = ["shortcut"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "shortcut"], condition=Q(scope="TENANT"), name="reply_once_per_company"
            ),
            models.UniqueConstraint(fields=["team", "shortcut"], condition=Q(scope="TEAM"), name="reply_once_per_team"),
            models.UniqueConstraint(
                fields=["owner", "shortcut"], condition=Q(scope="PERSONAL"), name="reply_once_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"


class QuickReplyFile(StoredFile):
    """A file that a quick reply brings along."""

    quick_reply = models.ForeignKey(QuickReply, models.CASCADE, verbose_name=_("quick reply"), related_name="files")

    class Meta(StoredFile.Meta):
        verbose_name = _("file of a quick reply")
        verbose_name_plural = _("files of quick replies")


class ScheduledState(models.TextChoices):
    WAITING = "WAITING", _("Scheduled")
    PAUSED = "PAUSED", _("Paused: the customer wrote first")
    SENT = "SENT", _("Sent")
    FAILED = "FAILED", _("Failed")
    CANCELLED = "CANCELLED", _("Cancelled")


class ScheduledMessage(models.Model):
    """A text for later. It pauses when the customer writes first, until its author says what becomes of it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    chat = models.ForeignKey(Chat, models.CASCADE, verbose_name=_("chat"), related_name="scheduled_messages")
    author = models.ForeignKey(User, models.CASCADE, verbose_name=_("author"), related_name="scheduled_messages")
    body = models.TextField(_("text"))
    send_at = models.DateTimeField(_("send at"))
    state = models.CharField(_("state"), max_length=9, choices=ScheduledState, default=ScheduledState.WAITING)
    error = models.CharField(_("error"), max_length=300, blank=True)
    message = models.ForeignKey(
        Message, models.SET_NULL, verbose_name=_("message"), related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("scheduled message")
        verbose_name_plural = _("scheduled messages")
        ordering = ["send_at", "id"]
        indexes = [
            models.Index(fields=["send_at"], name="scheduled_due", condition=Q(state="WAITING")),
            models.Index(
                fields=["chat"], name="scheduled_of_chat", condition=Q(state__in=["WAITING", "PAUSED", "FAILED"])
            ),
        ]

    def __str__(self) -> str:
        return self.body[:80]
