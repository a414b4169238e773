"""A team is given up: its queue becomes another's, or nobody's in particular."""

from django.apps import apps
from django.db import transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext as _

from chats.models import Chat
from crm.actions.anew import company_changed
from crm.actions.audit import facts, record
from crm.actions.pipelines import StillNeeded
from crm.models import AuditAct, Team, Tenant, User

from .distribution import order_distribution


@transaction.atomic
def remove_team(team: Team, by: User, *, heir: Team | None = None) -> int:
    """Its chats, over or not, and the numbers that bring theirs to it are the `heir`'s; how many chats there were.

    `StillNeeded` while it has quick replies, which nobody else would have.
    """
    if heir is not None and (heir.tenant_id != team.tenant_id or heir.pk == team.pk):
        raise ValueError("A chat stays in its company, with a team that there is.")
    chat_count = Chat.objects.filter(team=team).update(team=heir)
    numbers = apps.get_model("waha", "WhatsAppSession")._default_manager
    numbers.filter(default_team=team).update(default_team=heir)
    record(AuditAct.TEAM_CHANGED, team, by, facts(team, ["name"]), {"name": heir.name if heir else ""})
    try:
        team.delete()
    except RestrictedError as error:
        raise StillNeeded(_("This team has quick replies. Give them another scope, or delete them, first.")) from error
    order_distribution(Tenant.objects.get(pk=team.tenant_id))
    company_changed(team.tenant_id)
    return chat_count
