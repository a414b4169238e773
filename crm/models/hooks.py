"""Whom of the outside world we tell what happens here, and what became of telling it."""

import secrets
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.encryption import EncryptedTextField

from .keys import new_key
from .people import User
from .tenants import Tenant


class HookEvent(models.TextChoices):
    """What can be subscribed to."""

    MESSAGE_CREATED = "message.created", _("Message received or sent")
    MESSAGE_ACK = "message.ack", _("Delivery tick of a message")
    MESSAGE_UPDATED = "message.updated", _("Message edited or deleted")
    CHAT_UPDATED = "chat.updated", _("Chat changed: status, owner, team, contact")
    CONTACT_UPDATED = "contact.updated", _("Contact created or changed")
    LEAD_CREATED = "lead.created", _("Lead created")
    LEAD_UPDATED = "lead.updated", _("Lead changed")
    OPPORTUNITY_UPDATED = "opportunity.updated", _("Opportunity created, changed or moved")
    ACTIVITY_UPDATED = "activity.updated", _("Activity planned, changed or done")


# Sent by hand, to whoever asks for it.
TEST_EVENT = "test"


def new_signing_secret() -> str:
    """A key nobody can guess; its beginning says what it is for."""
    return f"whsec_{secrets.token_urlsafe(32)}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User) -> Self:
        """Those of the person's company."""
        return self.filter(tenant_id=user.tenant_id) if user.tenant_id else self.none()


class Webhook(models.Model):
    """An address of another system, and the events that are posted to it. The secret is shown once."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="webhooks")
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=40, choices=HookEvent), verbose_name=_("events"))
    secret = EncryptedTextField(_("secret"), default=new_signing_secret)
    is_active = models.BooleanField(_("active"), default=True)
    last_number = models.BigIntegerField(_("last number"), default=0, help_text=_("Of what was posted there."))
    failure_count = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    off_since = models.DateTimeField(_("switched off by itself at"), null=True, blank=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("created by"), related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def event_labels(self) -> list[str]:
        """What it is told, in words."""
        return [str(HookEvent(event).label) for event in self.events if event in HookEvent.values]


class DeliveryState(models.TextChoices):
    WAITING = "WAITING", _("Waiting")
    RETRYING = "RETRYING", _("Will be tried again")
    DELIVERED = "DELIVERED", _("Delivered")
    FAILED = "FAILED", pgettext_lazy("delivery", "Failed")


class WebhookDelivery(models.Model):
    """One event for one address, as it was when it happened.

    `number` is given when it is first posted, and orders what one address gets. `about` is the contact whose data
    `data` holds, if any. Request and answer are kept for a month.
    """

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(
        Webhook, models.CASCADE, verbose_name=_("webhook"), related_name="deliveries", db_index=False
    )
    event = models.CharField(_("event"), max_length=40)
    number = models.BigIntegerField(_("number"), null=True, blank=True)
    about = models.UUIDField(_("contact"), null=True, blank=True)
    data = models.JSONField(_("data"))
    state = models.CharField(_("state"), max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    try_at = models.DateTimeField(_("try again at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("answer's status"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(_("took (ms)"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    tried_at = models.DateTimeField(_("tried at"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_by_webhook"),
            models.Index(fields=["try_at"], name="delivery_due", condition=Q(state="RETRYING")),
            models.Index(fields=["about"], name="delivery_about", condition=Q(about__isnull=False)),
            models.Index(fields=["created_at"], name="delivery_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.number or ''}".strip()
