"""A customer does not wait for an owner who stays silent, or has left: the chat goes back to the queue by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from chats.models import Chat, ChatStatus
from crm.hours import after_business_minutes, is_open
from crm.models import Tenant, User
from crm.presence import is_present, present_among, present_rows
from notifications.actions import notify
from notifications.models import NotificationType

from .distribution import distribute
from .handing import hand
from .locking import lock, store
from .telling import chat_line, queue_of

SILENT, AWAY = "returned_silent", "returned_away"


def return_unanswered(tenant: Tenant) -> int:
    """Send back every chat of the company whose customer waits for nobody; how many."""
    returned = 0
    for pk in _suspects(tenant).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            chat = lock(pk=pk)
            if reason := why_return(chat):
                send_back(chat, reason)
                store(chat)
                returned += 1
    return returned


def why_return(chat: Chat) -> str:
    """Why the locked chat is not to wait for its owner any longer; "" where it is."""
    owner, tenant = chat.assigned_to, chat.tenant
    if owner is None or chat.waiting_since is None or chat.snoozed_until or chat.is_group:
        return ""
    if chat.status != ChatStatus.OPEN:
        return ""
    now = timezone.now()
    # At night nobody is there, and nothing is to be found in the queue in the morning.
    if tenant.returns_when_away and not is_present(owner) and is_open(tenant, now):
        return AWAY
    minutes = tenant.silence_minutes
    return SILENT if minutes and after_business_minutes(tenant, _asked_at(chat), minutes) < now else ""


def send_back(chat: Chat, reason: str) -> None:
    """The locked chat is in the queue, or with whoever is next; its former owner hears of it, and so does the queue."""
    owner = chat.assigned_to
    if owner is None:
        return
    hand(chat, None, reason, owner=owner.name, minutes=chat.tenant.silence_minutes)
    with override("pt-br"):
        gone = chat_line(chat, NotificationType.CHAT_TRANSFERRED, _("Went back to the queue without an answer"))
        come = chat_line(chat, NotificationType.CHAT_TRANSFERRED, _("Came back to the queue and waits for an answer"))
    notify([owner], gone)
    if distribute(chat) is None:
        notify([user for user in present_among(queue_of(chat)) if user != owner], come)


def _asked_at(chat: Chat) -> datetime:
    """Since when the customer waits for this very owner."""
    moments = [chat.waiting_since, chat.assigned_at]
    return max(moment for moment in moments if moment)


def _suspects(tenant: Tenant) -> QuerySet[Chat]:
    """The few rows worth a lock."""
    waiting = Chat.objects.filter(
        tenant=tenant,
        merged_into=None,
        status=ChatStatus.OPEN,
        snoozed_until=None,
        assigned_to__isnull=False,
        waiting_since__isnull=False,
        is_group=False,
    )
    reasons = Q(pk__in=[])
    if tenant.silence_minutes:
        reasons |= Q(waiting_since__lt=timezone.now() - timedelta(minutes=tenant.silence_minutes))
    if tenant.returns_when_away:
        there = User.objects.filter(present_rows(), tenant=tenant)
        reasons |= ~Q(assigned_to__in=there)
    return waiting.filter(reasons)
