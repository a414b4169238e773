"""What changed in a conversation reaches the company's open pages."""

from crm.live import nudge, tenant_group

from .models import Chat


def chat_changed(chat: Chat) -> None:
    """Nudge the company, on commit, with the id of the chat; each page decides what it may see."""
    nudge(tenant_group(chat.tenant_id), "chat", tenant=str(chat.tenant_id), chat=str(chat.pk))


def chat_shrank(chat: Chat) -> None:
    """Messages left this conversation for another: pages that show it read it anew."""
    nudge(tenant_group(chat.tenant_id), "shrank", tenant=str(chat.tenant_id), chat=str(chat.pk))
