"""What changed in a conversation reaches the company's open pages."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from crm.live import nudge, tenant_group

from .models import Chat


def chats_changed(chats: Iterable[Chat]) -> None:
    """Nudge each company, on commit, with the ids of its chats; each page decides what it may see."""
    changed: dict[UUID, list[str]] = defaultdict(list)
    for chat in chats:
        changed[chat.tenant_id].append(str(chat.pk))
    for tenant_id, ids in changed.items():
        nudge(tenant_group(tenant_id), "chats", tenant=str(tenant_id), chats=ids)


def chat_shrank(chat: Chat) -> None:
    """Messages left this conversation for another: pages that show it read it anew."""
    nudge(tenant_group(chat.tenant_id), "shrank", tenant=str(chat.tenant_id), chat=str(chat.pk))
