"""The page's one socket: it admits, says what the page shows, and listens. It cannot write."""

import json
from datetime import datetime
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import parse_cookie
from django.utils import timezone

from crm.accounts.rule import must_set_up_second_factor
from crm.models import User
from crm.sessions import SessionStore, signed_in

from .hub import hub
from .models import Chat
from .pages import Page, Shown

log = structlog.get_logger(__name__)

# Codes that htmx does not answer by trying again.
CLOSE_REFUSED = 4403
LARGEST_SEQ = 2**63 - 1


class PageConsumer(AsyncWebsocketConsumer):  # type: ignore[misc] # channels has no types
    """Text in: `{"chat": id or null, "seq": n, "since": ISO}`. Text out: HTML with out-of-band swaps."""

    page: Page | None = None
    is_beside = False
    # Nothing is sent to a page by name: the hub listens for all of them. A channel each would be a subscription each.
    channel_layer_alias = None

    async def connect(self) -> None:
        await self.accept()
        self._session_key = _session_key(self.scope["headers"])
        user = await database_sync_to_async(_who_comes_in)(self._session_key)
        if user is None or user.tenant_id is None:
            await self.close(CLOSE_REFUSED)
            return
        structlog.contextvars.bind_contextvars(user=str(user.pk), tenant=str(user.tenant_id))
        self.page = Page(
            user_id=user.pk,
            tenant_id=user.tenant_id,
            language=user.language,
            send=self._send_text,
            dismiss=self._dismiss,
            is_signed_in=self._is_signed_in,
            is_beside=self.is_beside,
        )
        await hub().join(self.page)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The page says what it shows, after connecting and whenever that changes."""
        try:
            shown = json.loads(text_data or "")
            chat_id = UUID(shown["chat"]) if shown.get("chat") else None
            seq = min(max(int(shown.get("seq") or 0), 0), LARGEST_SEQ)
            since = datetime.fromisoformat(shown["since"]) if shown.get("since") else timezone.now()
        except (ValueError, OverflowError, KeyError, TypeError, AttributeError):
            log.info("socket.nonsense", text=(text_data or "")[:200])
            return
        if self.page is None:
            return
        if chat_id and not await database_sync_to_async(self._may_see)(chat_id):
            await hub().close_conversation(self.page, chat_id)
            chat_id = None
        goes_elsewhere = self.page.is_caught_up and chat_id != self.page.shown.chat_id
        self.page.shown = Shown(chat_id, seq)
        if goes_elsewhere:
            await hub().go_elsewhere(self.page)
            return
        self.page.since = since if timezone.is_aware(since) else timezone.now()
        await hub().catch_up(self.page)

    async def disconnect(self, code: int) -> None:
        if self.page:
            await hub().leave(self.page)

    async def _send_text(self, text: str) -> None:
        if text:
            await self.send(text_data=text)

    async def _dismiss(self) -> None:
        await self.close(CLOSE_REFUSED)

    def _may_see(self, chat_id: UUID) -> bool:
        user = User.objects.filter(pk=self.page.user_id, is_active=True).first() if self.page else None
        return user is not None and Chat.objects.visible_to(user).filter(pk=chat_id).exists()

    def _is_signed_in(self) -> bool:
        return bool(self._session_key) and SessionStore().exists(self._session_key)


class BesideConsumer(PageConsumer):
    """The socket of a main page beside the inbox: its bell, and which of its subjects changed."""

    is_beside = True


def _session_key(headers: list[tuple[bytes, bytes]]) -> str:
    cookies = (value.decode("latin-1") for name, value in headers if name == b"cookie")
    return parse_cookie("; ".join(cookies)).get(settings.SESSION_COOKIE_NAME, "")


def _who_comes_in(session_key: str) -> User | None:
    """Who is signed in by this session, and may see pages. Only their id stays: a user of each page's own is memory."""
    user = signed_in(session_key)
    return None if user is None or must_set_up_second_factor(user) else user
