"""The hub of a process: pages come and go, nudges come in, and now and then it looks by itself."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from django.utils import timezone

from chats import frames, metrics
from chats.batch import changed_since
from chats.pages import Page, Shown
from crm.live import user_group

from . import reach
from .delivery import Delivery
from .reach import attempt, insist

log = structlog.get_logger(__name__)

PULSE_EVERY_SECONDS = 25.0
# How often the hub looks for changes that nobody told it: Redis was away, or a process died between its commit
# and its nudge.
LOOK_EVERY_SECONDS = 5.0


class Hub(Delivery):
    """The pages of this process, and what is on its way to them."""

    def __init__(self) -> None:
        super().__init__()
        self._channel = ""
        self._start_lock = asyncio.Lock()

    # --- Pages come, say what they show, and go ---

    async def join(self, page: Page) -> None:
        """Listen for this page. It joins before it looks, so that nothing falls between."""
        metrics.PAGES_OPEN.inc()
        await self._start()
        for group in page.groups:
            self._pages[group].add(page)
            await self._subscribe(group)
        self._go(attempt(self._note_seen, [page]))

    async def leave(self, page: Page) -> None:
        """The page is gone; an audience without pages is left."""
        metrics.PAGES_OPEN.dec()
        for group in page.groups:
            self._pages[group].discard(page)
            if not self._pages[group]:
                del self._pages[group]
                await self._unsubscribe(group)
        self._go(attempt(self._say_where, page.tenant_id))

    async def catch_up(self, page: Page) -> None:
        """Send the page all that changed since what it shows; a page beside the inbox asks for that itself."""
        if page.is_beside:
            await self._ring([page])
            await self._pulse(page, timezone.now())
            return
        self._go(attempt(self._say_where, page.tenant_id))
        changed = await self._read(changed_since, page.tenant_id, page.since)
        if changed is None:
            await page.send(frames.start_over())
        else:
            await self._deliver(page.tenant_id, {*changed, *filter(None, [page.shown.chat_id])}, [page])
        await self._send_personal([page], frames.personal)
        if not page.is_caught_up:
            page.is_caught_up = True
            await attempt(page.send, await self._read(self._whereabouts.all_for, page.tenant_id, page.user_id))
        await self._pulse(page, timezone.now())

    async def go_elsewhere(self, page: Page) -> None:
        """The page has been told everything so far, and shows another conversation: of that it is told all that it may
        have read seconds ago, before the click."""
        self._go(attempt(self._say_where, page.tenant_id))
        if page.shown.chat_id:
            await self._deliver(page.tenant_id, {page.shown.chat_id}, [page])

    async def close_conversation(self, page: Page, chat_id: UUID) -> None:
        """The page shows one that it may not show any more, or that has become part of another."""
        page.shown = Shown(chat_id)
        await self._deliver(page.tenant_id, {chat_id}, [page])

    # --- Nudges ---

    async def _listen(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                nudge = await layer.receive(self._channel)
                metrics.NUDGES.labels(nudge.get("event", "")).inc()
                self._take(nudge)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("hub.not_received")
                await asyncio.sleep(reach.RETRY_SECONDS)

    def _take(self, nudge: dict[str, Any]) -> None:
        match nudge:
            case {"event": "chats", "tenant": tenant, "chats": chats}:
                self._gather(UUID(tenant), map(UUID, chats))
            case {"event": "shrank", "tenant": tenant, "chat": chat}:
                self._go(self._read_anew(UUID(tenant), UUID(chat)))
            case {"event": "anew", "tenant": tenant}:
                self._go(insist(self._start_over, UUID(tenant)))
            case {"event": "presence", "tenant": tenant, "chat": chat}:
                self._soon(("presence", chat), attempt, self._show_presence, UUID(tenant), UUID(chat))
            case {"event": "colleagues", "tenant": tenant}:
                self._soon(("colleagues", tenant), attempt, self._show_colleagues, UUID(tenant))
            case {"event": "session", "tenant": tenant}:
                self._go(insist(self._alert, UUID(tenant)))
            case {"event": "changed", "tenant": tenant, "subject": subject}:
                self._hear(UUID(tenant), subject)
            case {"event": "bell", "user": user}:
                self._ring_soon(UUID(user))
            case {"event": "signed_out", "user": user}:
                self._go(insist(self._check_out, self._of(user_group(UUID(user)))))

    # --- The hub's own life ---

    async def _start(self) -> None:
        async with self._start_lock:
            if not self._channel:
                self._channel = await get_channel_layer().new_channel("hub.")
                for duty in (self._listen(), self._keep_pulse(), self._keep_looking(), self._keep_whereabouts()):
                    self._go(duty)

    async def _keep_pulse(self) -> None:
        while True:
            await asyncio.sleep(PULSE_EVERY_SECONDS)
            for page in self._everybody():
                await self._pulse(page, self._behind.get(page.tenant_id) or timezone.now())

    async def _keep_looking(self) -> None:
        """A nudge may be lost; what it was about is found by looking, a few seconds later."""
        looked_at = timezone.now()
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            since, looked_at = looked_at, timezone.now()
            for tenant_id in {page.tenant_id for page in self._everybody()}:
                try:
                    await self._look(tenant_id, since)
                except Exception:
                    log.exception("hub.not_looked", tenant=str(tenant_id))
                    self._behind.setdefault(tenant_id, since)
                    looked_at = since

    async def _keep_whereabouts(self) -> None:
        """Who is here is said again before it is over, and looked at again: a word may be lost."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            pages = self._everybody()
            await attempt(self._note_seen, pages)
            for tenant_id in {page.tenant_id for page in pages}:
                await attempt(self._say_where, tenant_id)
                await attempt(self._show_colleagues, tenant_id)

    async def _pulse(self, page: Page, at: datetime) -> None:
        page.since = at
        await attempt(page.send, frames.pulse(at))

    async def _check_out(self, pages: list[Page]) -> None:
        """Somebody signed out: the pages of that session are shown the door."""
        for page in pages:
            if not await self._read(page.is_signed_in):
                await page.dismiss()

    async def _subscribe(self, group: str) -> None:
        await get_channel_layer().group_add(group, self._channel)

    async def _unsubscribe(self, group: str) -> None:
        await get_channel_layer().group_discard(group, self._channel)
