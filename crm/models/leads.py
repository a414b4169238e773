"""Somebody who may buy."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .contacts import Contact
from .keys import new_key
from .people import User
from .tenants import Tenant


class LeadSource(models.TextChoices):
    WHATSAPP = "WHATSAPP", "WhatsApp"
    AD = "AD", _("Advertisement")
    MANUAL = "MANUAL", _("Manual")
    IMPORT = "IMPORT", _("Import")
    API = "API", "API"


class LeadStatus(models.TextChoices):
    NEW = "NEW", _("New")
    CONTACTED = "CONTACTED", _("Contacted")
    QUALIFIED = "QUALIFIED", _("Qualified")
    CONVERTED = "CONVERTED", _("Converted")
    LOST = "LOST", _("Lost")


class Lead(models.Model):
    """A person's interest, from the first message until it becomes a customer's or is lost."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="leads")
    contact = models.ForeignKey(
        Contact, models.CASCADE, verbose_name=_("contact"), related_name="leads", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=160)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=LeadSource, default=LeadSource.WHATSAPP)
    status = models.CharField(_("status"), max_length=9, choices=LeadStatus, default=LeadStatus.NEW)
    owner = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("owner"), related_name="leads", null=True, blank=True
    )
    lost_reason = models.CharField(_("lost because"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [models.Index(fields=["tenant", "status", "-created_at", "-id"], name="lead_by_status")]
        constraints = [
            # However many first messages arrive at once, one of them makes the lead.
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(source__in=["WHATSAPP", "AD"], status__in=["NEW", "CONTACTED", "QUALIFIED"]),
                name="one_open_whatsapp_lead_per_contact",
            )
        ]

    def __str__(self) -> str:
        return self.name
