"""What the list of leads shows, as its address says it; nonsense there reads as no filter at all."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.keyset import read_key, rows_below
from crm.models import Contact, Lead, LeadSource, LeadStatus, User
from crm.models.leads import LeadQuerySet
from crm.search import prefix_query, words_in

NOBODY = "ninguem"
MINE = "eu"
# Everybody's word in the address for each status.
STATUSES = {
    "novos": LeadStatus.NEW,
    "contatados": LeadStatus.CONTACTED,
    "qualificados": LeadStatus.QUALIFIED,
    "convertidos": LeadStatus.CONVERTED,
    "perdidos": LeadStatus.LOST,
}
LABELS = {
    "": pgettext_lazy("leads", "All"),
    "novos": pgettext_lazy("leads", "New"),
    "contatados": pgettext_lazy("leads", "Contacted"),
    "qualificados": pgettext_lazy("leads", "Qualified"),
    "convertidos": pgettext_lazy("leads", "Converted"),
    "perdidos": pgettext_lazy("leads", "Lost"),
}


class LeadFilterForm(forms.Form):
    """The tools above the list."""

    q = forms.CharField(max_length=100, required=False)
    dono = forms.ChoiceField(label=_("owner"), required=False)
    origem = forms.ChoiceField(
        label=_("source"), required=False, choices=[("", pgettext_lazy("source", "Any")), *LeadSource.choices]
    )
    de = forms.DateField(label=_("created from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ate = forms.DateField(label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, tenant_id: UUID) -> None:
        super().__init__(data)
        people = User.objects.filter(tenant=tenant_id, is_active=True).order_by("name").values_list("pk", "name")
        self.fields["dono"].choices = [  # type: ignore[attr-defined] # a choice field
            ("", pgettext_lazy("owner", "Anybody")),
            (MINE, _("Me")),
            (NOBODY, _("Nobody")),
            *((str(pk), name) for pk, name in people),
        ]


@dataclass(frozen=True)
class StatusTab:
    """A status as the page offers it, with how many leads it has under the other choices."""

    key: str
    label: str
    query: str
    count: int
    active: bool


@dataclass(frozen=True)
class LeadFilter:
    """The choices that were understood; `given` are those as the address has them."""

    status: str
    values: dict[str, Any]
    given: dict[str, str]
    form: LeadFilterForm

    @classmethod
    def read(cls, query: QueryDict, tenant_id: UUID) -> Self:
        form = LeadFilterForm(query, tenant_id)
        form.is_valid()
        values = {name: value for name, value in form.cleaned_data.items() if value}
        status = str(query.get("situacao", ""))
        given = {name: str(query[name]) for name in values}
        return cls(status if status in STATUSES else "", values, given, form)

    @property
    def query(self) -> str:
        return urlencode(self.given | ({"situacao": self.status} if self.status else {}))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.given or self.status)

    @property
    def narrowed_count(self) -> int:
        return len(self.given.keys() - {"q"})

    def tabs(self, user: User) -> list[StatusTab]:
        """All statuses, counted in one query."""
        rows = self._select(user).order_by().values("status").annotate(many=Count("pk"))
        counts = {row["status"]: row["many"] for row in rows}
        tabs = [
            StatusTab(key, str(LABELS[key]), replace(self, status=key).query, counts.get(status, 0), key == self.status)
            for key, status in STATUSES.items()
        ]
        whole = replace(self, status="")
        return [StatusTab("", str(LABELS[""]), whole.query, sum(counts.values()), not self.status), *tabs]

    def select(self, user: User, after: str = "") -> LeadQuerySet:
        """The leads of this filter that the person may see, the newest first, from after this key on."""
        leads = self._select(user)
        if self.status:
            leads = leads.filter(status=STATUSES[self.status])
        if place := read_key(after):
            leads = rows_below(leads, "created_at", *place)
        return leads.order_by("-created_at", "-id")

    def _select(self, user: User) -> LeadQuerySet:
        leads = Lead.objects.visible_to(user)
        if typed := self.values.get("q"):
            leads = _matching(leads, typed, user)
        if owner := self.values.get("dono"):
            leads = leads.filter(owner={MINE: user.pk, NOBODY: None}.get(owner, owner))
        if source := self.values.get("origem"):
            leads = leads.filter(source=source)
        if since := self.values.get("de"):
            leads = leads.filter(created_at__gte=_midnight(since))
        if until := self.values.get("ate"):
            leads = leads.filter(created_at__lt=_midnight(until) + timedelta(days=1))
        return leads


def key_of(lead: Lead) -> str:
    """Where a lead stands, for `select`."""
    return f"{lead.created_at.isoformat()},{lead.pk}"


def _matching(leads: LeadQuerySet, typed: str, user: User) -> LeadQuerySet:
    """By the lead's own name, or by anything its contact is found by: two indexes, one after the other."""
    query = prefix_query(typed)
    if query is None:
        return leads.none()
    company = Lead.objects.filter(tenant=user.tenant_id)
    named = company.alias(_words=words_in("name")).filter(_words=query)
    known = company.filter(contact__in=Contact.objects.filter(tenant=user.tenant_id).matching(typed).values("pk"))
    return leads.filter(Q(pk__in=named.order_by().values("pk").union(known.order_by().values("pk"))))


def _midnight(day: Any) -> datetime:
    """Where the day begins, on the clock of whoever asks."""
    return timezone.make_aware(datetime.combine(day, time.min))
