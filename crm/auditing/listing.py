"""Which lines of the audit log are asked for, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.keyset import read_key, rows_below
from crm.models import AuditAct, AuditLog, User
from crm.models.audit import AuditQuerySet

PAGE = 50


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditFilter(forms.Form):
    """Who, what, on what, and when; all of it may be left out. A date is a day of the company's."""

    pessoa = forms.ModelChoiceField(User.objects.none(), label=_("Person"), required=False, empty_label=_("Everybody"))
    acao = forms.ChoiceField(label=_("Action"), required=False)
    objeto = forms.CharField(label=_("Object"), required=False, max_length=80)
    de = forms.DateField(label=_("From"), required=False, widget=_day())
    ate = forms.DateField(label=_("Until"), required=False, widget=_day())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        people = self.fields["pessoa"]
        assert isinstance(people, forms.ModelChoiceField)  # noqa: S101 it is declared so
        people.queryset = User.objects.filter(tenant=user.tenant).order_by("name")
        choices = sorted(AuditAct.choices, key=lambda choice: str(choice[1]))
        self.fields["acao"].choices = [("", _("Everything")), *choices]  # type: ignore[attr-defined] # a choice

    def rows(self) -> AuditQuerySet:
        """The lines that are meant, newest first; what is not understood narrows nothing."""
        asked = self.cleaned_data if self.is_valid() else {}
        rows = AuditLog.objects.visible_to(self.user).between(
            _midnight(asked.get("de")), _midnight(asked.get("ate"), days=1)
        )
        if asked.get("pessoa"):
            rows = rows.filter(user=asked["pessoa"])
        if asked.get("acao"):
            rows = rows.filter(action=asked["acao"])
        if asked.get("objeto"):
            rows = rows.filter(_about(asked["objeto"]))
        return rows.select_related("user").order_by("-created_at", "-id")


@dataclass(frozen=True)
class Page:
    """Some lines, and the key below which the next ones are; blank at the end."""

    lines: list[AuditLog]
    below: str


def page_of(rows: AuditQuerySet, below: str = "") -> Page:
    """The first lines, or those below the key that an earlier page ended with."""
    if key := read_key(below):
        rows = rows_below(rows, "created_at", *key)
    lines = list(rows[: PAGE + 1])
    shown, more = lines[:PAGE], len(lines) > PAGE
    return Page(shown, f"{shown[-1].created_at.isoformat()},{shown[-1].pk}" if more else "")


def _about(typed: str) -> Q:
    """By the id of the thing, or of the request; else by what the thing was called."""
    typed = typed.strip()
    try:
        return Q(object_id=UUID(typed))
    except ValueError:
        return Q(object_name__icontains=typed) | Q(request_id=typed)


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of the day, by the company's clock."""
    if day is None or day.year >= 9999:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
