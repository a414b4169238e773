"""What of a funnel is shown, as its address says it: `?dono=eu&etiqueta=…&prazo=atrasadas&q=sofá`."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import OpportunityQuerySet, Pipeline, Tag, Team, User
from crm.money import ReaisField

ME, NOBODY = "eu", "ninguem"
LATE, THIS_WEEK, THIS_MONTH, NO_DAY = "atrasadas", "semana", "mes", "sem-data"
CLOSES = [
    (LATE, _("Overdue")),
    (THIS_WEEK, _("This week")),
    (THIS_MONTH, _("This month")),
    (NO_DAY, _("Without a day")),
]
MOST_TYPED = 100


class BoardFilter(forms.Form):
    """Each field narrows; what makes no sense does not. `query` is the filter as an address has it."""

    funil = forms.ModelChoiceField(Pipeline.objects.none(), label=_("Pipeline"), required=False, empty_label=None)
    q = forms.CharField(label=_("Search"), max_length=MOST_TYPED, required=False)
    dono = forms.ChoiceField(label=_("Owner"), required=False)
    setor = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All teams"))
    etiqueta = forms.ModelChoiceField(Tag.objects.none(), label=_("Tag"), required=False, empty_label=_("All tags"))
    de = ReaisField(label=_("Value from"), max_length=24, required=False)
    ate = ReaisField(label=_("Value to"), max_length=24, required=False)
    prazo = forms.ChoiceField(label=_("Expected close"), choices=[("", _("Any close")), *CLOSES], required=False)

    def __init__(self, user: User, tenant_id: UUID, data: Any) -> None:
        super().__init__(data)
        self.user = user
        people = User.objects.filter(tenant=tenant_id, is_active=True).order_by("name")
        self.pipelines = list(Pipeline.objects.filter(tenant=tenant_id))
        anybody = [("", _("All owners")), (ME, _("Mine")), (NOBODY, _("Without an owner"))]
        self.fields["dono"] = forms.ChoiceField(
            label=_("Owner"),
            required=False,
            choices=[*anybody, *((str(pk), name) for pk, name in people.values_list("pk", "name"))],
        )
        self._offer("funil", Pipeline.objects.filter(tenant=tenant_id))
        self._offer("setor", Team.objects.filter(tenant=tenant_id))
        self._offer("etiqueta", Tag.objects.filter(tenant=tenant_id))
        self.full_clean()

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 told to mypy
        field.queryset = rows

    @property
    def pipeline(self) -> Pipeline | None:
        """The one that is asked for, else the company's usual one; None where there is none at all."""
        return self.cleaned_data.get("funil") or next(iter(self.pipelines), None)

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return any(self._chosen(name) for name in self.fields if name != "funil")

    @property
    def query(self) -> str:
        """Only what was chosen."""
        chosen = {name: str(self.data.get(name, "")) for name in self.fields if self._chosen(name)}
        return urlencode(chosen)

    def _chosen(self, name: str) -> bool:
        return bool(self.data.get(name)) and name not in self.errors

    def apply(self, deals: OpportunityQuerySet) -> OpportunityQuerySet:
        """Those of them that pass."""
        wanted = self.cleaned_data
        if typed := wanted.get("q"):
            deals = deals.matching(typed, self.user.tenant_id)
        if team := wanted.get("setor"):
            deals = deals.filter(owner__in=team.members.values("pk"))
        if tag := wanted.get("etiqueta"):
            deals = deals.filter(contact__in=tag.contacts.values("pk"))
        if least := wanted.get("de"):
            deals = deals.filter(amount__gte=least)
        if most := wanted.get("ate"):
            deals = deals.filter(amount__lte=most)
        return deals.filter(self._owner(wanted.get("dono", "")), _closes(wanted.get("prazo", "")))

    def _owner(self, wanted: str) -> Q:
        if not wanted:
            return Q()
        if wanted == NOBODY:
            return Q(owner=None)
        return Q(owner=self.user.pk if wanted == ME else wanted)


def _closes(wanted: str) -> Q:
    today = timezone.localdate()
    match wanted:
        case "atrasadas":
            return Q(expected_close_on__lt=today, closed_at=None)
        case "semana":
            return Q(expected_close_on__range=(today, today + timedelta(days=6 - today.weekday())))
        case "mes":
            return Q(expected_close_on__range=(today, _last_of_month(today)))
        case "sem-data":
            return Q(expected_close_on=None)
        case _:
            return Q()


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
