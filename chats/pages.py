"""An open page, as its web process knows it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from crm.live import beside_group, tenant_group, user_group


@dataclass(eq=False)
class Shown:
    """What a page said it shows: a conversation, or none, and up to which `seq` it has been told of it.

    Each word of the page makes a new one. Who began to read for the old one may not count the new one as told.
    """

    chat_id: UUID | None = None
    seq: int = 0


@dataclass(eq=False)
class Page:
    """An open page: whose it is, what it shows, and how to reach it."""

    user_id: UUID
    tenant_id: UUID
    language: str
    send: Callable[[str], Awaitable[None]]
    dismiss: Callable[[], Awaitable[None]]
    is_signed_in: Callable[[], bool]
    shown: Shown = field(default_factory=Shown)
    is_caught_up: bool = False
    # Beside the inbox: it hears of what it shows there, and never of messages.
    is_beside: bool = False
    since: datetime = field(default_factory=timezone.now)

    @property
    def groups(self) -> tuple[str, str]:
        company = beside_group if self.is_beside else tenant_group
        return company(self.tenant_id), user_group(self.user_id)
