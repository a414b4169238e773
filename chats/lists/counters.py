"""The numbers on the tabs: exact up to 99, "99+" beyond, and cheap at any size."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from chats.models import Chat
from crm.models import Activity, User
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
    active = Chat.objects.visible_to(user).active()
    mine, persons = active.mine(user), active.of_persons()
    lines = CRMNotification.objects.of(user).unread()
    late = Activity.objects.late_for(user)
    news = mine.filter(unread_count__gt=0)
    parts = [mine, persons.unassigned(), persons, active.of_groups(), news, active.incoming(), lines, late]
    compiled = [_capped(part) for part in parts]
    statement = ", ".join(f"(SELECT count(*) FROM ({sql}) AS capped)" for sql, _ in compiled)  # noqa: S608
    with connection.cursor() as cursor:
        # The parts are SQL that the ORM compiled; their values travel apart.
        cursor.execute(f"SELECT {statement}", [value for _, values in compiled for value in values])
        return Counters(*cursor.fetchone())


def _capped(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    sql, values = rows.order_by().values("pk")[:CAP].query.sql_with_params()
    return sql, tuple(values)
