"""What became of it all: each message once, the ticks true, what waits really waiting."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from chats.models import IN_FLIGHT, Chat, EarlyChange, Message, MessageType, SendState
from chats.waha.models import EventState, WahaEvent
from crm.models import Contact, Lead

from .house import House

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CUSTOMERS = {"from_me": False, "superseded_by": None}
OURS = {"from_me": True, "superseded_by": None, "author__isnull": False}


@dataclass(frozen=True)
class Verdict:
    """How many were sent, stored, lost and doubled."""

    sent: int
    stored: int
    lost: int
    doubled: int

    def is_clean(self) -> bool:
        return (self.lost, self.doubled, self.stored) == (0, 0, self.sent)


def of_customers(house: House) -> Verdict:
    """What customers said, against our rows."""
    rows = Counter(Message.objects.filter(**CUSTOMERS).values_list("message_id", flat=True))
    return _compare(house.said, rows)


def of_agents(house: House, confirmed: Iterable[str]) -> Verdict:
    """What agents were told is sent, against what left through WAHA and against our rows; every text is its own."""
    left = Counter(sent.text for sent in house.waha.sent)
    shown = Counter(
        Message.objects.filter(from_me=True, superseded_by=None)
        .exclude(type__in=_INTERNAL)
        .values_list("body", flat=True)
    )
    once = _compare(list(confirmed), left)
    rows = _compare(list(confirmed), shown)
    return Verdict(once.sent, once.stored, once.lost + rows.lost, once.doubled + rows.doubled)


_INTERNAL = [MessageType.SYSTEM, MessageType.NOTE]


def _compare(expected: list[str], found: "Counter[str]") -> Verdict:
    return Verdict(
        sent=len(expected),
        stored=sum(found.values()),
        lost=sum(1 for each in expected if not found[each]),
        doubled=sum(count - 1 for count in found.values() if count > 1),
    )


def everything_left(house: House) -> bool:
    """No send is under way any more."""
    return not Message.objects.filter(from_me=True, send_state__in=[*IN_FLIGHT, SendState.HELD]).exists()


def untrue_ticks(house: House) -> list[tuple[str | None, int | None, int]]:
    """Sends of ours whose tick is not the one WhatsApp knows: (text, ours, theirs)."""
    wrong = []
    for row in Message.objects.filter(**OURS).exclude(type__in=_INTERNAL):
        theirs = house.waha.message("default", row.message_id or "").ack
        if row.ack != theirs:
            wrong.append((row.body, row.ack, int(theirs)))
    return wrong


def out_of_order(house: House) -> list[str]:
    """Customers to whom our messages went in another order than they were written."""
    wrong = []
    for chat in Chat.objects.filter(merged_into=None):
        written = Message.objects.filter(chat=chat, **OURS).exclude(type__in=_INTERNAL).order_by("created_at")
        bodies = list(written.values_list("body", flat=True))
        left = [sent.text for sent in house.waha.sent if sent.text in bodies]
        if left != bodies:
            wrong.append(f"{chat.phone}: {left}")
    return wrong


def untrue_rows() -> list[str]:
    """Chats whose row does not say what their messages say: the latest, the unread, the waiting."""
    wrong = []
    for chat in Chat.objects.filter(merged_into=None):
        lines = Message.objects.filter(chat=chat, superseded_by=None).exclude(type__in=_INTERNAL)
        latest = lines.order_by("-timestamp", "-id").first()
        unanswered = lines.filter(from_me=False, created_at__gt=chat.answered_at or LONG_AGO)
        unread = unanswered.filter(created_at__gt=chat.read_at or LONG_AGO)
        oldest = unanswered.order_by("timestamp").first()
        found = (chat.unread_count, chat.waiting_since, chat.latest_message_id)
        right = (unread.count(), oldest and oldest.timestamp, latest and latest.pk)
        if found != right:
            wrong.append(f"{chat.phone}: {found} should be {right}")
    return wrong


def left_over() -> dict[str, int]:
    """What must not remain: failed events, ticks without their message, people and leads too many."""
    people = Chat.objects.filter(merged_into=None, is_group=False).count()
    return {
        "failed events": WahaEvent.objects.filter(state=EventState.FAILED).count(),
        "early changes": EarlyChange.objects.count(),
        "contacts too many": Contact.objects.filter(merged_into=None).count() - people,
        "leads too many": Lead.objects.count() - people,
    }


NOTHING = {"failed events": 0, "early changes": 0, "contacts too many": 0, "leads too many": 0}
