"""Webhooks and what was posted to them; the secret is never shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.hooks import subscriptions
from crm.models import Webhook, WebhookDelivery

from .company import CompanyAdmin, CompanyFilter, pretty_json


@admin.register(Webhook)
class WebhookAdmin(CompanyAdmin[Webhook]):
    list_display = ["name", "tenant", "url", "is_active", "failure_count", "last_number", "created_at"]
    list_filter = ["is_active", ("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name", "url"]
    ordering = ["name", "id"]
    autocomplete_fields = ["tenant"]
    readonly_fields = ["last_number", "failure_count", "failing_since", "off_since", "created_by", "created_at"]
    fields = ["tenant", "name", "url", "events", "is_active", *readonly_fields]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        subscriptions.forget(obj.tenant_id)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(CompanyAdmin[WebhookDelivery]):
    is_read_only = True
    company_lookup = "webhook__tenant_id"
    list_display = ["id", "webhook", "event", "number", "state", "tries", "status", "created_at", "tried_at"]
    list_filter = ["state", "event", ("webhook", CompanyFilter)]
    list_select_related = ["webhook"]
    search_fields = ["event", "webhook__name"]
    ordering = ["-id"]
    fields = [
        "webhook", "event", "number", "state", "tries", "try_at", "status", "error", "answer", "milliseconds",
        "created_at", "tried_at", "data_text",
    ]  # fmt: skip

    @admin.display(description=_("data"))
    def data_text(self, delivery: WebhookDelivery) -> SafeString:
        return pretty_json(delivery.data)
