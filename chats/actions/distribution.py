"""The rotation: what nobody has goes to the present agents in turn, where the company wants that.

Whoever has waited longest gets the next one, as long as they have room for it. One company's turns are taken one
after the other, under a lock that always comes after the chat's own: two webhooks at once never fill one place twice.
"""

from uuid import UUID

import structlog
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from chats.models import Chat, ChatStatus
from crm.models import Distribution, Role, Tenant, User
from crm.presence import present_rows
from notifications.actions import notify
from notifications.models import NotificationType

from .handing import hand
from .jobs import DISTRIBUTE_TASK, order_job
from .locking import hold, lock, store
from .telling import message_line

log = structlog.get_logger(__name__)

# What one round gives at most; the next one follows in seconds.
MOST_AT_ONCE = 200


def distribute(chat: Chat) -> User | None:
    """Give a locked chat of nobody to the agent whose turn it is; None where it waits in the queue.

    A failure here is logged and loses nothing: the chat is in the queue, and the next round finds it there.
    """
    if not _is_to_be_given(chat):
        return None
    try:
        with transaction.atomic():
            return _give_next(chat)
    except DatabaseError:
        log.exception("chat.not_distributed", chat=str(chat.pk))
        chat.assigned_to, chat.assigned_at = None, None
        return None


def distribute_queue(tenant: Tenant) -> int:
    """Give what waits in the company's queue, the longest waiting first, as far as there is room; how many."""
    given = 0
    full: set[UUID | None] = set()
    waiting = _queue(tenant).order_by(F("waiting_since").asc(nulls_last=True), "last_message_at", "pk")
    for pk, team_id in waiting.values_list("pk", "team_id")[:MOST_AT_ONCE]:
        if team_id in full:
            continue
        with transaction.atomic():
            chat = lock(pk=pk)
            if distribute(chat):
                store(chat)
                given += 1
            elif chat.returned_from_id is None:
                full.add(team_id)
    return given


def order_distribution(tenant: Tenant) -> None:
    """Somebody came, or has room again: have the queue looked at, where there is a rotation."""
    if tenant.distribution == Distribution.ROTATION:
        order_job(DISTRIBUTE_TASK, once=f"distribute:{tenant.pk}", tenant_pk=str(tenant.pk))


def open_chats_of_each() -> Coalesce:
    """For a queryset of users: how many open chats each has that are not put off."""
    held = Chat.objects.filter(
        tenant=OuterRef("tenant"), assigned_to=OuterRef("pk"), status=ChatStatus.OPEN, snoozed_until=None
    )
    return Coalesce(Subquery(held.order_by().values("assigned_to").annotate(count=Count("pk")).values("count")), 0)


def _is_to_be_given(chat: Chat) -> bool:
    return (
        chat.tenant.distribution == Distribution.ROTATION
        and chat.assigned_to_id is None
        and chat.merged_into_id is None
        and chat.status == ChatStatus.OPEN
        and not chat.snoozed_until
        and not chat.is_group
    )


def _queue(tenant: Tenant) -> QuerySet[Chat]:
    return Chat.objects.filter(
        tenant=tenant, merged_into=None, status=ChatStatus.OPEN, snoozed_until=None, assigned_to=None, is_group=False
    )


def _give_next(chat: Chat) -> User | None:
    hold(f"rotation:{chat.tenant_id}")
    agent = _candidates(chat).order_by(F("given_at").asc(nulls_first=True), "created_at", "pk").first()
    if agent is None:
        return None
    User.objects.filter(pk=agent.pk).update(given_at=timezone.now())
    hand(chat, agent, "distributed", to=agent.name)
    notify([agent], message_line(chat, NotificationType.CHAT_ASSIGNED))
    return agent


def _candidates(chat: Chat) -> QuerySet[User]:
    """Present, with room: members of the chat's team; where it has none, the agents of the company."""
    agents = User.objects.filter(present_rows(), tenant_id=chat.tenant_id)
    agents = agents.filter(teams=chat.team_id) if chat.team_id else agents.filter(role=Role.AGENT)
    agents = agents.annotate(load=open_chats_of_each()).filter(load__lt=chat.tenant.chat_capacity)
    return agents.exclude(pk=chat.returned_from_id) if chat.returned_from_id else agents
