"""The numbers on the tabs: exact up to 99, "99+" beyond, and cheap at any size."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from crm.models import User

from .models import Chat, ChatQuerySet

CAP = 100


@dataclass(frozen=True)
class Counters:
    """How many active chats each tab holds for one person; `unread` counts those of *Minhas* with news."""

    mine: int
    unassigned: int
    all: int
    unread: int

    def shown(self) -> dict[str, str]:
        """The same as people read them."""
        return {
            name: "99+" if count >= CAP else str(count)
            for name, count in (
                ("mine", self.mine),
                ("unassigned", self.unassigned),
                ("all", self.all),
                ("unread", self.unread),
            )
        }


def counters_of(user: User) -> Counters:
    """One statement. Each sub-select stops at a hundred rows of its partial index."""
    active = Chat.objects.visible_to(user).active()
    mine = active.mine(user)
    parts = [mine, active.unassigned(), active, mine.filter(unread_count__gt=0)]
    compiled = [_capped(part) for part in parts]
    statement = ", ".join(f"(SELECT count(*) FROM ({sql}) AS capped)" for sql, _ in compiled)  # noqa: S608
    with connection.cursor() as cursor:
        # The parts are SQL that the ORM compiled; their values travel apart.
        cursor.execute(f"SELECT {statement}", [value for _, values in compiled for value in values])
        return Counters(*cursor.fetchone())


def _capped(chats: ChatQuerySet) -> tuple[str, tuple[Any, ...]]:
    sql, values = chats.order_by().values("pk")[:CAP].query.sql_with_params()
    return sql, tuple(values)
