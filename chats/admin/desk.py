"""What lies on people's desks, for looking: it is written on the page, by those whose it is."""

from django.contrib import admin

from chats.models import (
    Draft,
    DraftFile,
    LinkPreview,
    Mute,
    QuickReply,
    QuickReplyFile,
    SavedView,
    ScheduledMessage,
    UndoStep,
)
from crm.admin.company import CompanyAdmin, CompanyFilter


@admin.register(QuickReply)
class QuickReplyAdmin(CompanyAdmin[QuickReply]):
    is_read_only = True
    list_display = ["shortcut", "scope", "owner", "team", "tenant", "used_count", "updated_at"]
    list_filter = ["scope", ("team", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["owner", "team", "tenant"]
    search_fields = ["shortcut", "body"]
    ordering = ["shortcut"]


@admin.register(QuickReplyFile)
class QuickReplyFileAdmin(CompanyAdmin[QuickReplyFile]):
    company_lookup = "quick_reply__tenant_id"
    is_read_only = True
    list_display = ["name", "quick_reply", "type", "size_bytes", "created_at"]
    list_select_related = ["quick_reply"]
    ordering = ["-id"]


@admin.register(Draft)
class DraftAdmin(CompanyAdmin[Draft]):
    """Whose and where; what somebody has not sent is theirs alone."""

    company_lookup = "chat__tenant_id"
    is_read_only = True
    list_display = ["updated_at", "user", "chat", "is_note"]
    list_filter = [("user", CompanyFilter)]
    list_select_related = ["user", "chat__contact"]
    fields = ["user", "chat", "is_note", "updated_at"]
    ordering = ["-id"]


@admin.register(DraftFile)
class DraftFileAdmin(CompanyAdmin[DraftFile]):
    company_lookup = "draft__chat__tenant_id"
    is_read_only = True
    list_display = ["created_at", "type", "mime_type", "size_bytes"]
    fields = ["created_at", "type", "mime_type", "size_bytes"]
    ordering = ["-id"]


@admin.register(ScheduledMessage)
class ScheduledMessageAdmin(CompanyAdmin[ScheduledMessage]):
    company_lookup = "chat__tenant_id"
    is_read_only = True
    list_display = ["send_at", "chat", "author", "state", "error"]
    list_filter = ["state", ("author", CompanyFilter)]
    list_select_related = ["chat__contact", "author"]
    search_fields = ["body"]
    ordering = ["-id"]


@admin.register(SavedView)
class SavedViewAdmin(CompanyAdmin[SavedView]):
    is_read_only = True
    list_display = ["name", "user", "is_shared", "query", "tenant"]
    list_filter = ["is_shared", ("user", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["user", "tenant"]
    search_fields = ["name"]
    ordering = ["-id"]


@admin.register(Mute)
class MuteAdmin(CompanyAdmin[Mute]):
    company_lookup = "user__tenant_id"
    is_read_only = True
    list_display = ["user", "chat", "session", "until"]
    list_filter = [("user", CompanyFilter)]
    list_select_related = ["user", "chat__contact", "session"]
    ordering = ["-id"]


@admin.register(UndoStep)
class UndoStepAdmin(CompanyAdmin[UndoStep]):
    company_lookup = "user__tenant_id"
    is_read_only = True
    list_display = ["done_at", "user", "what", "undone_at"]
    list_filter = ["what", ("user", CompanyFilter)]
    list_select_related = ["user"]
    ordering = ["-id"]


@admin.register(LinkPreview)
class LinkPreviewAdmin(CompanyAdmin[LinkPreview]):
    is_read_only = True
    list_display = ["fetched_at", "title", "site_name", "url", "error", "tenant"]
    list_filter = [("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["title", "url"]
    ordering = ["-id"]
