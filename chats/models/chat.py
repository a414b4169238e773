"""A conversation with one customer, or with one group."""

from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.identity import pretty_phone
from crm.models import INCOMING, Activity, Contact, Lead, Opportunity, Tag, Team, Tenant, User, new_key
from crm.search import prefix_query
from crm.visibility import Scope


class ChatStatus(models.TextChoices):
    OPEN = "OPEN", _("Open")
    PENDING = "PENDING", _("Pending")
    RESOLVED = "RESOLVED", _("Resolved")
    ARCHIVED = "ARCHIVED", _("Archived")


class Outcome(models.TextChoices):
    """What came of a conversation that is over."""

    RESOLVED = "RESOLVED", _("Resolved")
    WON = "WON", _("Won")
    LOST = "LOST", _("Lost")
    NO_ANSWER = "NO_ANSWER", _("No answer")
    SPAM = "SPAM", _("Spam")


ACTIVE = [ChatStatus.OPEN, ChatStatus.PENDING]
CLOSED = [ChatStatus.RESOLVED, ChatStatus.ARCHIVED]
# What the tabs list and count: under way, and not put off until later.
ON_THE_DESK = Q(status__in=ACTIVE, snoozed_until=None)
# How the list usually goes, for its indexes.
LIST_ORDER = ["-pinned", "-last_message_at", "-id"]

# Of what a chat refers to, what its row shows: no more is read for a list of them, nor compared with the row that was
# drawn before (`chats.templatetags.facts`).
ROW_SHOWS = {
    "tenant": ["time_zone", "business_hours", "waiting_amber_minutes", "waiting_red_minutes"],
    "contact": ["name"],
    "lead": ["status", "source", "accepted_at"],
    "assigned_to": ["name"],
    "opportunity": ["id"],
    "opportunity__stage": ["name", "colour"],
    "latest_message": ["type", "from_me", "sender_name", "ack", "send_state"],
    "next_step": ["title", "kind", "due_at"],
}


class ChatQuerySet(models.QuerySet["Chat"]):
    def visible_to(self, user: User) -> Self:
        """The chats this person may see; every look-up on behalf of a person starts here."""
        return self.seen_by(Scope.of(user))

    def seen_by(self, scope: Scope) -> Self:
        return self.filter(scope.rows(), merged_into=None)

    def active(self) -> Self:
        """Under way and not put off."""
        return self.filter(ON_THE_DESK)

    def snoozed(self) -> Self:
        """Put off; `wake` brings each back when its time comes."""
        return self.filter(status__in=ACTIVE, snoozed_until__isnull=False, merged_into=None)

    def incoming(self) -> Self:
        """Their lead came by itself, and nobody has accepted it.

        It is the same company's, which is said so that PostgreSQL does not look through all companies' leads.
        """
        return self.filter(lead__tenant=F("tenant"), **{f"lead__{name}": value for name, value in INCOMING.items()})

    def mine(self, user: User) -> Self:
        return self.filter(assigned_to=user)

    def unassigned(self) -> Self:
        return self.filter(assigned_to=None)

    def of_persons(self) -> Self:
        return self.filter(is_group=False)

    def of_groups(self) -> Self:
        return self.filter(is_group=True)

    def matching(self, typed: str) -> Self:
        """Chats whose people or phone contain what was typed; all of them when it is blank."""
        query = prefix_query(typed)
        if query is not None:
            return self.filter(search=query)
        return self.none() if typed.strip() else self

    def recent_first(self) -> Self:
        return self.order_by("-last_message_at", "-id")

    def in_list_order(self) -> Self:
        """Pinned ones first, and the latest of each; an index is in this very order."""
        return self.order_by(*LIST_ORDER)

    def with_row_details(self) -> Self:
        """All that a list row shows and nothing else, in one query; `tag_ids` is a list."""
        shown = [f"{relation}__{column}" for relation, columns in ROW_SHOWS.items() for column in columns]
        return self.select_related(*ROW_SHOWS).only(*own_columns(), *shown).with_tag_ids()

    def with_tag_ids(self) -> Self:
        """`tag_ids` is the list of its tags."""
        tags = Chat.tags.through.objects.filter(chat=OuterRef("pk")).order_by("tag_id")
        return self.annotate(tag_ids=ArraySubquery(tags.values("tag_id")))

    def for_thread(self) -> Self:
        """All that the head of a conversation shows, and its row, in one query."""
        details = self.select_related(*ROW_SHOWS, "team", "session", "lead__owner")
        return details.defer("search").with_tag_ids()


