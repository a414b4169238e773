"""Who did what, for those who must answer for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .keys import new_key
from .people import User
from .tenants import Tenant


class AuditLog(models.Model):
    """One act: by whom, on what, with the values before and after it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+", null=True)
    user = models.ForeignKey(User, models.SET_NULL, verbose_name=_("user"), related_name="+", null=True, blank=True)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("type"), max_length=60)
    object_id = models.UUIDField(_("object"))
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("audit line")
        verbose_name_plural = _("audit log")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="audit_by_time"),
            models.Index(fields=["object_id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type}"
