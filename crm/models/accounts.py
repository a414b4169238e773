"""How somebody comes in: invitations, the browsers in which they are logged in, and the second factor."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.encryption import EncryptedTextField

from .keys import new_key
from .people import Role, Team, User
from .tenants import Tenant

INVITATION_HOLDS = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open_of(self, tenant_id: uuid.UUID) -> Self:
        """What the company has sent out and nobody has answered, the latest on top; what is over included."""
        return self.filter(tenant_id=tenant_id, accepted_at=None).order_by("-sent_at", "-pk")


class Invitation(models.Model):
    """A link by e-mail with which one person joins the company, once. `nonce` is what makes an earlier link void."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.AGENT)
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), related_name="+", blank=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, verbose_name=_("invited by"), related_name="+", null=True)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"], condition=models.Q(accepted_at=None), name="one_open_invitation_per_email"
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def expires_at(self) -> datetime:
        return self.sent_at + INVITATION_HOLDS

    @property
    def is_over(self) -> bool:
        """The link in it opens nothing any more."""
        return self.accepted_at is not None or self.expires_at <= timezone.now()


class UserSessionQuerySet(models.QuerySet["UserSession"]):
    def of(self, user: User) -> Self:
        """Where this person is logged in now, last used first."""
        return self.filter(user=user, expire_date__gt=timezone.now()).order_by("-used_at", "-pk")


class UserSession(models.Model):
    """A browser in which somebody is logged in. `id` is made of the key, which nobody is shown."""

    id = models.UUIDField(primary_key=True, editable=False)
    session_key = models.CharField(max_length=40, unique=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField(_("ends at"), db_index=True)
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("user"), related_name="sessions", null=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), default=timezone.now)

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        ordering = ["-used_at"]

    def __str__(self) -> str:
        return self.device

    @property
    def device(self) -> str:
        """The browser and the machine, as people call them: "Chrome · Windows"."""
        return " · ".join(filter(None, (_first(BROWSERS, self.user_agent), _first(MACHINES, self.user_agent)))) or "?"

    @property
    def is_phone(self) -> bool:
        return any(word in self.user_agent for word in ("Mobile", "Android", "iPhone"))


# In the order in which they must be looked for: each also calls itself by the names below it.
BROWSERS = [("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]  # fmt: skip
MACHINES = [("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
            ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux")]  # fmt: skip


def _first(known: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")


class SecondFactor(models.Model):
    """The secret that a person's authenticator app shares with us; it counts from `confirmed_at` on."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.OneToOneField(User, models.CASCADE, verbose_name=_("user"), related_name="second_factor")
    secret = EncryptedTextField(_("secret"), help_text=_("Base32; encrypted."))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    last_step = models.BigIntegerField(
        _("last step"),
        default=0,
        help_text=_("The 30 seconds of the last code that was taken: no code is taken twice."),
    )
    failed_count = models.PositiveSmallIntegerField(_("wrong codes"), default=0)
    failed_at = models.DateTimeField(_("last wrong code"), null=True, blank=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code for who lost the phone, good once. Only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    second_factor = models.ForeignKey(
        SecondFactor, models.CASCADE, verbose_name=_("second factor"), related_name="recovery_codes"
    )
    digest = models.CharField(_("digest"), max_length=64)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["second_factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return str(self.second_factor)


def session_id(session_key: str) -> uuid.UUID:
    """The id of the session with this key, from which the key cannot be told."""
    return uuid.UUID(bytes=hashlib.sha256(session_key.encode()).digest()[:16])
