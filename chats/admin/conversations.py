"""Conversations in Django's admin: for looking, and for the few acts that `chats.actions` offers."""

from collections.abc import Callable, Iterable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chats import actions
from chats.models import Amendment, Chat, EarlyChange, Message, MessageEdit, Reaction
from crm.actions import TooLate
from crm.admin.company import CompanyAdmin, CompanyFilter, pretty_json, sees_all
from crm.models import ContactMerge, User

Act = Callable[[Chat, User], object]


@admin.register(Chat)
class ChatAdmin(CompanyAdmin[Chat]):
    """A chat's row is written under its lock only, so its page is for reading; acts are in the list's menu."""

    list_display = [
        "display_name",
        "tenant",
        "phone",
        "status",
        "assigned_to",
        "team",
        "unread_count",
        "waiting_since",
        "last_message_at",
    ]
    list_filter = [
        "status",
        "is_group",
        ("team", CompanyFilter),
        ("assigned_to", CompanyFilter),
        ("session", CompanyFilter),
        ("tags", CompanyFilter),
        ("tenant", CompanyFilter),
    ]
    list_select_related = ["tenant", "contact", "assigned_to", "team"]
    search_fields = ["phone"]
    search_help_text = _("The beginning of a name, or any four digits of the phone.")
    actions = ["assign_to_me", "return_to_queue", "resolve", "reopen"]
    fieldsets = [
        (None, {"fields": ["tenant", "phone", "address", "subject", "is_group", "session", "messages_link"]}),
        (_("Work"), {"fields": ["status", "assigned_to", "team", "tags", "pinned", "snoozed_until", "outcome"]}),
        (_("Customer"), {"fields": ["contact", "lead", "opportunity"]}),
        (
            _("Derived from the messages"),
            {
                "fields": [
                    "last_message",
                    "last_message_at",
                    "unread_count",
                    "waiting_since",
                    "answered_until",
                    "answered_at",
                    "first_response_at",
                    "read_at",
                    "resolved_at",
                    "seq",
                ]
            },
        ),
        (_("Dates"), {"fields": ["created_at", "updated_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Chat]:
        return super().get_queryset(request).defer("search")

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """By an index each: of one company by its latest message, of all by key."""
        return ["-id"] if sees_all(request) else ["-last_message_at", "-id"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Chat], search_term: str
    ) -> tuple[QuerySet[Chat], bool]:
        """By the search column, as on the page; a LIKE over all chats would read every row."""
        return queryset & Chat.objects.matching(search_term), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Chat | None = None) -> bool:
        """Acts on the list, yes; a form over a row that changes with every message, no."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Chat | None = None) -> bool:
        return False

    @admin.display(description=_("chat"))
    def display_name(self, chat: Chat) -> str:
        return chat.display_name

    @admin.display(description=_("messages"))
    def messages_link(self, chat: Chat) -> SafeString:
        address = reverse("admin:chats_message_changelist")
        return format_html('<a href="{}?chat__id__exact={}">{}</a>', address, chat.pk, _("Show the messages"))

    @admin.action(description=_("Assign to me"), permissions=["change"])
    def assign_to_me(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._act(request, chats, lambda chat, by: actions.assign(chat, by, by=by))

    @admin.action(description=_("Return to the queue"), permissions=["change"])
    def return_to_queue(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._act(request, chats, lambda chat, by: actions.assign(chat, None, by=by))

    @admin.action(description=_("Resolve"), permissions=["change"])
    def resolve(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._act(request, chats, lambda chat, by: actions.resolve(chat, by))

    @admin.action(description=_("Reopen"), permissions=["change"])
    def reopen(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._act(request, chats, lambda chat, by: actions.reopen(chat, by))

    def _act(self, request: HttpRequest, chats: Iterable[Chat], act: Act) -> None:
        """Each chat in its own transaction; those that refuse are told apart from those that are done."""
        by, done, refused = request.user, 0, 0
        for chat in chats:
            try:
                act(chat, by)  # type: ignore[arg-type]  # only logged-in people get here
                done += 1
            except ValueError:
                refused += 1
        if done:
            text = ngettext("%(count)d chat is done.", "%(count)d chats are done.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if refused:
            text = ngettext(
                "%(count)d chat belongs to another company.", "%(count)d chats belong to another company.", refused
            )
            self.message_user(request, text % {"count": refused}, messages.ERROR)


@admin.register(Message)
class MessageAdmin(CompanyAdmin[Message]):
    company_lookup = "chat__tenant_id"
    is_read_only = True
    list_display = ["timestamp", "chat", "type", "from_me", "author", "beginning", "ack", "send_state", "media_state"]
    list_filter = ["type", "from_me", "send_state", "media_state"]
    list_select_related = ["chat__contact", "author"]
    search_fields = ["=message_id", "=chat__phone"]
    search_help_text = _("A WhatsApp id, or a whole phone (digits).")
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["chat", "type", "from_me", "author", "sender_name", "phone", "body", "timestamp"]}),
        (_("Delivery"), {"fields": ["send_state", "ack", "send_error", "message_id", "client_id", "session"]}),
        (
            _("File"),
            {
                "fields": [
                    "media_state",
                    "media_file",
                    "file_name",
                    "mime_type",
                    "size_bytes",
                    "duration_seconds",
                    "media_url",
                ]
            },
        ),
        (
            _("Details"),
            {"fields": ["quoted_msg_id", "details", "edited_at", "revoked_at", "superseded_by", "seq", "created_at"]},
        ),
    ]

    @admin.display(description=_("text"))
    def beginning(self, message: Message) -> str:
        return (message.body or message.file_name)[:80]

    @admin.display(description=_("details"))
    def details(self, message: Message) -> SafeString:
        return pretty_json(message.metadata)


@admin.register(Reaction)
class ReactionAdmin(CompanyAdmin[Reaction]):
    company_lookup = "message__chat__tenant_id"
    is_read_only = True
    list_display = ["emoji", "message", "from_me", "author_key", "reacted_at"]
    list_filter = ["from_me"]
    list_select_related = ["message"]
    ordering = ["-id"]


@admin.register(MessageEdit)
class MessageEditAdmin(CompanyAdmin[MessageEdit]):
    company_lookup = "message__chat__tenant_id"
    is_read_only = True
    list_display = ["edited_at", "message", "old_body"]
    list_select_related = ["message"]
    ordering = ["-id"]


@admin.register(EarlyChange)
class EarlyChangeAdmin(CompanyAdmin[EarlyChange]):
    company_lookup = "session__tenant_id"
    is_read_only = True
    list_display = ["message_id", "session", "kind", "key", "at", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["session"]
    search_fields = ["=message_id"]
    ordering = ["-id"]


@admin.register(Amendment)
class AmendmentAdmin(CompanyAdmin[Amendment]):
    company_lookup = "message__chat__tenant_id"
    is_read_only = True
    list_display = ["created_at", "kind", "value", "by", "state", "error", "settled_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["by"]
    ordering = ["-id"]


@admin.register(ContactMerge)
class ContactMergeAdmin(CompanyAdmin[ContactMerge]):
    """Here and not in the CRM's own admin: with two contacts part their conversations, which are this room's."""

    is_read_only = True
    list_display = ["merged_at", "survivor", "absorbed", "tenant", "by", "undone_at"]
    list_filter = [("undone_at", admin.EmptyFieldListFilter), ("by", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["survivor", "absorbed", "tenant", "by"]
    search_fields = ["survivor__name", "survivor__phone", "absorbed__name", "absorbed__phone"]
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["merged_at", "tenant", "survivor", "absorbed", "by", "undone_at", "moved_text"]}),
    ]
    actions = ["undo"]

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("crm.change_contactmerge"))

    @admin.display(description=_("moved"))
    def moved_text(self, merge: ContactMerge) -> SafeString:
        return pretty_json(merge.moved)

    @admin.action(description=_("Undo this merge"), permissions=["undo"])
    def undo(self, request: HttpRequest, merges: QuerySet[ContactMerge]) -> None:
        """The latest first: of two merges into one contact, the second stands on the first."""
        by, done, late = request.user, 0, 0
        for merge in merges.order_by("-merged_at"):
            try:
                actions.undo_merge(merge, by)  # type: ignore[arg-type]  # only logged-in people get here
                done += 1
            except TooLate:
                late += 1
        if done:
            text = ngettext("%(count)d merge is undone.", "%(count)d merges are undone.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if late:
            text = ngettext(
                "%(count)d merge is too old, or was undone before.",
                "%(count)d merges are too old, or were undone before.",
                late,
            )
            self.message_user(request, text % {"count": late}, messages.ERROR)
