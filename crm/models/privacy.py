"""What a customer may ask for by law (LGPD): their data handed over, or made anonymous."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .contacts import Contact
from .keys import new_key
from .people import User
from .tenants import Tenant


class PrivacyKind(models.TextChoices):
    EXPORT = "EXPORT", _("Export")
    ANONYMISE = "ANONYMISE", _("Anonymisation")


class PrivacyState(models.TextChoices):
    QUEUED = "QUEUED", _("In the queue")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")


class PrivacyQuerySet(models.QuerySet["PrivacyRequest"]):
    def visible_to(self, user: User) -> Self:
        """The company's, for those who answer for it."""
        return self.filter(tenant_id=user.tenant_id) if user.tenant_id and user.sees_everything else self.none()


class PrivacyRequest(models.Model):
    """One order, how far it has come, and the file that came of it; files are kept for a week."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, verbose_name=_("contact"), related_name="privacy_requests")
    kind = models.CharField(_("kind"), max_length=9, choices=PrivacyKind)
    by = models.ForeignKey(User, models.SET_NULL, verbose_name=_("by"), related_name="+", null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=PrivacyState, default=PrivacyState.QUEUED)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps = models.PositiveIntegerField(_("steps"), default=0)
    file = models.FileField(_("file"), upload_to="privacy/%Y/%m/", blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = PrivacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"],
                condition=models.Q(state__in=["QUEUED", "RUNNING"]),
                name="one_privacy_request_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%d/%m/%Y}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {PrivacyState.QUEUED, PrivacyState.RUNNING}

    @property
    def percent(self) -> int:
        """How far it has come."""
        return int(100 * self.steps_done / self.steps) if self.steps else 0
