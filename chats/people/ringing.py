"""What is new for one person right now: what sounds on their pages, and what pops up while they look elsewhere.

The server decides, by what the person has chosen; a page only plays it, once. Nothing is kept: a ring is
whatever came in the last minute, so one that is told twice is the same one.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chats.models import Chat, ChatQuerySet, Mute
from crm.compiled import compiled, planned_anew
from crm.models import User
from crm.visibility import Scope
from notifications.models import CRMNotification, NotificationType
from notifications.quiet import quiet_until

LATELY = timedelta(minutes=1)
MOST_AT_ONCE = 5
# The bell's lines about messages: the message itself is the ring.
TOLD_BY_MESSAGES = [NotificationType.NEW_MESSAGE, NotificationType.LEAD_CREATED]


class Rule(StrEnum):
    """Whose messages a person may want to hear of; kept in `User.sound_rules`."""

    MINE = "mine"
    QUEUE = "queue"
    OTHERS = "others"


RULES = [
    (Rule.MINE, _("My conversations, and those I watch")),
    (Rule.QUEUE, _("New messages in the queue")),
    (Rule.OTHERS, _("Conversations of my colleagues")),
]


@dataclass(frozen=True)
class Ring:
    """One thing that just came. `key` tells it from every other; `about` is shared by those that replace each other.

    A blank `tone` makes no sound; by the person's wish for its kind.
    """

    key: str
    at: datetime
    tone: str
    about: str
    title: str
    text: str
    link: str
    pops_up: bool = True


@dataclass(frozen=True)
class Rings:
    """Oldest first, and how this person wants to be told. A volume of 0 makes no sound."""

    volume: int = 0
    pops_up: bool = False
    items: tuple[Ring, ...] = ()


def rings_of(user: User) -> Rings:
    """At most two queries; none for a person who does not want to be disturbed."""
    volume = user.volume if user.sounds else 0
    if quiet_until(user) or not (volume or user.desktop_notifications):
        return Rings()
    newest = sorted(chain(_messages(user), _lines(user)), key=lambda ring: ring.at)[-MOST_AT_ONCE:]
    return Rings(volume, user.desktop_notifications, tuple(newest))


def _messages(user: User) -> Iterator[Ring]:
    """Customers' messages, one per chat."""
    scope, since, rules = Scope.of(user), timezone.now() - LATELY, tuple(sorted(user.sound_rules))
    if not rules:
        return
    if scope.sees_all and scope.tenant_id:
        chats = _told_to_who_sees_all(user.pk, scope.tenant_id, since, rules=rules)
    else:
        chats = list(_told(Chat.objects.visible_to(user), user, since, rules))
    for chat in chats:
        if message := chat.latest_message:
            yield Ring(
                key=str(message.pk),
                at=message.created_at,
                tone=_tone(user, NotificationType.NEW_MESSAGE),
                about=f"chat:{chat.pk}",
                title=chat.display_name,
                text=chat.last_message or message.get_type_display(),
                link=reverse("chats:chat", args=[chat.pk]),
                pops_up=NotificationType.NEW_MESSAGE not in user.still_kinds,
            )


@planned_anew
def _told_to_who_sees_all(
    user_id: UUID, tenant_id: UUID, since: datetime, *, rules: tuple[str, ...]
) -> "QuerySet[Chat, Chat]":
    return _told(Chat.objects.filter(tenant_id=tenant_id, merged_into=None), User(pk=user_id), since, rules)


def _told(chats: ChatQuerySet, user: User, since: datetime, rules: Collection[str]) -> ChatQuerySet:
    """Of the chats a person may see, those with the latest messages that they want to hear of."""
    muted = Mute.objects.of(user).in_force()
    return (
        chats.active()
        .filter(_wanted(user, rules), is_group=False, last_message_at__gte=since)
        .filter(latest_message__from_me=False)
        .exclude(pk__in=muted.filter(chat__isnull=False).values("chat"))
        .exclude(session__isnull=False, session__in=muted.filter(session__isnull=False).values("session"))
        .select_related("contact", "latest_message")
        .recent_first()[:MOST_AT_ONCE]
    )


def _wanted(user: User, rules: Collection[str]) -> Q:
    """The chats whose messages this person wants to hear of."""
    mine = Q(assigned_to=user) | Q(pk__in=user.watched_chats.values("pk"))
    by_rule = {
        Rule.MINE: mine,
        Rule.QUEUE: Q(assigned_to=None),
        Rule.OTHERS: Q(assigned_to__isnull=False) & ~mine,
    }
    wanted = Q(pk__in=[])
    for rule, chats in by_rule.items():
        if rule in rules:
            wanted |= chats
    return wanted


def _lines(user: User) -> Iterator[Ring]:
    """What else came into the bell: a mention, a chat that was given, something due."""
    lines = _lately(user.pk, timezone.now() - LATELY, sorted(_wanted_kinds(user)))
    muted = Mute.objects.of(user).in_force().filter(chat__isnull=False).values_list("chat", flat=True) if lines else ()
    muted_subjects = {f"chat:{pk}" for pk in muted}
    for line in lines:
        if line.subject not in muted_subjects:
            yield Ring(
                key=f"{line.pk}:{line.count}",
                at=line.created_at,
                tone=_tone(user, line.type),
                about=line.subject,
                title=line.title,
                text=line.message or line.get_type_display(),
                link=line.link or "",
                pops_up=line.type not in user.still_kinds,
            )


@compiled
def _lately(user_id: UUID, since: datetime, kinds: list[str]) -> "QuerySet[CRMNotification, CRMNotification]":
    lines = CRMNotification.objects.filter(user=user_id, created_at__gte=since, type__any_of=kinds)
    return lines.unread()[:MOST_AT_ONCE]


def _wanted_kinds(user: User) -> set[str]:
    """The kinds that are heard or pop up."""
    unwanted = set(user.silent_kinds) & set(user.still_kinds)
    return {kind.value for kind in NotificationType if kind not in unwanted} - set(TOLD_BY_MESSAGES)


def _tone(user: User, kind: str) -> str:
    if kind in user.silent_kinds:
        return ""
    return "mention" if kind == NotificationType.MENTION else "message"
