"""The company that uses Atendimento, and its policies."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .keys import new_key


class ReadReceipts(models.TextChoices):
    """When the customer sees blue ticks."""

    NEVER = "never", _("Never")
    ON_OPEN = "on_open", _("When the assignee opens the chat")
    ON_REPLY = "on_reply", _("When somebody answers")


class VisibilityPolicy(models.TextChoices):
    """Which chats an agent sees; managers and admins see all of their company's."""

    ALL = "all", _("Every chat of the company")
    TEAM = "team", _("Chats of their teams, and their own")
    OWN = "own", _("Their own chats and the queue")


class ReplyPolicy(models.TextChoices):
    """Who may write to a customer whose chat has an owner."""

    ANYONE = "anyone", _("Anyone who sees the chat")
    OWNER = "owner", _("Only the owner")


class SecondFactorPolicy(models.TextChoices):
    """Of whom a second step is asked besides the password."""

    NOBODY = "nobody", _("Nobody; who wants it sets it up")
    ADMINS = "admins", _("Administrators")
    MANAGERS = "managers", _("Administrators and managers")
    EVERYBODY = "everybody", _("Everybody")


class Distribution(models.TextChoices):
    """What becomes of a chat that nobody has."""

    QUEUE = "queue", _("Wait in the queue")
    ROTATION = "rotation", _("Go to the present agents in turn")


class LeadOwnership(models.TextChoices):
    """Whose a lead is that came by itself."""

    ASSIGNEE = "assignee", _("Whoever has the conversation")
    ROTATION = "rotation", _("The people of the team in turn")
    NOBODY = "nobody", _("Nobody, until somebody accepts it")


def check_time_zone(name: str) -> None:
    """Refuse a name the time zone database does not know, with `ValidationError`."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(_("Unknown time zone: %(name)s"), params={"name": name}) from error


def default_courtesies() -> list[str]:
    """What a customer says to end a conversation rather than to reopen it."""
    return ["obrigado", "obrigada", "obg", "valeu", "vlw", "ok", "certo", "perfeito"]


class Tenant(models.Model):
    """A company. Every other row of the project belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="America/Sao_Paulo", validators=[check_time_zone]
    )
    auto_create_leads = models.BooleanField(
        _("create leads"), default=True, help_text=_("The first message of an unknown number creates a lead.")
    )
    lead_ownership = models.CharField(
        _("owner of a new lead"), max_length=8, choices=LeadOwnership, default=LeadOwnership.ASSIGNEE
    )
    visibility = models.CharField(_("visibility"), max_length=8, choices=VisibilityPolicy, default=VisibilityPolicy.ALL)
    who_may_reply = models.CharField(_("who may reply"), max_length=8, choices=ReplyPolicy, default=ReplyPolicy.ANYONE)
    read_receipts = models.CharField(
        _("read receipts"), max_length=8, choices=ReadReceipts, default=ReadReceipts.ON_OPEN
    )
    business_hours = models.JSONField(
        _("business hours"),
        default=dict,
        blank=True,
        help_text=_('Day of week (0 = Monday) to "HH:MM-HH:MM"; a day that is absent is closed.'),
    )
    waiting_amber_minutes = models.PositiveIntegerField(
        _("amber after (minutes)"), default=15, validators=[MinValueValidator(1)]
    )
    waiting_red_minutes = models.PositiveIntegerField(
        _("red after (minutes)"), default=60, validators=[MinValueValidator(1)]
    )
    reopen_window_hours = models.PositiveIntegerField(
        _("courtesy window (hours)"),
        default=12,
        help_text=_("Within it, a thank-you on a resolved chat does not reopen it."),
    )
    courtesies = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("courtesies"),
        default=default_courtesies,
        blank=True,
        help_text=_("Words that do not reopen a resolved chat."),
    )
    distribution = models.CharField(_("new chats"), max_length=12, choices=Distribution, default=Distribution.QUEUE)
    chat_capacity = models.PositiveIntegerField(
        _("capacity"),
        default=20,
        validators=[MinValueValidator(1)],
        help_text=_("Open chats of one agent above which the rotation gives no more."),
    )
    silence_minutes = models.PositiveIntegerField(
        _("back to the queue after (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A customer who waits this long for the owner goes back to the queue; empty: never."),
    )
    returns_when_away = models.BooleanField(
        _("back to the queue when the owner leaves"),
        default=False,
        help_text=_("A customer who writes while the owner is not present goes back to the queue."),
    )
    retention_months = models.PositiveSmallIntegerField(
        _("keep conversations for (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("Older messages, and conversations of which nothing is left, are deleted at night; empty: never."),
    )
    second_factor = models.CharField(
        _("two-step verification"), max_length=10, choices=SecondFactorPolicy, default=SecondFactorPolicy.NOBODY
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(
        _("changed at"),
        null=True,
        editable=False,
        help_text=_("Its rules, rights, or the names of its things; pages that show older ones start over."),
    )

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(waiting_red_minutes__gte=models.F("waiting_amber_minutes")),
                name="red_not_before_amber",
                violation_error_message=_("Red cannot come before amber."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone; what its people see on every clock."""
        return ZoneInfo(self.time_zone)
