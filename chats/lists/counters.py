"""The numbers on the tabs: exact up to 99, "99+" beyond, and cheap at any size."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone

from chats.models import Chat, ChatQuerySet
from crm.compiled import compiled
from crm.models import Activity, Tenant, User
from crm.visibility import Scope
from notifications.models import CRMNotification

CAP = 100
# Counted for the head of the page.
BESIDE = {"bell", "late"}


@dataclass(frozen=True)
class Counters:
    """How many active chats each tab holds for one person.

    `unread` counts those of *Minhas* with news, `incoming` those whose lead nobody has accepted.

    The lines of their bell and their late activities are counted along: a page shows all, and one statement is enough.
    """

    mine: int
    unassigned: int
    all: int
    groups: int
    unread: int
    incoming: int
    bell: int
    late: int

    def shown(self) -> dict[str, str]:
        """Those of the tabs, as people read them."""
        tabs = {name: count for name, count in asdict(self).items() if name not in BESIDE}
        return {name: "99+" if count >= CAP else str(count) for name, count in tabs.items()}


def counters_of(user: User) -> Counters:
    """One statement. Each sub-select stops at a hundred rows of its partial index."""
    scope, now = Scope.of(user), timezone.now()
    if scope.tenant_id is None:
        raise ValueError(f"{user} is nobody's any more")
    if scope.sees_all:
        (found,) = _seeing_all(user.pk, scope.tenant_id, now)
    else:
        found = _counted(scope.tenant_id, Chat.objects.filter(scope.rows(), merged_into=None), user, now).get()
    return Counters(**found)


@compiled
def _seeing_all(user_id: UUID, tenant_id: UUID, now: datetime) -> "QuerySet[Tenant, Any]":
    chats = Chat.objects.filter(tenant_id=tenant_id, merged_into=None)
    return _counted(tenant_id, chats, User(pk=user_id, tenant_id=tenant_id), now)


def _counted(tenant_id: UUID, chats: ChatQuerySet, user: User, now: datetime) -> "QuerySet[Tenant, Any]":
    """Asked of the company, whose row is always there; `chats` are those they may see."""
    active = chats.active()
    mine, persons = active.mine(user), active.of_persons()
    return Tenant.objects.filter(pk=tenant_id).values(
        mine=Capped(mine),
        unassigned=Capped(persons.unassigned()),
        all=Capped(persons),
        groups=Capped(active.of_groups()),
        unread=Capped(mine.filter(unread_count__gt=0)),
        incoming=Capped(active.incoming()),
        bell=Capped(CRMNotification.objects.of(user).unread()),
        late=Capped(Activity.objects.late_for(user, now)),
    )


class Capped(Subquery):
    """How many rows there are, counted no further than `CAP`."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS _capped)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        super().__init__(rows.order_by().values("pk")[:CAP])
