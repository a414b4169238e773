"""What somebody has to do next."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# The module, not what is in it: the rule asks for our tables by name, and may be read while it is being read itself.
from crm import visibility

from .contacts import Contact
from .keys import new_key
from .leads import Lead
from .opportunities import Opportunity
from .people import User
from .tenants import Tenant

# How long before it is due somebody may want to hear of it, at most.
MOST_NOTICE = timedelta(hours=24)
# Whoever is about to do it is not told that it is late.
LATE_AFTER = timedelta(minutes=5)


class ActivityKind(models.TextChoices):
    CALL = "CALL", _("Call")
    MEETING = "MEETING", _("Meeting")
    TASK = "TASK", _("Task")
    FOLLOW_UP = "FOLLOW_UP", _("Follow-up")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: User) -> Self:
        """The activities this person may see; every look-up on behalf of a person starts here.

        The same rule as for opportunities, by the assignee.
        """
        return self.filter(visibility.Scope.of(user).records("assignee"))

    def open(self) -> Self:
        """Not done yet, the next one first."""
        return self.filter(done_at=None).order_by("due_at", "id")

    def late_for(self, user: User, now: datetime) -> Self:
        """What this person should have done by now, in no order."""
        return self.filter(tenant=user.tenant_id, assignee=user, done_at=None, due_at__lt=now).order_by()

    def to_be_told(self, now: datetime) -> Self:
        """Open ones whose assignee has to hear of them: nearly due by that person's own wish, or late."""
        notice = ExpressionWrapper(F("assignee__reminder_minutes") * timedelta(minutes=1), models.DurationField())
        untold = self.filter(done_at=None, overdue_told_at=None, assignee__is_active=True).alias(notice=notice)
        soon = Q(reminded_at=None, due_at__lte=now + F("notice"))
        # The first half is for the index: nobody is reminded earlier than that.
        return untold.filter(due_at__lte=now + MOST_NOTICE).filter(soon | Q(due_at__lte=now - LATE_AFTER))


class Activity(models.Model):
    """A call, meeting, task or follow-up, due at a moment (UTC) and done at another."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="activities")
    kind = models.CharField(_("kind"), max_length=9, choices=ActivityKind, default=ActivityKind.FOLLOW_UP)
    title = models.CharField(_("title"), max_length=160)
    notes = models.TextField(_("notes"), blank=True)
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    reminded_at = models.DateTimeField(
        _("reminded at"), null=True, blank=True, help_text=_("When its assignee was told that it is nearly due.")
    )
    overdue_told_at = models.DateTimeField(
        _("told to be late at"), null=True, blank=True, help_text=_("When its assignee was told that it is late.")
    )
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
            models.Index(
                fields=["due_at"],
                name="activity_to_be_told",
                condition=models.Q(done_at=None, overdue_told_at=None, assignee__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Due in the past and not done."""
        return self.done_at is None and self.due_at < timezone.now()
