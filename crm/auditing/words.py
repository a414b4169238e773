"""An audit line in the reader's language: what was changed, from what, to what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import AuditAct, AuditLog

NOTHING = "—"
# What acts say besides the columns of their rows.
OTHERS = {
    "absorbed": gettext_lazy("absorbed contact"),
    "survivor": gettext_lazy("remaining contact"),
}


@dataclass(frozen=True)
class Change:
    """One value, as it was and as it is."""

    name: str
    before: str
    after: str


def act_of(line: AuditLog) -> str:
    """What was done."""
    return str(AuditAct(line.action).label) if line.action in AuditAct.values else line.action


def kind_of(line: AuditLog) -> str:
    """What sort of thing it was done to."""
    model = _model(line)
    return capfirst(str(model._meta.verbose_name)) if model else line.object_type


def changes_of(line: AuditLog) -> Iterator[Change]:
    """What differs, in the order it was written down."""
    model = _model(line)
    for name in dict.fromkeys([*line.before, *line.after]):
        before, after = (_said(model, name, values.get(name)) for values in (line.before, line.after))
        yield Change(_name(model, name), before, after)


def _model(line: AuditLog) -> type[Model] | None:
    try:
        return apps.get_model(line.object_type)
    except (LookupError, ValueError):
        return None


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name.removesuffix("_id")) if model else None
    except FieldDoesNotExist:
        return None


def _name(model: type[Model] | None, name: str) -> str:
    field = _field(model, name)
    return capfirst(str(getattr(field, "verbose_name", None) or OTHERS.get(name) or name.replace("_", " ")))


def _said(model: type[Model] | None, name: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {each}" for key, each in value.items())
    choices = dict(getattr(_field(model, name), "flatchoices", None) or ())
    if value in choices:
        return str(choices[value])
    moment = parse_datetime(value) if isinstance(value, str) and "T" in value and len(value) > 18 else None
    if moment and is_aware(moment):
        return date_format(localtime(moment), "d/m/Y H:i")
    return str(value)
