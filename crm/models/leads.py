"""Somebody who may buy."""

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The module, not what is in it: the rule asks for our tables by name, and may be read while it is being read itself.
from crm import visibility
from crm.search import words_in

from .contacts import Contact
from .keys import new_key
from .people import User
from .tenants import Tenant


class LeadSource(models.TextChoices):
    WHATSAPP = "WHATSAPP", "WhatsApp"
    AD = "AD", _("Advertisement")
    MANUAL = "MANUAL", _("Manual")
    IMPORT = "IMPORT", pgettext_lazy("source of a lead", "Import")
    API = "API", "API"


class LeadStatus(models.TextChoices):
    NEW = "NEW", _("New")
    CONTACTED = "CONTACTED", _("Contacted")
    QUALIFIED = "QUALIFIED", _("Qualified")
    CONVERTED = "CONVERTED", _("Converted")
    LOST = "LOST", _("Lost")


OPEN_LEADS = [LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED]
# They wrote themselves: nobody entered, imported or sent them.
WROTE_THEMSELVES = [LeadSource.WHATSAPP, LeadSource.AD]
INCOMING: dict[str, Any] = {"status": LeadStatus.NEW, "accepted_at": None, "source__in": WROTE_THEMSELVES}


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: User) -> Self:
        """The leads this person may see; every look-up on behalf of a person starts here.

        As for opportunities: their own, under `team` their colleagues' too, those of customers whose chat they may
        see, and those that nobody owns of people without a chat.
        """
        return self.filter(visibility.Scope.of(user).records("owner"))

    def open(self) -> Self:
        """Neither converted nor lost."""
        return self.filter(status__in=OPEN_LEADS)

    def incoming(self) -> Self:
        """People who wrote, and whom nobody has accepted or discarded."""
        return self.filter(**INCOMING)


class Lead(models.Model):
    """A person's interest, from the first message until it becomes a customer's or is lost.

    One that came by itself is *incoming* until somebody accepts it, moves it on, or discards it: a discarded
    one is lost without ever having been a chance, and no report counts it.
    """

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
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("accepted by"), related_name="+", null=True, blank=True
    )
    discarded_at = models.DateTimeField(_("discarded at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [
            models.Index(fields=["tenant", "status", "-created_at", "-id"], name="lead_by_status"),
            models.Index(fields=["tenant", "-created_at"], name="lead_incoming", condition=Q(**INCOMING)),
            models.Index(fields=["owner", "-created_at"], name="lead_by_owner"),
            models.Index(fields=["tenant", "-created_at", "-id"], name="lead_by_time"),
            GinIndex(words_in("name"), name="lead_words"),
        ]
        constraints = [
            # However many first messages arrive at once, one of them makes the lead.
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(source__in=["WHATSAPP", "AD"], status__in=["NEW", "CONTACTED", "QUALIFIED"]),
                name="one_open_whatsapp_lead_per_contact",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_LEADS

    @property
    def is_incoming(self) -> bool:
        """The same as `LeadQuerySet.incoming`, for a row in hand."""
        return self.status == LeadStatus.NEW and self.accepted_at is None and self.source in WROTE_THEMSELVES


class LeadAct(models.TextChoices):
    ACCEPTED = "ACCEPTED", _("Accepted")
    MOVED = "MOVED", _("Moved on")
    DISCARDED = "DISCARDED", _("Discarded")
    RESTORED = "RESTORED", _("Taken back")
    GIVEN = "GIVEN", _("Given to somebody")


class LeadChange(models.Model):
    """One step in a lead's life, and who took it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    lead = models.ForeignKey(Lead, models.CASCADE, verbose_name=_("lead"), related_name="changes")
    act = models.CharField(_("what"), max_length=9, choices=LeadAct)
    from_status = models.CharField(_("from"), max_length=9, choices=LeadStatus)
    to_status = models.CharField(_("to"), max_length=9, choices=LeadStatus)
    changed_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("changed by"), related_name="+", null=True, blank=True
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("lead change")
        verbose_name_plural = _("lead changes")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.get_to_status_display()}"
