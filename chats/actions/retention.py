"""A company keeps conversations for so many months: what is older goes, in small bites, and its files with it."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chats.models import Chat, DraftFile, Message, MessageType
from crm.actions import record
from crm.models import AuditAct, AuditLog, Tenant
from crm.privacy.erasing import forget_files
from notifications.models import CRMNotification

from .bookkeeping import find_latest
from .locking import changing

log = structlog.get_logger(__name__)

BITE = 500
DAYS_OF_MONTH = 30.44
FILES = ("media_file", "thumbnail", "playable_file")


def prune_tenant(tenant: Tenant) -> int:
    """Delete messages older than the company keeps them, and conversations of which nothing is left; how many rows.

    Notifications and the audit log follow the same rule. Contacts, leads and opportunities stay: they are the
    company's customers, and are anonymised one by one. What is still open is left alone.
    """
    if tenant.retention_months is None:
        return 0
    horizon = timezone.now() - timedelta(days=tenant.retention_months * DAYS_OF_MONTH)
    messages = _prune_messages(tenant, horizon)
    chats = _prune_chats(tenant, horizon)
    rest = sum(
        _prune(model.objects.filter(tenant=tenant, created_at__lt=horizon)) for model in (CRMNotification, AuditLog)
    )
    if messages or chats or rest:
        told = {"messages": messages, "chats": chats, "others": rest, "before": horizon}
        record(AuditAct.PRUNED, tenant, None, after=told)
        log.info("retention.pruned", tenant=str(tenant.pk), messages=messages, chats=chats, others=rest)
    return messages + chats + rest


def _prune_messages(tenant: Tenant, horizon: datetime) -> int:
    old = Message.objects.filter(chat__tenant=tenant, timestamp__lt=horizon, chat__waiting_since=None)
    count = 0
    while keys := list(old.order_by("timestamp").values_list("pk", "chat_id")[:BITE]):
        for chat_id in {chat for _key, chat in keys}:
            with changing(chat_id) as chat:
                rows = Message.objects.filter(pk__in=[key for key, of in keys if of == chat_id])
                count += _delete(rows, FILES)
                find_latest(chat)
    return count


def _prune_chats(tenant: Tenant, horizon: datetime) -> int:
    """Conversations that are over and have no message left."""
    said = Message.objects.filter(chat=OuterRef("pk")).exclude(type=MessageType.SYSTEM)
    rows = Chat.objects.filter(~Exists(said), tenant=tenant, created_at__lt=horizon, waiting_since=None)
    count = 0
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            _delete(DraftFile.objects.filter(draft__chat=pk), ("file", "thumbnail"))
            count += bool(Chat.objects.filter(pk=pk).delete()[0])
    return count


def _prune(rows: QuerySet[Any]) -> int:
    count = 0
    while keys := list(rows.order_by("created_at").values_list("pk", flat=True)[:BITE]):
        count += rows.model._default_manager.filter(pk__in=keys).delete()[0]
    return count


def _delete(rows: QuerySet[Any], columns: tuple[str, ...]) -> int:
    """The rows, and when that is certain their files."""
    names = {name for row in rows.values_list(*columns) for name in row if name}
    count = rows.count()
    rows.delete()
    transaction.on_commit(partial(forget_files, names), robust=True)
    return count
