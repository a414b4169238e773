"""How a company works: its rules, and the teams that its people form."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from crm.company_forms import ServiceForm
from crm.models import AuditAct, Team, Tenant, User

from .anew import company_changed
from .audit import facts, record, record_form


@transaction.atomic
def save_rules(form: ServiceForm, by: User) -> Tenant:
    """The rules of service as they were filled in, which hold from now on, on pages that are open too."""
    tenant = form.save()
    record_form(AuditAct.COMPANY_CHANGED, form, by)
    company_changed(tenant.pk)
    return tenant


@transaction.atomic
def save_team(team: Team, by: User, members: Iterable[User] | None = None) -> Team:
    """Keep it, with exactly these members; those it has when None. `ValidationError` when its name is taken."""
    is_new = team._state.adding
    before = {} if is_new else _facts_of(Team.objects.get(pk=team.pk))
    team.full_clean()
    team.save()
    if members is not None:
        team.members.set(members)
    record(AuditAct.TEAM_CREATED if is_new else AuditAct.TEAM_CHANGED, team, by, before, _facts_of(team))
    company_changed(team.tenant_id)
    return team


def _facts_of(team: Team) -> dict[str, Any]:
    members = team.members.order_by("name").values_list("name", flat=True)
    return facts(team, ["name", "colour"]) | {"members": list(members)}
