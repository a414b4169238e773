"""Leads, pipelines, opportunities and next steps."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.actions import create_opportunity
from crm.models import Activity, Lead, LeadChange, Opportunity, Pipeline, Stage, StageChange

from .company import CompanyAdmin, CompanyFilter, CompanyInline


@admin.register(Lead)
class LeadAdmin(CompanyAdmin[Lead]):
    list_display = ["name", "tenant", "phone", "source", "status", "owner", "created_at"]
    list_filter = ["status", "source", ("owner", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "owner"]
    search_fields = ["name", "phone"]
    ordering = ["-id"]
    autocomplete_fields = ["tenant", "contact", "owner"]
    readonly_fields = ["accepted_at", "accepted_by", "discarded_at", "created_at", "updated_at"]


@admin.register(LeadChange)
class LeadChangeAdmin(CompanyAdmin[LeadChange]):
    is_read_only = True
    list_display = ["lead", "tenant", "act", "from_status", "to_status", "changed_by", "changed_at"]
    list_filter = ["act", ("tenant", CompanyFilter)]
    list_select_related = ["lead", "tenant", "changed_by"]
    search_fields = ["lead__name"]
    date_hierarchy = "changed_at"
    ordering = ["-id"]


class StageInline(CompanyInline[Stage]):
    model = Stage
    fields = ["position", "name", "kind", "probability", "colour"]
    ordering = ["position"]


@admin.register(Pipeline)
class PipelineAdmin(CompanyAdmin[Pipeline]):
    is_everywhere = True
    list_display = ["name", "tenant", "is_default"]
    list_filter = ["is_default", ("tenant", CompanyFilter)]
    list_select_related = ["tenant"]
    search_fields = ["name"]
    autocomplete_fields = ["tenant"]
    inlines = [StageInline]


@admin.register(Stage)
class StageAdmin(CompanyAdmin[Stage]):
    is_everywhere = True
    list_display = ["name", "pipeline", "tenant", "position", "kind", "probability"]
    list_filter = ["kind", ("pipeline", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["pipeline", "tenant"]
    search_fields = ["name", "pipeline__name"]
    autocomplete_fields = ["tenant", "pipeline"]


class StageChangeInline(CompanyInline[StageChange]):
    """The history of one opportunity, for reading."""

    model = StageChange
    fields = ["changed_at", "from_stage", "to_stage", "changed_by"]
    readonly_fields = ["changed_at", "from_stage", "to_stage", "changed_by"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Opportunity)
class OpportunityAdmin(CompanyAdmin[Opportunity]):
    """The stage is read-only here: it moves by `crm.actions.move_stage`, which keeps the history."""

    list_display = ["title", "tenant", "contact", "amount", "stage", "owner", "expected_close_on", "updated_at"]
    list_filter = [("stage", CompanyFilter), ("owner", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "contact", "stage", "owner"]
    search_fields = ["title", "contact__name", "contact__phone"]
    ordering = ["-id"]
    autocomplete_fields = ["tenant", "contact", "lead", "stage", "owner"]
    inlines = [StageChangeInline]
    fieldsets = [
        (None, {"fields": ["tenant", "title", "contact", "lead", "amount", "owner"]}),
        (_("Progress"), {"fields": ["stage", "expected_close_on", "close_reason", "closed_at"]}),
        (_("Dates"), {"fields": ["created_at", "updated_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Opportunity | None = None) -> list[str]:
        derived = ["closed_at", "created_at", "updated_at"]
        return ["stage", *derived] if obj else derived

    def save_model(self, request: HttpRequest, obj: Opportunity, form: Any, change: bool) -> None:
        """A new one is made by the action, with the first line of its history."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made = create_opportunity(
            obj.contact,
            obj.title,
            obj.stage,
            amount=obj.amount,
            lead=obj.lead,
            owner=obj.owner,
            expected_close_on=obj.expected_close_on,
        )
        obj.pk, obj.tenant_id, obj._state.adding = made.pk, made.tenant_id, False


@admin.register(StageChange)
class StageChangeAdmin(CompanyAdmin[StageChange]):
    is_read_only = True
    list_display = ["opportunity", "tenant", "from_stage", "to_stage", "changed_by", "changed_at"]
    list_filter = [("to_stage", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["opportunity", "tenant", "from_stage", "to_stage", "changed_by"]
    search_fields = ["opportunity__title"]
    date_hierarchy = "changed_at"
    ordering = ["-id"]


@admin.register(Activity)
class ActivityAdmin(CompanyAdmin[Activity]):
    list_display = ["title", "tenant", "kind", "due_at", "done_at", "assignee", "contact", "late"]
    list_filter = ["kind", ("assignee", CompanyFilter), ("tenant", CompanyFilter)]
    list_select_related = ["tenant", "assignee", "contact"]
    search_fields = ["title", "contact__name"]
    date_hierarchy = "due_at"
    ordering = ["-due_at", "-id"]
    autocomplete_fields = ["tenant", "assignee", "contact", "lead", "opportunity", "chat"]
    readonly_fields = ["reminded_at", "overdue_told_at", "created_at"]

    @admin.display(description=_("late"), boolean=True)
    def late(self, activity: Activity) -> bool:
        return activity.is_late
