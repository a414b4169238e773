"""What somebody has to do next."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contacts import Contact
from .keys import new_key
from .leads import Lead
from .opportunities import Opportunity
from .people import User
from .tenants import Tenant


class ActivityKind(models.TextChoices):
    CALL = "CALL", _("Call")
    MEETING = "MEETING", _("Meeting")
    TASK = "TASK", _("Task")
    FOLLOW_UP = "FOLLOW_UP", _("Follow-up")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def open(self) -> Self:
        """Not done yet, the next one first."""
        return self.filter(done_at=None).order_by("due_at", "id")


class Activity(models.Model):
    """A call, meeting, task or follow-up, due at a moment (UTC) and done at another."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="activities")
    kind = models.CharField(_("kind"), max_length=9, choices=ActivityKind, default=ActivityKind.FOLLOW_UP)
    title = models.CharField(_("title"), max_length=160)
    notes = models.TextField(_("notes"), blank=True)
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    assignee = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("assignee"), related_name="activities", null=True, blank=True
    )
    contact = models.ForeignKey(
        Contact, models.CASCADE, verbose_name=_("contact"), related_name="activities", null=True, blank=True
    )
    lead = models.ForeignKey(
        Lead, models.CASCADE, verbose_name=_("lead"), related_name="activities", null=True, blank=True
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.CASCADE,
        verbose_name=_("opportunity"),
        related_name="activities",
        null=True,
        blank=True,
    )
    # By name: a conversation is a later room, and this one imports none of ours.
    chat = models.ForeignKey(
        "chats.Chat",
        models.SET_NULL,
        verbose_name=_("chat"),
        related_name="activities",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [
            models.Index(
                fields=["tenant", "assignee", "due_at"],
                name="activity_open_by_due",
                condition=models.Q(done_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Due in the past and not done."""
        return self.done_at is None and self.due_at < timezone.now()
