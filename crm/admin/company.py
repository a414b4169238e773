"""One company's staff see and touch only its rows; the platform's superuser sees all."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.actions.anew import company_changed
from crm.actions.audit import record, record_form
from crm.models import AuditAct, Tenant, User

Row = TypeVar("Row", bound=Model)
MOST_COUNTED_ROWS = 10_000

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    class _Options(admin.options.BaseModelAdmin[Row]): ...

    class _Admin(admin.ModelAdmin[Row]): ...

    class _Inline(admin.TabularInline[Any, Row]): ...
else:  # Django's own classes take no parameter when the program runs

    class _Options(Generic[Row]): ...

    class _Admin(admin.ModelAdmin, Generic[Row]): ...

    class _Inline(admin.TabularInline, Generic[Row]): ...


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than ten thousand rows: nobody turns to page 101, they filter."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[:MOST_COUNTED_ROWS].count()
        return len(rows)


class CompanyFilter(admin.RelatedFieldListFilter):
    """A sidebar filter that names only what the reader may see."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> "list[tuple[str, str | _StrPromise]]":
        rows = visible_rows(model_admin.admin_site, field.remote_field.model, request)
        return [(str(row.pk), str(row)) for row in rows[:200]]


def visible_rows(site: admin.AdminSite, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """The rows of another model as its own admin shows them to this person; none where it has no admin."""
    if not site.is_registered(model):
        return model._default_manager.none()
    return site.get_model_admin(model).get_queryset(request)


def sees_all(request: HttpRequest) -> bool:
    """Whether this is the platform's superuser, whose view no company bounds."""
    return isinstance(request.user, User) and request.user.is_superuser


def _who(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def own_tenant_id(request: HttpRequest) -> Any:
    """The company of the person who asks; None, which matches no row, for one without."""
    return request.user.tenant_id if isinstance(request.user, User) else None


class _WithinCompany(_Options[Row]):
    """What page and inline have in common: every choice offered, and accepted, is the company's own."""

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        kwargs.setdefault("queryset", visible_rows(self.admin_site, db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelMultipleChoiceField[Any] | None":
        kwargs.setdefault("queryset", visible_rows(self.admin_site, db_field.remote_field.model, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class CompanyAdmin(_WithinCompany[Row], _Admin[Row]):
    """A model whose rows belong to companies; `company_lookup` leads from a row to its company's key."""

    company_lookup = "tenant_id"
    is_read_only = False
    # Its rows are named, or obeyed, all over the pages of their company.
    is_everywhere = False
    show_full_result_count = False
    list_per_page = 50
    paginator = CappedPaginator

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        rows = super().get_queryset(request)
        return rows if sees_all(request) else rows.filter(**{self.company_lookup: own_tenant_id(request)})

    def get_list_display(self, request: HttpRequest) -> Any:
        return _without_company(super().get_list_display(request), request)

    def get_list_filter(self, request: HttpRequest) -> Any:
        return _without_company(super().get_list_filter(request), request)

    def get_exclude(self, request: HttpRequest, obj: Row | None = None) -> Any:
        return None if sees_all(request) else [*(super().get_exclude(request, obj) or []), "tenant"]

    def get_fieldsets(self, request: HttpRequest, obj: Row | None = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if sees_all(request):
            return sets
        return [(title, {**options, "fields": _without_company(options["fields"], request)}) for title, options in sets]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and not sees_all(request) and hasattr(obj, "tenant_id"):
            obj.tenant_id = own_tenant_id(request)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """In the transaction of the row itself, what was changed is kept."""
        super().save_related(request, form, formsets, change)
        record_form(AuditAct.ADMIN_CHANGED if change else AuditAct.ADMIN_CREATED, form, _who(request))
        self._tell_pages(form.instance)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Row]) -> Any:
        for row in queryset:
            record(AuditAct.ADMIN_REMOVED, row, _who(request))
            self._tell_pages(row)
        return super().log_deletions(request, queryset)

    def _tell_pages(self, row: Any) -> None:
        company = row.pk if isinstance(row, Tenant) else getattr(row, "tenant_id", None)
        if company and self.is_everywhere:
            company_changed(company)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows of an inline belong to the company of the row they hang on."""
        for inline in formset.forms:
            if hasattr(inline.instance, "tenant_id") and hasattr(form.instance, "tenant_id"):
                inline.instance.tenant_id = form.instance.tenant_id
        super().save_formset(request, form, formset, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not self.is_read_only and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return not self.is_read_only and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return not self.is_read_only and super().has_delete_permission(request, obj)


class CompanyInline(_WithinCompany[Row], _Inline[Row]):
    """Rows that hang on a company's row; the company itself is not asked for again."""

    extra = 0
    exclude = ["tenant"]


def pretty_json(value: Any) -> SafeString:
    """JSON as people read it."""
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def _without_company(names: Sequence[Any], request: HttpRequest) -> Sequence[Any]:
    """Column and field names as one company's staff see them: which company it is goes without saying."""
    if sees_all(request):
        return names
    return [name for name in names if name not in ("tenant", ("tenant", CompanyFilter))]
