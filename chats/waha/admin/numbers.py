"""Numbers, and what we asked WhatsApp through them."""

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chats.waha.models import HistoryImport, LidCheck, NumberCheck, WhatsAppSession, new_secret
from crm.admin.company import CompanyAdmin, CompanyFilter

if TYPE_CHECKING:
    _SessionForm = forms.ModelForm[WhatsAppSession]
else:
    _SessionForm = forms.ModelForm


class SessionForm(_SessionForm):
    """Secrets go in and never come out: left empty, the stored one stays."""

    api_key = forms.CharField(
        label=_("API key"), widget=forms.PasswordInput, required=False, help_text=_("Empty keeps the present one.")
    )
    webhook_secret = forms.CharField(
        label=_("webhook secret (HMAC)"),
        widget=forms.PasswordInput,
        required=False,
        help_text=_("Empty keeps the present one; a new number gets a random one."),
    )

    class Meta:
        model = WhatsAppSession
        fields = [
            "tenant",
            "name",
            "waha_name",
            "base_url",
            "api_key",
            "webhook_secret",
            "default_team",
        ]

    def clean_api_key(self) -> str:
        key = str(self.cleaned_data["api_key"]) or self._stored("api_key")
        if not key:
            raise forms.ValidationError(_("A new number needs the key of its WAHA."))
        return key

    def clean_webhook_secret(self) -> str:
        return str(self.cleaned_data["webhook_secret"]) or self._stored("webhook_secret") or new_secret()

    def _stored(self, column: str) -> str:
        return "" if self.instance._state.adding else str(self.initial.get(column, ""))


@admin.register(WhatsAppSession)
class WhatsAppSessionAdmin(CompanyAdmin[WhatsAppSession]):
    form = SessionForm
    list_display = ["name", "tenant", "phone", "status", "disconnected_at", "default_team", "engine", "version"]
    list_filter = ["status", ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "default_team"]
    search_fields = ["name", "phone", "waha_name"]
    autocomplete_fields = ["tenant", "default_team"]
    readonly_fields = [
        "webhook_address",
        "status",
        "status_changed_at",
        "disconnected_at",
        "phone",
        "push_name",
        "engine",
        "version",
        "created_at",
    ]
    fieldsets = [
        (None, {"fields": ["tenant", "name", "default_team"]}),
        ("WAHA", {"fields": ["waha_name", "base_url", "api_key", "webhook_secret", "webhook_address"]}),
        (
            _("As WAHA sees it"),
            {"fields": ["status", "status_changed_at", "disconnected_at", "phone", "push_name", "engine", "version"]},
        ),
        (_("Dates"), {"fields": ["created_at"]}),
    ]

    @admin.display(description=_("webhook address"))
    def webhook_address(self, session: WhatsAppSession) -> str:
        return "-" if session._state.adding else f"{settings.PUBLIC_URL}{session.webhook_path}"


@admin.register(NumberCheck)
class NumberCheckAdmin(CompanyAdmin[NumberCheck]):
    """What WhatsApp said about a phone. Deleting a line makes the next send ask again."""

    company_lookup = "session__tenant_id"
    list_display = ["phone", "address", "session", "checked_at"]
    list_filter = [("session", CompanyFilter)]
    list_select_related = ["session"]
    search_fields = ["=phone", "=address"]
    search_help_text = _("A whole phone (digits) or WhatsApp address.")
    ordering = ["-id"]
    fields = ["phone", "address", "session", "checked_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: NumberCheck | None = None) -> bool:
        return False


@admin.register(LidCheck)
class LidCheckAdmin(CompanyAdmin[LidCheck]):
    """Hidden ids whose phone WAHA did not know, and when it is asked again."""

    company_lookup = "session__tenant_id"
    is_read_only = True
    list_display = ["lid", "session", "attempts", "ask_at"]
    list_filter = [("session", CompanyFilter)]
    list_select_related = ["session"]
    search_fields = ["=lid"]
    ordering = ["-id"]


@admin.register(HistoryImport)
class HistoryImportAdmin(CompanyAdmin[HistoryImport]):
    """How far each reading of a number's past has come; it is begun and cancelled on the page of the numbers."""

    company_lookup = "session__tenant_id"
    is_read_only = True
    list_display = ["created_at", "session", "since", "until", "state", "seen_count", "stored_count", "requested_by"]
    list_filter = ["state", ("session", CompanyFilter)]
    list_select_related = ["session", "requested_by"]
    ordering = ["-id"]
