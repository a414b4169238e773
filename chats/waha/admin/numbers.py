"""Numbers and webhooks in Django's admin."""

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.admin.company import CompanyAdmin, CompanyFilter, pretty_json

from . import inbox
from .models import EventState, WahaEvent, WhatsAppSession, new_secret

if TYPE_CHECKING:
    _SessionForm = forms.ModelForm[WhatsAppSession]
else:
    _SessionForm = forms.ModelForm


class SessionForm(_SessionForm):
    """Secrets go in and never come out: left empty, the stored one stays."""

    # WAHA often runs beside us, without TLS.
    base_url = forms.URLField(label=_("WAHA address"), assume_scheme="http")
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


@admin.register(WahaEvent)
class WahaEventAdmin(CompanyAdmin[WahaEvent]):
    """Webhooks as they came; the only act is to handle one again."""

    company_lookup = "session__tenant_id"
    list_display = ["received_at", "session", "event", "event_id", "state", "reason", "attempts"]
    list_filter = ["state", "event", ("session", CompanyFilter)]
    list_select_related = ["session"]
    search_fields = ["=event_id"]
    date_hierarchy = "received_at"
    ordering = ["-id"]
    actions = ["process_again"]
    fields = [
        "received_at",
        "session",
        "event",
        "event_id",
        "state",
        "reason",
        "attempts",
        "handled_at",
        "body_text",
        "error_text",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: WahaEvent | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: WahaEvent | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[WahaEvent]:
        rows = super().get_queryset(request)
        return rows.defer("body", "error") if _is_list(request) else rows

    @admin.display(description=_("body"))
    def body_text(self, event: WahaEvent) -> SafeString:
        return pretty_json(event.body)

    @admin.display(description=_("error"))
    def error_text(self, event: WahaEvent) -> SafeString:
        return format_html("<pre>{}</pre>", event.error or "-")

    @admin.action(description=_("Process again"), permissions=["change"])
    def process_again(self, request: HttpRequest, events: QuerySet[WahaEvent]) -> None:
        states = [inbox.process(key) for key in events.order_by("received_at").values_list("pk", flat=True)]
        failed = states.count(EventState.FAILED)
        done = len(states) - failed
        if done:
            text = ngettext("%(count)d event is handled.", "%(count)d events are handled.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if failed:
            text = ngettext("%(count)d event failed again.", "%(count)d events failed again.", failed)
            self.message_user(request, text % {"count": failed}, messages.ERROR)


def _is_list(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.url_name == "waha_wahaevent_changelist")
