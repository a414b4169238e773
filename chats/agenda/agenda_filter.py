"""Which activities are shown, as the address says it: `?quem=setor&quando=atrasadas&tipo=CALL&modo=semana&dia=…`."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Activity, ActivityKind, ActivityQuerySet, Team, User
from crm.moments import DayField

MINE, TEAM, ALL = "minhas", "setor", "todas"
OVERDUE, TODAY, UPCOMING, DONE, WEEK = "atrasadas", "hoje", "proximas", "feitas", "semana"
WHEN = {
    OVERDUE: _("Overdue"),
    TODAY: pgettext_lazy("activities", "Today"),
    UPCOMING: _("Upcoming"),
    DONE: pgettext_lazy("activities", "Done"),
    WEEK: _("Week"),
}


class AgendaFilter(forms.Form):
    """Whose activities, when, and of which kind; what makes no sense falls back to one's own of today."""

    quem = forms.ChoiceField(required=False)
    quando = forms.ChoiceField(choices=[(key, key) for key in WHEN], required=False)
    tipo = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *ActivityKind.choices], required=False)
    dia = DayField(required=False)

    def __init__(self, user: User, tenant_id: UUID, data: Any) -> None:
        super().__init__(data)
        self.user, self.tenant_id = user, tenant_id
        self.whose = [(MINE, _("Mine")), (TEAM, _("My teams"))]
        if user.sees_everything:
            self.whose.append((ALL, _("Everybody")))
        self.fields["quem"] = forms.ChoiceField(label=_("Whose"), choices=self.whose, required=False)
        self.full_clean()

    @property
    def who(self) -> str:
        return str(self.cleaned_data.get("quem") or MINE)

    @property
    def when(self) -> str:
        return str(self.cleaned_data.get("quando") or TODAY)

    @property
    def day(self) -> date:
        """A day of the week that is shown."""
        return self.cleaned_data.get("dia") or timezone.localdate()

    @property
    def query(self) -> str:
        """Only what was chosen."""
        return self.query_with()

    def query_with(self, **other: str) -> str:
        """The same with something else chosen."""
        chosen = {"quem": self.who, "quando": self.when, "tipo": self.cleaned_data.get("tipo", "")}
        if self.when == WEEK:
            chosen["dia"] = self.day.isoformat()
        return urlencode({name: value for name, value in (chosen | other).items() if value})

    def rows(self) -> ActivityQuerySet:
        """The activities of whom and of which kind, whenever they are due."""
        rows = Activity.objects.visible_to(self.user)
        if kind := self.cleaned_data.get("tipo"):
            rows = rows.filter(kind=kind)
        if self.who == ALL:
            return rows
        if self.who == MINE:
            return rows.filter(assignee=self.user)
        mates = Team.members.through._default_manager.filter(team__members=self.user.pk).values("user_id")
        return rows.filter(Q(assignee__in=mates) | Q(assignee=self.user))

    def counts(self) -> dict[str, int]:
        """How many there are to do, overdue, today and later; one query."""
        now, night = timezone.now(), end_of_today()
        return (
            self.rows()
            .filter(done_at=None)
            .aggregate(
                atrasadas=Count("pk", filter=Q(due_at__lt=now)),
                hoje=Count("pk", filter=Q(due_at__gte=now, due_at__lt=night)),
                proximas=Count("pk", filter=Q(due_at__gte=night)),
            )
        )

    def listed(self) -> ActivityQuerySet:
        """Those of the list that is asked for; what is done, the latest first, all else the next first."""
        rows, now, night = self.rows(), timezone.now(), end_of_today()
        if self.when == DONE:
            return rows.filter(done_at__isnull=False).order_by("-done_at", "-id")
        open_ones = rows.open()
        match self.when:
            case "atrasadas":
                return open_ones.filter(due_at__lt=now)
            case "proximas":
                return open_ones.filter(due_at__gte=night)
            case _:
                return open_ones.filter(due_at__gte=now, due_at__lt=night)


def end_of_today() -> datetime:
    """Midnight, in the active time zone."""
    return midnight(timezone.localdate() + timedelta(days=1))


def midnight(day: date) -> datetime:
    """The beginning of a day in the active time zone."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
