"""Conversations that changed: read once, rendered once, and handed to every page that may see them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.utils import timezone, translation

from chats import frames
from chats.batch import company_changed_since, read_batch, seqs_since
from chats.pages import Page
from crm.live import tenant_group

from . import reach
from .glimpses import Glimpses
from .reach import attempt

log = structlog.get_logger(__name__)

# Between two deliveries. Telling pages holds the loop: it has three times as long for everything else.
SHORTEST_REST_SECONDS, LONGEST_REST_SECONDS, REST_A_SECOND_OF_TELLING = 0.01, 0.2, 3
# A word of a change is late by no more.
LATEST_WORD = timedelta(minutes=5)


@dataclass(frozen=True)
class Told:
    """The `seq` of each chat that pages were told, and for how many seconds that held the loop."""

    seqs: dict[UUID, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def rest(self) -> float:
        """Seconds until the next time."""
        return min(max(self.seconds * REST_A_SECOND_OF_TELLING, SHORTEST_REST_SECONDS), LONGEST_REST_SECONDS)


class Delivery(Glimpses):
    """What is on its way to the pages, and what has reached them."""

    def __init__(self) -> None:
        super().__init__()
        self._pending: dict[UUID, set[UUID]] = defaultdict(set)
        self._busy: set[UUID] = set()
        # What has been delivered lately, by company: chat to `seq`.
        self._delivered: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        # When the company changed last of which its pages have been told.
        self._told_anew: dict[UUID, datetime] = {}
        # Companies whose changes could not be read, and since when: no page of theirs is told that it has everything.
        self._behind: dict[UUID, datetime] = {}

    def _gather(self, tenant_id: UUID, chat_ids: Iterable[UUID]) -> None:
        self._pending[tenant_id].update(chat_ids)
        if tenant_id not in self._busy:
            self._busy.add(tenant_id)
            self._go(self._drain(tenant_id))

    async def _drain(self, tenant_id: UUID) -> None:
        """Deliver what is pending, now and after each rest until nothing is."""
        try:
            while chats := self._pending.pop(tenant_id, None):
                began, told = timezone.now(), Told()
                try:
                    told = await self._deliver(tenant_id, chats, self._of(tenant_group(tenant_id)))
                    self._delivered[tenant_id] |= told.seqs
                    self._behind.pop(tenant_id, None)
                    self._count_soon(tenant_id)
                except Exception:
                    # The database is away: what these pages missed is sent when it is back.
                    log.exception("hub.not_delivered", tenant=str(tenant_id))
                    self._pending[tenant_id] |= chats
                    self._behind.setdefault(tenant_id, began)
                    await asyncio.sleep(reach.RETRY_SECONDS)
                await asyncio.sleep(told.rest)
        finally:
            self._busy.discard(tenant_id)

    async def _deliver(self, tenant_id: UUID, chats: set[UUID], pages: list[Page]) -> Told:
        """Send these chats as they are now to these pages."""
        if not pages:
            return Told()
        # What a page says while we read is for its own `catch_up`: here it is told from what it showed before.
        shown_by = {page: page.shown for page in pages}
        open_from: dict[UUID, int] = {}
        for shown in shown_by.values():
            if shown.chat_id in chats and shown.chat_id:
                open_from[shown.chat_id] = min(shown.seq, open_from.get(shown.chat_id, shown.seq))
        batch = await self._read(read_batch, tenant_id, chats, {page.user_id for page in pages}, open_from)
        began, texts = time.perf_counter(), dict[tuple[UUID, UUID | None, int], str]()
        for page, shown in shown_by.items():
            if page.user_id not in batch.audience.scopes:
                await page.dismiss()
                continue
            key = (page.user_id, shown.chat_id, shown.seq)
            if key not in texts:
                with translation.override(page.language):
                    texts[key] = batch.text_for(*key)
            if shown.chat_id in batch.chats:
                shown.seq = max(shown.seq, batch.chats[shown.chat_id].seq)
            await attempt(page.send, texts[key])
        return Told({pk: chat.seq for pk, chat in batch.chats.items()}, time.perf_counter() - began)

    async def _alert(self, tenant_id: UUID) -> None:
        """A number connected or dropped: the list says so, and so do the composers of its chats."""
        pages = self._of(tenant_group(tenant_id))
        for language in {page.language for page in pages}:
            text = await self._read(_in_language, language, frames.alerts, tenant_id)
            for page in pages:
                if page.language == language:
                    await attempt(page.send, text)
        await self._deliver(tenant_id, _shown_by(pages), pages)

    async def _read_anew(self, tenant_id: UUID, chat_id: UUID) -> None:
        """Messages left this conversation: pages that show it start over."""
        for page in self._of(tenant_group(tenant_id)):
            if page.shown.chat_id == chat_id:
                await attempt(page.send, frames.start_over())

    async def _start_over(self, tenant_id: UUID) -> None:
        """Pages lose the conversation that is not theirs any more, and read the rest as a new page would."""
        pages = self._of(tenant_group(tenant_id))
        if changed := await self._read(company_changed_since, tenant_id, timezone.now() - LATEST_WORD):
            self._told_anew[tenant_id] = changed
        await self._deliver(tenant_id, _shown_by(pages), pages)
        for page in pages:
            await attempt(page.send, frames.start_over())

    async def _look(self, tenant_id: UUID, since: datetime) -> None:
        """Deliver what changed since and reached no page, because nobody told us of it."""
        anew = await self._read(company_changed_since, tenant_id, since)
        if anew and anew != self._told_anew.get(tenant_id):
            await self._start_over(tenant_id)
        changed = await self._read(seqs_since, tenant_id, since)
        delivered = self._delivered[tenant_id]
        missed = {pk for pk, seq in changed.items() if delivered.get(pk, -1) < seq}
        # Only what may come up again at the next look needs to be remembered.
        self._delivered[tenant_id] = {pk: seq for pk, seq in delivered.items() if pk in changed}
        if not missed:
            if tenant_id not in self._busy:
                self._behind.pop(tenant_id, None)
            return
        self._gather(tenant_id, missed)
        await self._ring(self._of(tenant_group(tenant_id)))
        await self._alert(tenant_id)


def _shown_by(pages: list[Page]) -> set[UUID]:
    return {page.shown.chat_id for page in pages if page.shown.chat_id}


def _in_language(language: str, frame: Callable[..., str], *args: object) -> str:
    with translation.override(language):
        return frame(*args)
