"""What is done is written down: one line an act, in the same transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Field, Model, QuerySet
from django.forms import BaseForm, BaseModelForm

from crm.models import AuditAct, AuditLog, Tenant, User
from crm.origin import origin

from .hooks import tell_of_act

# Never written down, in whatever table the column stands: only that it changed.
SECRETS = frozenset(
    {"password", "password1", "password2", "api_key", "webhook_secret", "secret", "token", "key", "previous_secret"}
)
HIDDEN = "•••"
NAME_LENGTH = AuditLog._meta.get_field("object_name").max_length or 160


def record(
    act: AuditAct,
    on: Model,
    by: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditLog:
    """Keep that `by` (None: the program by itself) did this to `on`; of the values, only those that differ.

    Webhooks to other systems hear of it, too.
    """
    was, is_now = _differing(before or {}, after or {})
    place = origin()
    tell_of_act(act, on)
    return AuditLog.objects.create(
        tenant_id=_company_of(on, by),
        user=by,
        action=act,
        object_type=on._meta.label,
        object_id=on.pk if isinstance(on.pk, UUID) else None,
        object_name=str(on)[:NAME_LENGTH],
        before=was,
        after=is_now,
        ip=place.ip,
        request_id=place.request_id,
    )


def record_export(by: User, what: str, count: int) -> AuditLog | None:
    """Keep that `by` took so many of these out of the house."""
    return record(AuditAct.EXPORTED, by.tenant, by, after={"what": what, "count": count}) if by.tenant else None


def record_form(act: AuditAct, form: "BaseModelForm[Any]", by: User | None) -> AuditLog | None:
    """The same for what a form has just saved; None when nothing was changed in it."""
    if not form.changed_data:
        return None
    names = [name for name in form.changed_data if name in form.cleaned_data]
    before = {name: _initial(form, name) for name in names}
    return record(act, form.instance, by, before, {name: form.cleaned_data[name] for name in names})


def facts(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """The row's values of these columns, for `before` and `after`; a relation by what it is called."""
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """As JSON holds it, and people read it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset() | QuerySet():
            return [plain(each) for each in value]
        case _:
            return str(value)


def _initial(form: BaseForm, name: str) -> Any:
    """As people read it: a choice among rows is kept as a key, but was a name."""
    value = form.get_initial_for_field(form.fields[name], name)
    rows = getattr(form.fields[name], "queryset", None)
    if rows is None or not value:
        return value
    keys = [getattr(each, "pk", each) for each in value] if isinstance(value, list | tuple) else [value]
    names = [str(row) for row in rows.model._default_manager.filter(pk__in=keys)]
    return names if isinstance(value, list | tuple) else next(iter(names), None)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    was = {name: plain(value) for name, value in before.items()}
    is_now = {name: plain(value) for name, value in after.items()}
    same = {name for name in was.keys() & is_now.keys() if was[name] == is_now[name]}
    return _without(was, same), _without(is_now, same)


def _without(values: dict[str, Any], same: set[str]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in same}
    return {name: HIDDEN if name in SECRETS and value else value for name, value in kept.items()}


def _company_of(on: Model, by: User | None) -> UUID | None:
    if isinstance(on, Tenant):
        return on.pk
    found = _key(on, "tenant") or next((_key(getattr(on, each), "tenant") for each in _parents(on)), None)
    return found or (by.tenant_id if by else None)


def _key(row: Model | None, relation: str) -> UUID | None:
    return getattr(row, f"{relation}_id", None) if row else None


def _parents(row: Model) -> list[str]:
    """The relations by which a row without a company of its own belongs to one: a file to its draft, say."""
    fields: list[Field[Any, Any]] = list(row._meta.concrete_fields)
    return [field.name for field in fields if isinstance(field, models.ForeignKey) and not field.null]
