"""The orders of the list: what comes first, how it is paged, and the key by which a live row finds its place.

In each, what the company has pinned comes before the rest. The database, the cursor in the address and the browser
agree on one order, said here once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chats.models import Chat, ChatQuerySet
from crm.keyset import id_value, moment_value, rows_beyond

# Where those stand who wait for nothing, or have no next step: after everybody else.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_COUNTED, MOST_NUMBERED = 10**18, 2**128 - 1
SOONEST_FIRST: list[str] = ["_unpinned", "_soonest", "id"]
KEY = re.compile(r"[01][0-9]{18}[0-9a-f]{32}")

# All that `Order.key_of` looks at.
PLACE_COLUMNS = ["pinned", "last_message_at", "created_at", "waiting_since", "next_step_at"]
# Pinned or not, a moment, and an id.
Place = tuple[bool, datetime, UUID]


@dataclass(frozen=True)
class Order:
    """One way to order the list. `moment_of` is what it goes by, the latest first or the soonest first."""

    label: object
    column: str
    moment_of: Callable[[Chat], datetime]
    latest_first: bool = False

    def sort(self, chats: ChatQuerySet) -> ChatQuerySet:
        if self.latest_first:
            return chats.order_by("-pinned", f"-{self.column}", "-id")
        return self._with_soonest(chats).order_by(*SOONEST_FIRST)

    def beyond(self, chats: ChatQuerySet, place: Place) -> ChatQuerySet:
        """The rows that follow this place."""
        pinned, moment, key = place
        rest = [moment_value(moment), id_value(key)]
        if self.latest_first:
            columns = ["pinned", self.column, "id"]
            return rows_beyond(chats, columns, [_truth(pinned), *rest], descending=True)
        return rows_beyond(self._with_soonest(chats), SOONEST_FIRST, [_truth(not pinned), *rest], descending=False)

    def _with_soonest(self, chats: ChatQuerySet) -> ChatQuerySet:
        unpinned = ExpressionWrapper(Q(pinned=False), models.BooleanField())
        return chats.alias(_unpinned=unpinned, _soonest=Coalesce(F(self.column), moment_value(NEVER)))

    def key_of(self, chat: Chat) -> str:
        """Where a row stands, as text of fixed width that sorts by itself, the first row's the smallest."""
        count, number = (self.moment_of(chat) - EPOCH) // MICROSECOND, chat.pk.int
        if self.latest_first:
            count, number = MOST_COUNTED - count, MOST_NUMBERED - number
        return f"{0 if chat.pinned else 1}{count:018}{number:032x}"

    def read_key(self, key: str) -> Place | None:
        """The place of `key_of`; None for anything else."""
        if not KEY.fullmatch(key):
            return None
        count, number = int(key[1:19]), int(key[19:], 16)
        if self.latest_first:
            count, number = MOST_COUNTED - count, MOST_NUMBERED - number
        try:
            return key[0] == "0", EPOCH + count * MICROSECOND, UUID(int=number)
        except OverflowError:
            return None


def _truth(value: bool) -> Value:
    return Value(value, models.BooleanField())


USUAL = "recentes"
ORDERS = {
    USUAL: Order(
        pgettext_lazy("order of the list", "Most recent"),
        "last_message_at",
        lambda chat: chat.last_message_at or chat.created_at,
        latest_first=True,
    ),
    "espera": Order(_("Longest waiting"), "waiting_since", lambda chat: chat.waiting_since or NEVER),
    "passo": Order(_("Next step"), "next_step_at", lambda chat: chat.next_step_at or NEVER),
}
