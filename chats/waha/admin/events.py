"""Webhooks in Django's admin: seen as they came, found, and handled again."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chats.waha import replay
from chats.waha.handlers import HANDLERS
from chats.waha.models import EventState, WahaEvent, WhatsAppSession
from crm.admin.company import CompanyAdmin, CompanyFilter, pretty_json

# More than this is a job's work, not a page's.
MOST_AT_ONCE = 100
# How far back bodies are searched when no age is chosen.
SEARCHED_BACK = timedelta(days=3)


class AgeFilter(admin.SimpleListFilter):
    """By the index on time; a calendar over a million rows is not."""

    title = _("age")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("hour", _("Last hour")),
            ("day", _("Last 24 hours")),
            ("week", _("Last 7 days")),
            ("older", _("Older than 7 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        week = now - timedelta(days=7)
        match self.value():
            case "hour":
                return queryset.filter(received_at__gte=now - timedelta(hours=1))
            case "day":
                return queryset.filter(received_at__gte=now - timedelta(days=1))
            case "week":
                return queryset.filter(received_at__gte=week)
            case "older":
                return queryset.filter(received_at__lt=week)
        return queryset


class KindFilter(admin.SimpleListFilter):
    """The events we handle, by name, and the rest of them together."""

    title = _("event")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((name, name) for name in sorted(HANDLERS)), ("other", _("Any other"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "other":
            return queryset.exclude(event__in=HANDLERS)
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(WahaEvent)
class WahaEventAdmin(CompanyAdmin[WahaEvent]):
    """Webhooks as they came; the only act is to handle one again."""

    company_lookup = "session__tenant_id"
    list_display = ["received_at", "session", "event", "event_id", "state", "reason", "attempts"]
    list_filter = ["state", KindFilter, AgeFilter, ("session", CompanyFilter)]
    list_select_related = ["session"]
    search_fields = ["=event_id"]
    search_help_text = _(
        "An event id; with a number chosen at the side also a WhatsApp id, or anything else that stands in the body."
    )
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[WahaEvent], search_term: str
    ) -> tuple[QuerySet[WahaEvent], bool]:
        """An id by its index; bodies only of one number and of few days, because each has to be read."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if "session__id__exact" not in request.GET:
            numbers = WhatsAppSession.objects.values_list("pk", flat=True)
            return queryset.filter(session__in=list(numbers), event__in=HANDLERS, event_id=term), False
        if "age" not in request.GET:
            queryset = queryset.filter(received_at__gte=timezone.now() - SEARCHED_BACK)
        rows = queryset.alias(text=Cast("body", TextField()))
        return rows.filter(Q(event_id=term) | Q(text__contains=term)), False

    @admin.display(description=_("body"))
    def body_text(self, event: WahaEvent) -> SafeString:
        return pretty_json(event.body)

    @admin.display(description=_("error"))
    def error_text(self, event: WahaEvent) -> SafeString:
        return format_html("<pre>{}</pre>", event.error or "-")

    @admin.action(description=_("Process again"), permissions=["change"])
    def process_again(self, request: HttpRequest, events: QuerySet[WahaEvent]) -> None:
        """In the order they came; few at once, many by a job. Those that were handled have nothing left to do."""
        open_ones = events.exclude(state=EventState.HANDLED).order_by("received_at", "id")
        keys = list(open_ones.values_list("pk", flat=True))
        if len(keys) > MOST_AT_ONCE:
            replay.order(keys)
            text = ngettext(
                "%(count)d event is handled in the background.",
                "%(count)d events are handled in the background.",
                len(keys),
            )
            self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)
        else:
            self._tell(request, [replay.handle_again(key) for key in keys])

    def _tell(self, request: HttpRequest, states: list[EventState]) -> None:
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
