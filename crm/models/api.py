"""Who may ask through `/api/` without a login, and what they asked to be done once."""

import hashlib
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .keys import new_key
from .people import User
from .tenants import Tenant


class ApiScope(models.TextChoices):
    """What a token may be used for; a `write` includes its `read`. What its person may not do, no token may."""

    CHATS_READ = "chats:read", _("Read conversations and messages")
    CHATS_WRITE = "chats:write", _("Answer, assign and resolve conversations")
    CRM_READ = "crm:read", _("Read contacts, leads, opportunities and activities")
    CRM_WRITE = "crm:write", _("Change contacts, leads, opportunities and activities")
    NOTIFICATIONS_READ = "notifications:read", _("Read notifications")
    NOTIFICATIONS_WRITE = "notifications:write", _("Mark notifications as read")
    COMPANY_READ = "company:read", _("Read people, teams and numbers")
    ADMIN = "admin", _("Manage people, teams, tags and numbers")


IMPLIED = {
    ApiScope.CHATS_WRITE: {ApiScope.CHATS_READ},
    ApiScope.CRM_WRITE: {ApiScope.CRM_READ},
    ApiScope.NOTIFICATIONS_WRITE: {ApiScope.NOTIFICATIONS_READ},
    ApiScope.ADMIN: {ApiScope.COMPANY_READ},
}


def token_hash(secret: str) -> str:
    """What is kept of a token. Its 256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def of(self, user: User) -> Self:
        """The person's own, the newest first."""
        return self.filter(user=user).order_by("-created_at", "-id")

    def in_force(self, at: datetime) -> Self:
        """Those that open the door at this moment: neither revoked nor expired, of somebody who still works there."""
        alive = models.Q(expires_at=None) | models.Q(expires_at__gt=at)
        return self.filter(alive, revoked_at=None, user__is_active=True)


class ApiToken(models.Model):
    """A key that another program holds for a person: it sees what they see, and does what its scopes name."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60, help_text=_("Which program uses it."))
    hash = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    beginning = models.CharField(_("beginning"), max_length=12, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=ApiScope), verbose_name=_("scopes"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    def allows(self, scope: ApiScope) -> bool:
        """Whether it may be used for this."""
        return any(scope == held or scope in IMPLIED.get(ApiScope(held), ()) for held in self.scopes)

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        """What it may be used for, as people read it."""
        return [str(ApiScope(scope).label) for scope in self.scopes]


class ApiRequestQuerySet(models.QuerySet["RepeatableRequest"]):
    def forgotten(self) -> Self:
        """Those whose key means nothing any more."""
        return self.filter(created_at__lt=timezone.now() - RepeatableRequest.KEPT)


class RepeatableRequest(models.Model):
    """A request that came with an `Idempotency-Key`, and its answer: the same again is answered the same, once done.

    `fingerprint` is of method, path and body.
    """

    KEPT = timedelta(hours=24)

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="+", db_index=False)
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    answer = models.TextField(_("answer"), blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = ApiRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("repeatable request")
        verbose_name_plural = _("repeatable requests")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="api_request_once_per_key")]
        indexes = [models.Index(fields=["created_at"], name="api_request_by_age")]

    def __str__(self) -> str:
        return self.key