def own_columns() -> list[str]:
    """A chat's own, without the words by which it is searched."""
    return [column.attname for column in Chat._meta.concrete_fields if column.name != "search"]


class Chat(models.Model):
    """One conversation: one per company and `phone`.

    `phone` is canonical E.164 digits; `<id>@g.us` for a group; `<id>@lid` for a person whose
    phone is not known yet. `address` is the spelling WhatsApp itself uses, where answers go.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="chats", db_index=False)
    phone = models.CharField(_("phone"), max_length=80)
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        verbose_name=_("contact"),
        related_name="chats",
        null=True,
        blank=True,
        db_index=False,
    )
    lead = models.ForeignKey(Lead, models.SET_NULL, verbose_name=_("lead"), related_name="chats", null=True, blank=True)
    assigned_to = models.ForeignKey(
        User,
        models.SET_NULL,
        verbose_name=_("assigned to"),
        related_name="assigned_chats",
        null=True,
        blank=True,
    )
    last_message = models.TextField(_("last message"), null=True, blank=True)  # noqa: DJ001 the column is given
    last_message_at = models.DateTimeField(_("last message at"), null=True, blank=True)
    unread_count = models.PositiveIntegerField(_("unread"), default=0)
    status = models.CharField(_("status"), max_length=8, choices=ChatStatus, default=ChatStatus.OPEN)
    # By name: the number is WAHA's room, which this one never imports.
    session = models.ForeignKey(
        "waha.WhatsAppSession",
        models.SET_NULL,
        verbose_name=_("number"),
        related_name="chats",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    assigned_at = models.DateTimeField(
        _("assigned at"), null=True, blank=True, help_text=_("Our time at which its owner got it.")
    )
    returned_from = models.ForeignKey(
        User,
        models.SET_NULL,
        verbose_name=_("returned from"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Who had it before it went back to the queue; the rotation passes them over."),
    )
    address = models.CharField(_("WhatsApp address"), max_length=80, blank=True)
    subject = models.CharField(_("group subject"), max_length=160, blank=True)
    subject_at = models.DateTimeField(
        _("group subject told at"),
        null=True,
        blank=True,
        help_text=_("Provider time; what was told before is old news."),
    )
    is_group = models.BooleanField(_("group"), default=False)
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="chats", null=True, blank=True)
    opportunity = models.ForeignKey(
        Opportunity,
        models.SET_NULL,
        verbose_name=_("opportunity in focus"),
        related_name="+",
        null=True,
        blank=True,
    )
    next_step = models.ForeignKey(
        Activity,
        models.SET_NULL,
        verbose_name=_("next step"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("The open activity of this person that is due first."),
    )
    next_step_at = models.DateTimeField(_("next step at"), null=True, blank=True)
    latest_message = models.ForeignKey(
        "chats.Message",
        models.SET_NULL,
        verbose_name=_("latest message"),
        related_name="+",
        null=True,
        blank=True,
    )
    seq = models.BigIntegerField(
        _("sequence"), default=0, help_text=_("Grows with every change; pages ask for what is newer.")
    )
    waiting_since = models.DateTimeField(
        _("waiting since"), null=True, blank=True, help_text=_("Oldest customer message without an answer.")
    )
    answered_until = models.DateTimeField(
        _("answered until"),
        null=True,
        blank=True,
        help_text=_("Provider time of the latest answer that a person typed on the phone."),
    )
    answered_at = models.DateTimeField(
        _("answered at"), null=True, blank=True, help_text=_("Our time of the latest answer or resolution here.")
    )
    read_at = models.DateTimeField(
        _("read at"), null=True, blank=True, help_text=_("Our time at which the assignee last read it.")
    )
    receipted_until = models.DateTimeField(
        _("receipts sent until"),
        null=True,
        blank=True,
        help_text=_("Our time up to which the customer's messages are marked as read on WhatsApp."),
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    pinned = models.BooleanField(_("pinned"), default=False)
    watchers = models.ManyToManyField(User, verbose_name=_("watchers"), related_name="watched_chats", blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="chats", blank=True)
    outcome = models.CharField(_("closing outcome"), max_length=40, choices=Outcome, blank=True)
    first_response_at = models.DateTimeField(_("first response at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("merged into"),
        related_name="merged_chats",
        null=True,
        blank=True,
        help_text=_("Another chat of the same person, which has its messages now."),
    )
    search = SearchVectorField(null=True, editable=False)

    # What its person is doing at this moment; no column: `chats.people.presence.attach` gives it to what is shown.
    presence: Any = None
    # Colleagues who look at it at this moment; `chats.people.colleagues.attach`, likewise.
    inside: Any = ()
    # Given by `with_row_details`.
    tag_ids: list[UUID]

    objects = ChatQuerySet.as_manager()

    class Meta:
        db_table = "chats"
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        constraints = [models.UniqueConstraint(fields=["tenant", "phone"], name="chat_once_per_phone")]
        indexes = [
            models.Index(fields=["tenant", "status", *LIST_ORDER], name="chat_by_status"),
            models.Index(fields=["tenant", *LIST_ORDER], name="chat_in_order"),
            models.Index(fields=["tenant", "-last_message_at", "-id"], name="chat_by_time"),
            models.Index(fields=["tenant", "assigned_to", *LIST_ORDER], name="chat_mine", condition=ON_THE_DESK),
            models.Index(
                fields=["tenant", *LIST_ORDER],
                name="chat_unassigned",
                condition=ON_THE_DESK & Q(is_group=False, assigned_to=None),
            ),
            models.Index(
                fields=["tenant", *LIST_ORDER], name="chat_of_person", condition=ON_THE_DESK & Q(is_group=False)
            ),
            models.Index(
                fields=["tenant", *LIST_ORDER], name="chat_of_group", condition=ON_THE_DESK & Q(is_group=True)
            ),
            # What is over gathers for ever, and some of it is few among many; while it is under way it is not in these.
            models.Index(
                fields=["tenant", "assigned_to", "status", *LIST_ORDER],
                name="chat_closed_mine",
                condition=Q(status__in=CLOSED),
            ),
            models.Index(
                fields=["tenant", "status", *LIST_ORDER],
                name="chat_closed_unassigned",
                condition=Q(status__in=CLOSED, is_group=False, assigned_to=None),
            ),
            models.Index(
                fields=["tenant", "status", *LIST_ORDER],
                name="chat_closed_group",
                condition=Q(status__in=CLOSED, is_group=True),
            ),
            # Who has a conversation, and whose it is, without a look at any.
            models.Index(
                fields=["contact"],
                include=["merged_into", "tenant", "assigned_to", "team", "id"],
                name="chat_of_contact",
            ),
            models.Index(fields=["snoozed_until"], name="chat_to_wake", condition=Q(snoozed_until__isnull=False)),
            models.Index(fields=["tenant", "updated_at"], name="chat_changed"),
            GinIndex(fields=["search"], name="chat_search"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """What people call it: the contact's name, the group's subject, else the number as it is written."""
        if self.is_group:
            return self.subject or str(_("Group"))
        if self.contact and self.contact.name:
            return self.contact.name
        return self.pretty_phone

    @property
    def pretty_phone(self) -> str:
        """The phone as a person writes it; a plain phrase while WhatsApp hides it."""
        return str(_("Hidden number")) if self.phone.endswith("@lid") else pretty_phone(self.phone)

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_snoozed(self) -> bool:
        return self.is_active and self.snoozed_until is not None
