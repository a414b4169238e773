"""An open page, as its web process knows it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from crm.live import tenant_group, user_group


@dataclass(eq=False)
class Page:
    """An open page: whose it is, what it shows, up to which `seq`, and how to reach it."""

    user_id: UUID
    tenant_id: UUID
    language: str
    send: Callable[[str], Awaitable[None]]
    dismiss: Callable[[], Awaitable[None]]
    is_signed_in: Callable[[], bool]
    chat_id: UUID | None = None
    seq: int = 0
    since: datetime = field(default_factory=timezone.now)

    @property
    def groups(self) -> tuple[str, str]:
        return tenant_group(self.tenant_id), user_group(self.user_id)
