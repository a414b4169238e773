"""A connected number, and every webhook as it came."""

import secrets
from collections.abc import Sequence
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chats.models import Message, SendState
from crm.encryption import EncryptedTextField
from crm.models import Team, Tenant, User, new_key
from crm.records import as_records

from .capabilities import Capabilities
from .web_address import check_address

WORKING = "WORKING"


class SessionStatus(models.TextChoices):
    """The statuses we know by name. The column takes others too: WAHA's list grows."""

    STOPPED = "STOPPED", _("Stopped")
    STARTING = "STARTING", _("Connecting")
    SCAN_QR_CODE = "SCAN_QR_CODE", _("Waiting for the QR code")
    WORKING = WORKING, _("Connected")
    FAILED = "FAILED", _("Failed")


def new_secret() -> str:
    """A key nobody can guess, for HMAC."""
    return secrets.token_urlsafe(32)


class Act(models.TextChoices):
    """What people order WAHA to do with a number; each takes it 3 to 15 s."""

    START = "start", _("Starting…")
    STOP = "stop", _("Stopping…")
    RESTART = "restart", _("Restarting…")
    LOGOUT = "logout", _("Logging out…")
    CONFIGURE = "configure", _("Configuring the webhook…")
    DELETE = "delete", _("Deleting…")


class WhatsAppSessionQuerySet(models.QuerySet["WhatsAppSession"]):
    def visible_to(self, user: User) -> Self:
        """The numbers of the person's company."""
        return self.filter(tenant_id=user.tenant_id) if user.tenant_id else self.none()


class WhatsAppSession(models.Model):
    """A company's WhatsApp number as WAHA runs it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="whatsapp_sessions")
    name = models.CharField(_("name"), max_length=60, help_text=_("What agents call it: Vendas, Suporte…"))
    waha_name = models.CharField(_("session name in WAHA"), max_length=54, default="default")
    base_url = models.CharField(_("WAHA address"), max_length=200, validators=[check_address])
    api_key = EncryptedTextField(_("API key"), max_length=200)
    webhook_secret = EncryptedTextField(_("webhook secret (HMAC)"), max_length=200, default=new_secret)
    status = models.CharField(_("status"), max_length=40, default=SessionStatus.STOPPED)
    status_changed_at = models.DateTimeField(
        _("status told at"), null=True, blank=True, help_text=_("WAHA's clock; what it told before that is old news.")
    )
    status_since = models.DateTimeField(_("status since"), null=True, blank=True)
    disconnected_at = models.DateTimeField(_("disconnected since"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    push_name = models.CharField(_("name on WhatsApp"), max_length=120, blank=True)
    engine = models.CharField(_("engine"), max_length=20, blank=True)
    version = models.CharField(_("WAHA version"), max_length=20, blank=True)
    default_team = models.ForeignKey(
        Team, models.SET_NULL, verbose_name=_("default team"), related_name="+", null=True, blank=True
    )
    messages_per_minute = models.PositiveSmallIntegerField(
        _("messages per minute"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("What this number sends at most, in the long run; WhatsApp restricts numbers that flood."),
    )
    next_send_at = models.DateTimeField(
        _("next send at"), null=True, blank=True, help_text=_("Keeps the pace: the moment the long-run rate allows.")
    )
    last_event_at = models.DateTimeField(_("last event at"), null=True, blank=True)
    reconciled_until = models.DateTimeField(
        _("reconciled until"),
        null=True,
        blank=True,
        help_text=_("Provider time up to which WAHA's history was compared with ours."),
    )
    history_trouble = models.CharField(
        _("history not readable"), max_length=300, blank=True, help_text=_("Why WAHA's history cannot be asked for.")
    )
    webhook_checked_at = models.DateTimeField(_("webhook checked at"), null=True, blank=True)
    webhook_drift = models.CharField(
        _("webhook differs"), max_length=300, blank=True, help_text=_("What WAHA has set otherwise than we need it.")
    )
    qr_number = models.PositiveSmallIntegerField(
        _("QR code number"), default=0, help_text=_("Which of the six codes WAHA shows, or showed before it gave up.")
    )
    act = models.CharField(_("act under way"), max_length=9, choices=Act, blank=True)
    act_at = models.DateTimeField(_("act since"), null=True, blank=True)
    act_error = models.CharField(_("why the last act failed"), max_length=300, blank=True)
    silent_since = models.DateTimeField(
        _("silent since"),
        null=True,
        blank=True,
        help_text=_("Last event before WAHA stopped telling us of messages that its history has."),
    )
    auto_restarted_at = models.DateTimeField(_("restarted by itself at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = WhatsAppSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("WhatsApp number")
        verbose_name_plural = _("WhatsApp numbers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="session_name_once_per_tenant"),
            models.UniqueConstraint(fields=["base_url", "waha_name"], name="session_once_per_waha"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_working(self) -> bool:
        """WAHA says it can send. Anything else blocks a call for 5 to 15 s before it refuses."""
        return self.status == WORKING

    @property
    def queued_count(self) -> int:
        """Messages that wait for this number to be connected. A query: ask only where it is not."""
        return Message.objects.filter(session=self, send_state=SendState.QUEUED).count()

    @property
    def is_silent(self) -> bool:
        """Connected as WAHA says, but its history went on without a word to us."""
        if self.silent_since is None or not self.is_working:
            return False
        return self.last_event_at is None or self.last_event_at <= self.silent_since

    @property
    def offers(self) -> Capabilities:
        """What its WAHA can send and change: `session.offers.poll`."""
        return Capabilities(self.engine, self.version)

    @property
    def webhook_path(self) -> str:
        """The exact path WAHA must post to; it does not follow redirects with its body."""
        return f"/webhooks/waha/{self.pk}/"

    @property
    def page(self) -> str:
        """Where its keepers look after it."""
        return reverse("numbers:number", args=[self.pk])


class EventState(models.TextChoices):
    HANDLED = "HANDLED", _("Handled")
    IGNORED = "IGNORED", _("Ignored")
    FAILED = "FAILED", _("Failed")


COLUMNS = "id, session_id, event, event_id, body, state, reason, error, attempts, received_at, handled_at"
INSERT_EVENTS = f"""
INSERT INTO waha_wahaevent ({COLUMNS}) SELECT {COLUMNS} FROM jsonb_populate_recordset(NULL::waha_wahaevent, %s::jsonb)
ON CONFLICT (session_id, event, event_id) DO NOTHING
"""  # noqa: S608 nobody's words


class WahaEventManager(models.Manager["WahaEvent"]):
    def insert_once(self, event: "WahaEvent") -> bool:
        """Insert the row and say whether it is new; waits for another delivery of the same event that is under way.

        One statement, where insert-ignore and a look-up would be two: this happens for every webhook.
        """
        return self._insert([event]) == 1

    def insert_new(self, events: "Sequence[WahaEvent]") -> None:
        """Insert rows none of which came before; IntegrityError, with nothing to keep, when one did."""
        if events and self._insert(events) < len(events):
            raise IntegrityError("one of these events came before")

    def _insert(self, events: "Sequence[WahaEvent]") -> int:
        with connection.cursor() as cursor:
            cursor.execute(INSERT_EVENTS, [as_records(events, WahaEvent._meta.concrete_fields, new=True)])
            return int(cursor.rowcount)


class WahaEvent(models.Model):
    """A webhook as it came. Rows are pruned by age; nothing else refers to them."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    session = models.ForeignKey(
        WhatsAppSession, models.CASCADE, verbose_name=_("number"), related_name="events", db_index=False
    )
    event = models.CharField(_("event"), max_length=60)
    event_id = models.CharField(_("event id"), max_length=120)
    body = models.JSONField(_("body"))
    state = models.CharField(_("state"), max_length=8, choices=EventState)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)

    objects: ClassVar[WahaEventManager] = WahaEventManager()

    class Meta:
        verbose_name = _("WAHA event")
        verbose_name_plural = _("WAHA events")
        ordering = ["-received_at"]
        constraints = [
            # One inbound message fires `message` and `message.any` with the same id: the name counts.
            models.UniqueConstraint(fields=["session", "event", "event_id"], name="event_once")
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="event_by_time"),
            models.Index(fields=["received_at"], name="event_open", condition=Q(state="FAILED")),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"


