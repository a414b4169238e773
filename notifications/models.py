"""What a person still has to look at."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.keyset import rows_below
from crm.models import Tenant, User, new_key


class NotificationType(models.TextChoices):
    NEW_MESSAGE = "NEW_MESSAGE", _("New message")
    CHAT_ASSIGNED = "CHAT_ASSIGNED", _("Chat assigned")
    CHAT_TRANSFERRED = "CHAT_TRANSFERRED", _("Chat transferred")
    LEAD_CREATED = "LEAD_CREATED", _("New lead")
    OPPORTUNITY_UPDATE = "OPPORTUNITY_UPDATE", _("Opportunity updated")
    ACTIVITY_DUE = "ACTIVITY_DUE", _("Activity due")
    MENTION = "MENTION", _("Mention")
    SESSION_DOWN = "SESSION_DOWN", _("Number disconnected")
    SYSTEM = "SYSTEM", _("System")


class NotificationQuerySet(models.QuerySet["CRMNotification"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read=False)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def before(self, moment: datetime, key: UUID) -> Self:
        """What follows the line of this moment and id, the newest first."""
        return rows_below(self, "created_at", moment, key)


class CRMNotification(models.Model):
    """One line in one person's bell. Ten messages in a chat are one line with `count` 10.

    `subject` names what it is about (`chat:<id>`); while unread there is one line per person,
    type and subject, and it goes away with its cause.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+", db_index=False)
    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("person"), related_name="notifications", db_index=False
    )
    type = models.CharField(_("type"), max_length=18, choices=NotificationType)
    title = models.CharField(_("title"), max_length=160)
    message = models.CharField(_("message"), max_length=300, blank=True)
    link = models.CharField(_("link"), max_length=300, null=True, blank=True)  # noqa: DJ001 the column is given
    data = models.JSONField(_("data"), null=True, blank=True)
    read = models.BooleanField(_("read"), default=False)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    subject = models.CharField(_("subject"), max_length=60)
    count = models.PositiveIntegerField(_("count"), default=1)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "crm_notifications"
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "type", "subject"],
                condition=Q(read=False),
                name="one_unread_line_per_subject",
            )
        ]
        indexes = [
            models.Index(fields=["user", "read", "-created_at", "-id"], name="notification_by_person"),
            models.Index(fields=["user", "-created_at", "-id"], name="notification_by_time"),
            models.Index(fields=["subject"], name="notification_by_subject", condition=Q(read=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_about_chat(self) -> bool:
        """Whether its link opens a conversation."""
        return bool(self.link) and self.subject.startswith("chat:")
