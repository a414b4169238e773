"""What belongs to a person's desk: saved views, what they muted, and what they can still take back."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crm.models import Tenant, User, new_key

from .chat import Chat


class SavedView(models.Model):
    """A filter of the list under a name; `query` is the query string of `listing.ListFilter`."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="saved_views")
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=500)
    is_shared = models.BooleanField(_("for everybody"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="view_name_once_per_person")]

    def __str__(self) -> str:
        return self.name


class MuteQuerySet(models.QuerySet["Mute"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def in_force(self) -> Self:
        """Those whose time is not over."""
        return self.filter(Q(until=None) | Q(until__gt=Now()))


class Mute(models.Model):
    """A chat, or a whole number, that makes no sound and no pop-up for one person; `until` empty is for good."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="mutes")
    chat = models.ForeignKey(Chat, models.CASCADE, verbose_name=_("chat"), related_name="mutes", null=True, blank=True)
    session = models.ForeignKey(
        "waha.WhatsAppSession", models.CASCADE, verbose_name=_("number"), related_name="+", null=True, blank=True
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        constraints = [
            models.UniqueConstraint(fields=["user", "chat"], name="mute_once_per_chat"),
            models.UniqueConstraint(fields=["user", "session"], name="mute_once_per_number"),
            models.CheckConstraint(
                condition=Q(chat__isnull=False, session=None) | Q(chat=None, session__isnull=False),
                name="mute_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.chat or self.session)


class UndoStep(models.Model):
    """Something a person did to one or more chats, and how they stood before: ten seconds to take it back.

    `before` and `after` are, by chat id, the fields that the act changed. What somebody else changed since stays.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="+")
    what = models.CharField(_("what"), max_length=40)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    done_at = models.DateTimeField(_("when"), auto_now_add=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("undo step")
        verbose_name_plural = _("undo steps")
        indexes = [models.Index(fields=["done_at"], name="undo_by_age")]

    def __str__(self) -> str:
        return self.what
