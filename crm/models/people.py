"""Those who work in a company: users and the teams they form."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .keys import new_key
from .tenants import Tenant


class Role(models.TextChoices):
    ADMIN = "ADMIN", _("Administrator")
    MANAGER = "MANAGER", _("Manager")
    AGENT = "AGENT", _("Agent")


class Presence(models.TextChoices):
    ONLINE = "ONLINE", _("Available")
    AWAY = "AWAY", _("Away")
    OFFLINE = "OFFLINE", _("Invisible")


def default_sound_rules() -> list[str]:
    """Sounds for messages in one's own chats and in the queue."""
    return ["mine", "queue"]


class UserManager(BaseUserManager["User"]):
    """Makes people; `get_by_natural_key` ignores the case of the e-mail."""

    def get_queryset(self) -> "models.QuerySet[User]":
        # Whoever is asked for a person needs the company's clock and policies with them.
        return super().get_queryset().select_related("tenant")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a usable password, or an unusable one when `password` is None."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The platform's own administrator, who belongs to no company."""
        fields |= {"is_staff": True, "is_superuser": True, "role": Role.ADMIN}
        fields.setdefault("name", email.split("@")[0])
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in with an e-mail address and works for one company."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(
        Tenant,
        models.PROTECT,
        verbose_name=_("company"),
        related_name="users",
        null=True,
        blank=True,
        help_text=_("Empty only for the platform's superuser."),
    )
    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This e-mail is taken.")})
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.AGENT)
    presence = models.CharField(
        _("availability"),
        max_length=8,
        choices=Presence,
        default=Presence.ONLINE,
        help_text=_("What the person chose; they are present when it is Available and a page of theirs is open."),
    )
    seen_at = models.DateTimeField(
        _("last seen"),
        null=True,
        blank=True,
        help_text=_("When a page of theirs was last open, to the minute."),
    )
    given_at = models.DateTimeField(
        _("last given a chat"), null=True, blank=True, help_text=_("By the rotation, which serves the longest without.")
    )
    language = models.CharField(
        _("language"), max_length=8, choices=[("pt-br", "Português"), ("en", "English")], default="pt-br"
    )
    enter_sends = models.BooleanField(_("Enter sends"), default=True)
    signs = models.BooleanField(
        _("signs messages"), default=False, help_text=_('Starts each message with the person\'s first name: "*Ana:*".')
    )
    sounds = models.BooleanField(_("sounds"), default=True)
    sound_rules = models.JSONField(
        _("what sounds"),
        default=default_sound_rules,
        blank=True,
        help_text=_("Whose messages are told: mine, queue, others."),
    )
    volume = models.PositiveSmallIntegerField(_("volume (%)"), default=70, validators=[MaxValueValidator(100)])
    desktop_notifications = models.BooleanField(_("browser notifications"), default=True)
    quiet_until = models.DateTimeField(
        _("do not disturb until"), null=True, blank=True, help_text=_("Until then nothing sounds and nothing pops up.")
    )
    funnel_query = models.CharField(
        _("filter of the funnel"), max_length=600, blank=True, help_text=_("As the funnel's address had it last.")
    )
    list_sort = models.CharField(_("order of the list"), max_length=8, default="recentes")
    muted_kinds = models.JSONField(
        _("muted notifications"),
        default=list,
        blank=True,
        help_text=_("Kinds that make no line in the bell."),
    )
    silent_kinds = models.JSONField(
        _("silent notifications"), default=list, blank=True, help_text=_("Kinds that make no sound.")
    )
    still_kinds = models.JSONField(
        _("notifications that do not pop up"), default=list, blank=True, help_text=_("Kinds that never pop up.")
    )
    reminder_minutes = models.PositiveSmallIntegerField(
        _("reminder (minutes before)"),
        default=15,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_("How long before an activity is due its assignee hears of it; 0: when it is due."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    has_second_factor = models.BooleanField(
        _("two-step verification"),
        default=False,
        editable=False,
        help_text=_("A code is asked for besides the password."),
    )
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tenant__isnull=False) | models.Q(is_superuser=True),
                name="only_superusers_without_tenant",
                violation_error_message=_("A user belongs to a company."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def sees_everything(self) -> bool:
        """Managers and admins see all chats of their company, whatever its policy."""
        return self.role in {Role.ADMIN, Role.MANAGER}


class Team(models.Model):
    """A sector of the company (Vendas, Suporte…) that shares a queue."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="teams")
    name = models.CharField(_("name"), max_length=60)
    colour = models.CharField(_("colour"), max_length=7, default="#2563eb")
    members = models.ManyToManyField(User, verbose_name=_("members"), related_name="teams", blank=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="team_name_once_per_tenant")]

    def __str__(self) -> str:
        return self.name
