"""What the list of contacts shows, as its address says it; nonsense there reads as no filter at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chats.models import Chat
from crm.keyset import id_value, moment_value, read_key, rows_beyond
from crm.models import Contact, Lead, LeadSource, Opportunity, StageKind, Tag, User
from crm.models.contacts import ContactQuerySet

from .latest_talk import LatestTalk

USUAL = "nome"


@dataclass(frozen=True)
class Order:
    """A way to order contacts: `columns` ascend, or all of them descend. `place` reads what `key` wrote."""

    label: object
    columns: tuple[str, ...]
    key: Callable[[Contact], str]
    place: Callable[[str], list[Value] | None]
    descending: bool = False

    def sort(self, contacts: ContactQuerySet) -> ContactQuerySet:
        return contacts.order_by(*[f"-{column}" if self.descending else column for column in self.columns])

    def find(self, contacts: ContactQuerySet, reader: User, after: str, count: int) -> list[tuple[Contact, str]]:
        """At most `count` contacts, each with the key that asks for those after it."""
        found = self.sort(contacts)
        return [(contact, self.key(contact)) for contact in (self.beyond(found, after) if after else found)[:count]]

    def beyond(self, contacts: ContactQuerySet, after: str) -> ContactQuerySet:
        """The rows that follow the row of this key; all of them for nonsense."""
        place = self.place(after)
        return rows_beyond(contacts, self.columns, place, descending=self.descending) if place else contacts


def _name_place(after: str) -> list[Value] | None:
    name, _separator, key = after.rpartition(",")
    try:
        return [Value(name, models.TextField()), id_value(UUID(key))]
    except ValueError:
        return None


def _time_place(after: str) -> list[Value] | None:
    found = read_key(after)
    return [moment_value(found[0]), id_value(found[1])] if found else None


def _by_time(label: object, *, descending: bool) -> Order:
    return Order(
        label,
        ("created_at", "id"),
        lambda contact: f"{contact.created_at.isoformat()},{contact.pk}",
        _time_place,
        descending,
    )


ORDERS: dict[str, Order | LatestTalk] = {
    USUAL: Order(
        pgettext_lazy("order of the contacts", "Name"),
        ("sort_name", "id"),
        lambda contact: f"{contact.sort_name},{contact.pk}",
        _name_place,
    ),
    "recentes": _by_time(pgettext_lazy("order of the contacts", "Newest"), descending=True),
    "antigos": _by_time(pgettext_lazy("order of the contacts", "Oldest"), descending=False),
    "conversa": LatestTalk(pgettext_lazy("order of the contacts", "Latest conversation")),
}


class ContactFilterForm(forms.Form):
    """The tools above the list."""

    q = forms.CharField(max_length=100, required=False)
    etiqueta = forms.ModelChoiceField(
        Tag.objects.none(), label=_("tag"), required=False, empty_label=pgettext_lazy("tag", "Any")
    )
    venda = forms.ChoiceField(
        label=_("opportunity"),
        required=False,
        choices=[
            ("", pgettext_lazy("opportunity", "Any")),
            ("aberta", _("With an open one")),
            ("nenhuma", _("Without")),
        ],
    )
    conversa = forms.ChoiceField(
        label=_("conversation"),
        required=False,
        choices=[("", pgettext_lazy("conversation", "Any")), ("com", _("With one")), ("sem", _("Without"))],
    )
    origem = forms.ChoiceField(
        label=_("source"), required=False, choices=[("", pgettext_lazy("source", "Any")), *LeadSource.choices]
    )
    de = forms.DateField(label=_("created from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ate = forms.DateField(label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ordem = forms.ChoiceField(
        label=_("order"), required=False, choices=[(key, order.label) for key, order in ORDERS.items()]
    )

    def __init__(self, data: Any, tenant_id: UUID) -> None:
        super().__init__(data)
        tags = self.fields["etiqueta"]
        assert isinstance(tags, forms.ModelChoiceField)  # noqa: S101 told to mypy
        tags.queryset = Tag.objects.filter(tenant=tenant_id)


@dataclass(frozen=True)
class ContactFilter:
    """The choices that were understood; `given` are those as the address has them."""

    values: dict[str, Any]
    given: dict[str, str]
    form: ContactFilterForm

    @classmethod
    def read(cls, query: QueryDict, tenant_id: UUID) -> Self:
        form = ContactFilterForm(query, tenant_id)
        form.is_valid()
        values = {name: value for name, value in form.cleaned_data.items() if value}
        given = {name: str(query[name]) for name in values}
        return cls(values, {name: text for name, text in given.items() if not _is_usual(name, text)}, form)

    @property
    def query(self) -> str:
        return urlencode(self.given)

    @property
    def is_narrowed(self) -> bool:
        """Whether some contacts are left out."""
        return bool(self.given.keys() - {"ordem"})

    @property
    def narrowed_count(self) -> int:
        """By how many choices, the search apart."""
        return len(self.given.keys() - {"ordem", "q"})

    @property
    def order(self) -> Order | LatestTalk:
        return ORDERS[self.values.get("ordem") or USUAL]

    def select(self, user: User) -> ContactQuerySet:
        """The contacts of this filter that the person may see, in no order."""
        contacts = Contact.objects.visible_to(user).matching(self.values.get("q", ""))
        if tag := self.values.get("etiqueta"):
            contacts = contacts.filter(pk__in=Contact.tags.through.objects.filter(tag=tag).values("contact_id"))
        if sale := self.values.get("venda"):
            contacts = _having(contacts, Opportunity.objects.filter(stage__kind=StageKind.OPEN), sale == "aberta")
        if chat := self.values.get("conversa"):
            contacts = _having(contacts, Chat.objects.filter(merged_into=None), chat == "com")
        if source := self.values.get("origem"):
            contacts = _having(contacts, Lead.objects.filter(source=source), True)
        if since := self.values.get("de"):
            contacts = contacts.filter(created_at__gte=_midnight(since))
        if until := self.values.get("ate"):
            contacts = contacts.filter(created_at__lt=_midnight(until) + timedelta(days=1))
        return contacts


def _is_usual(name: str, value: str) -> bool:
    return name == "ordem" and value == USUAL


def _having(contacts: ContactQuerySet, rows: QuerySet[Any], wanted: bool) -> ContactQuerySet:
    theirs = Exists(rows.filter(contact=OuterRef("pk")))
    return contacts.filter(theirs if wanted else ~theirs)


def _midnight(day: Any) -> datetime:
    """Where the day begins, on the clock of whoever asks."""
    return timezone.make_aware(datetime.combine(day, time.min))