class NumberCheck(models.Model):
    """What WhatsApp said about a phone before the first message to it; asked once, because asking much is suspect.

    `phone` is canonical E.164 digits; `address` is where messages go (perhaps without the ninth digit, perhaps a
    LID), blank when there is no account.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    session = models.ForeignKey(
        WhatsAppSession, models.CASCADE, verbose_name=_("number"), related_name="+", db_index=False
    )
    phone = models.CharField(_("phone"), max_length=20)
    address = models.CharField(_("WhatsApp address"), max_length=80, blank=True)
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("checked phone")
        verbose_name_plural = _("checked phones")
        constraints = [models.UniqueConstraint(fields=["session", "phone"], name="phone_checked_once")]

    def __str__(self) -> str:
        return self.phone


class LidCheck(models.Model):
    """A hidden id whose phone WAHA did not know; asked again ever more rarely. Gone once the phone is known."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    session = models.ForeignKey(
        WhatsAppSession, models.CASCADE, verbose_name=_("number"), related_name="+", db_index=False
    )
    lid = models.CharField(_("hidden id"), max_length=80)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ask_at = models.DateTimeField(_("ask again at"))

    class Meta:
        verbose_name = _("hidden id asked for")
        verbose_name_plural = _("hidden ids asked for")
        constraints = [models.UniqueConstraint(fields=["session", "lid"], name="lid_checked_once")]

    def __str__(self) -> str:
        return self.lid


class ImportState(models.TextChoices):
    QUEUED = "QUEUED", _("In the queue")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    CANCELLED = "CANCELLED", _("Cancelled")
    FAILED = "FAILED", _("Failed")


class HistoryImport(models.Model):
    """A number's past, read from WAHA in pages; `offset` is where it goes on after an interruption."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    session = models.ForeignKey(
        WhatsAppSession, models.CASCADE, verbose_name=_("number"), related_name="history_imports"
    )
    requested_by = models.ForeignKey(User, models.SET_NULL, verbose_name=_("requested by"), related_name="+", null=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=9, choices=ImportState, default=ImportState.QUEUED)
    offset = models.PositiveIntegerField(_("offset"), default=0)
    seen_count = models.PositiveIntegerField(_("messages read"), default=0)
    stored_count = models.PositiveIntegerField(_("messages stored"), default=0)
    reached = models.DateTimeField(_("reached"), null=True, blank=True, help_text=_("Provider time it has come to."))
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("history import")
        verbose_name_plural = _("history imports")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state__in=["QUEUED", "RUNNING"]),
                name="one_import_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.since:%d/%m/%Y}"
