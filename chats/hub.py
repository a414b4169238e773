"""One listener per process: nudges come in, are gathered, and leave as one text for many pages.

A channel per socket costs a round through Redis per page and message, and drops messages under
load. The hub subscribes once per audience, reads and renders what changed once, and hands the
same text to every page of this process that may see it. The first nudge leaves at once; those that
follow while it is told, and in the rest after it, leave together. A nudge that is lost costs seconds,
not truth: the hub also looks.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from django.db import close_old_connections
from django.utils import timezone, translation

from crm.live import beside_group, tenant_group, user_group
from crm.models import User
from crm.presence import note_seen

from . import frames, metrics
from .batch import Audience, changed_since, company_changed_since, presences, read_batch, seqs_since
from .pages import Page, Shown
from .people.whereabouts import Whereabouts

log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.05
# Between two deliveries. To tell a page takes 0.1 ms of the loop: where there are many, no more than a fifth of it.
SHORTEST_REST_SECONDS, REST_SECONDS_A_PAGE, LONGEST_REST_SECONDS = 0.01, 0.0004, 0.2
COUNTERS_EVERY_SECONDS = 1.0
PULSE_EVERY_SECONDS = 25.0
# How often the hub looks for changes that nobody told it: Redis was away, or a process died between its commit
# and its nudge.
LOOK_EVERY_SECONDS = 5.0
RETRY_SECONDS = 1.0
# A word of a change is late by no more.
LATEST_WORD = timedelta(minutes=5)
# A database that is away for longer is noticed by everybody; a mistake of ours does not try for ever.
MOST_TRIES = 300

Answer = TypeVar("Answer")


class Hub:
    """The pages of this process, and what is on its way to them."""

    def __init__(self) -> None:
        # One thread, so that texts leave in the order in which they were read.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub")
        self._pages: dict[str, set[Page]] = defaultdict(set)
        self._pending: dict[UUID, set[UUID]] = defaultdict(set)
        self._busy: set[UUID] = set()
        self._counting: set[UUID] = set()
        self._showing: set[UUID] = set()
        self._glancing: set[UUID] = set()
        self._ringing: set[UUID] = set()
        self._news: dict[UUID, set[str]] = defaultdict(set)
        self._whereabouts = Whereabouts()
        self._channel = ""
        self._start_lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        # What has been delivered lately, by company: chat to `seq`.
        self._delivered: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        # When the company changed last of which its pages have been told.
        self._told_anew: dict[UUID, datetime] = {}
        # Companies whose changes could not be read, and since when: no page of theirs is told that it has everything.
        self._behind: dict[UUID, datetime] = {}

    # --- Pages come, say what they show, and go ---

    async def join(self, page: Page) -> None:
        """Listen for this page. It joins before it looks, so that nothing falls between."""
        metrics.PAGES_OPEN.inc()
        await self._start()
        for group in page.groups:
            self._pages[group].add(page)
            await self._subscribe(group)
        self._go(_try(self._note_seen, [page]))

    async def leave(self, page: Page) -> None:
        """The page is gone; an audience without pages is left."""
        metrics.PAGES_OPEN.dec()
        for group in page.groups:
            self._pages[group].discard(page)
            if not self._pages[group]:
                del self._pages[group]
                await self._unsubscribe(group)
        self._go(_try(self._say_where, page.tenant_id))

    async def catch_up(self, page: Page) -> None:
        """Send the page all that changed since what it shows; a page beside the inbox asks for that itself."""
        if page.is_beside:
            await self._ring([page])
            await self._pulse(page, timezone.now())
            return
        self._go(_try(self._say_where, page.tenant_id))
        changed = await self._read(changed_since, page.tenant_id, page.since)
        if changed is None:
            await page.send(frames.start_over())
        else:
            await self._deliver(page.tenant_id, {*changed, *filter(None, [page.shown.chat_id])}, [page])
        await self._send_personal([page], frames.personal)
        if not page.is_caught_up:
            page.is_caught_up = True
            await _try(page.send, await self._read(self._whereabouts.all_for, page.tenant_id, page.user_id))
        await self._pulse(page, timezone.now())

    async def close_conversation(self, page: Page, chat_id: UUID) -> None:
        """The page shows one that it may not show any more, or that has become part of another."""
        page.shown = Shown(chat_id)
        await self._deliver(page.tenant_id, {chat_id}, [page])

    def pages_open(self) -> int:
        """How many pages this process serves."""
        return len({page for pages in self._pages.values() for page in pages})

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
                await asyncio.sleep(RETRY_SECONDS)

    def _take(self, nudge: dict[str, Any]) -> None:
        match nudge:
            case {"event": "chats", "tenant": tenant, "chats": chats}:
                self._gather(UUID(tenant), map(UUID, chats))
            case {"event": "shrank", "tenant": tenant, "chat": chat}:
                self._go(self._read_anew(UUID(tenant), UUID(chat)))
            case {"event": "anew", "tenant": tenant}:
                self._go(_insist(self._start_over, UUID(tenant)))
            case {"event": "presence", "tenant": tenant, "chat": chat}:
                self._go(self._show_presence(UUID(tenant), UUID(chat)))
            case {"event": "colleagues", "tenant": tenant}:
                self._go(_try(self._show_colleagues, UUID(tenant)))
            case {"event": "session", "tenant": tenant}:
                self._go(_insist(self._alert, UUID(tenant)))
            case {"event": "changed", "tenant": tenant, "subject": subject}:
                self._hear(UUID(tenant), subject)
            case {"event": "bell", "user": user}:
                self._ring_soon(UUID(user))
            case {"event": "signed_out", "user": user}:
                self._go(_insist(self._check_out, self._of(user_group(UUID(user)))))

    def _gather(self, tenant_id: UUID, chat_ids: Iterable[UUID]) -> None:
        self._pending[tenant_id].update(chat_ids)
        if tenant_id not in self._busy:
            self._busy.add(tenant_id)
            self._go(self._drain(tenant_id))

    async def _drain(self, tenant_id: UUID) -> None:
        """Deliver what is pending, now and after each rest until nothing is."""
        try:
            while chats := self._pending.pop(tenant_id, None):
                began, pages = timezone.now(), self._of(tenant_group(tenant_id))
                try:
                    seqs = await self._deliver(tenant_id, chats, pages)
                    self._delivered[tenant_id] |= seqs
                    self._behind.pop(tenant_id, None)
                    self._count_soon(tenant_id)
                except Exception:
                    # The database is away: what these pages missed is sent when it is back.
                    log.exception("hub.not_delivered", tenant=str(tenant_id))
                    self._pending[tenant_id] |= chats
                    self._behind.setdefault(tenant_id, began)
                    await asyncio.sleep(RETRY_SECONDS)
                await asyncio.sleep(_rest_of(len(pages)))
        finally:
            self._busy.discard(tenant_id)

    # --- What pages get ---

    async def _deliver(self, tenant_id: UUID, chats: set[UUID], pages: list[Page]) -> dict[UUID, int]:
        """Send these chats as they are now to these pages; the `seq` of each."""
        if not pages:
            return {}
        # What a page says while we read is for its own `catch_up`: here it is told from what it showed before.
        shown_by = {page: page.shown for page in pages}
        open_from: dict[UUID, int] = {}
        for shown in shown_by.values():
            if shown.chat_id in chats and shown.chat_id:
                open_from[shown.chat_id] = min(shown.seq, open_from.get(shown.chat_id, shown.seq))
        batch = await self._read(read_batch, tenant_id, chats, {page.user_id for page in pages}, open_from)
        texts: dict[tuple[UUID, UUID | None, int], str] = {}
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
            await _try(page.send, texts[key])
        return {pk: chat.seq for pk, chat in batch.chats.items()}

    def _count_soon(self, tenant_id: UUID) -> None:
        """Tabs are counted at once and then at most every second, however much happens."""
        if tenant_id not in self._counting:
            self._counting.add(tenant_id)
            self._go(self._count_and_rest(tenant_id))

    async def _count_and_rest(self, tenant_id: UUID) -> None:
        await asyncio.sleep(COUNTERS_EVERY_SECONDS)
        self._counting.discard(tenant_id)
        await _insist(self._count, tenant_id, self._of(tenant_group(tenant_id)))

    async def _count(self, tenant_id: UUID, pages: list[Page]) -> None:
        await self._send_personal(pages, frames.counters)

    async def _ring(self, pages: list[Page]) -> None:
        await self._send_personal([page for page in pages if not page.is_beside], frames.bell)
        await self._send_personal([page for page in pages if page.is_beside], frames.bell_beside)

    def _ring_soon(self, user_id: UUID) -> None:
        """Of many words in a moment about somebody's bell, and about everybody's, one reading is made."""
        if not self._ringing:
            self._go(self._ring_all())
        self._ringing.add(user_id)

    async def _ring_all(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        users, self._ringing = self._ringing, set()
        await _insist(self._ring, [page for user_id in users for page in self._of(user_group(user_id))])

    async def _send_personal(self, pages: list[Page], frame: Callable[[User], str]) -> None:
        """A fragment of each person's own, rendered once per person."""
        texts = await self._read(_personal, {page.user_id for page in pages}, frame)
        for page in pages:
            if page.user_id in texts:
                await _try(page.send, texts[page.user_id])

    async def _alert(self, tenant_id: UUID) -> None:
        """A number connected or dropped: the list says so, and so do the composers of its chats."""
        pages = self._of(tenant_group(tenant_id))
        for language in {page.language for page in pages}:
            text = await self._read(_in_language, language, frames.alerts, tenant_id)
            for page in pages:
                if page.language == language:
                    await _try(page.send, text)
        await self._deliver(tenant_id, _shown_by(pages), pages)

    async def _show_presence(self, tenant_id: UUID, chat_id: UUID) -> None:
        """Somebody types, or has stopped. Of many such words in a moment only the last is read; lost ones expire."""
        if chat_id in self._showing:
            return
        self._showing.add(chat_id)
        await asyncio.sleep(GATHER_SECONDS)
        self._showing.discard(chat_id)
        pages = self._of(tenant_group(tenant_id))
        texts = await self._read(presences, tenant_id, chat_id, {page.user_id for page in pages}) if pages else {}
        for page in pages:
            if page.user_id in texts:
                await _try(page.send, texts[page.user_id])

    async def _say_where(self, tenant_id: UUID) -> None:
        """Which conversations the pages of this process show, and to whom."""
        pages = self._of(tenant_group(tenant_id))
        looks = {(page.shown.chat_id, page.user_id) for page in pages if page.shown.chat_id}
        await self._read(self._whereabouts.say, tenant_id, looks)

    async def _note_seen(self, pages: list[Page]) -> None:
        if pages:
            await self._read(note_seen, {page.user_id for page in pages})

    async def _show_colleagues(self, tenant_id: UUID) -> None:
        """Colleagues came, went, or write. Of many such words in a moment only the last is read."""
        if tenant_id in self._glancing:
            return
        self._glancing.add(tenant_id)
        await asyncio.sleep(GATHER_SECONDS)
        self._glancing.discard(tenant_id)
        pages = self._of(tenant_group(tenant_id))
        if not pages:
            return
        texts = await self._read(self._whereabouts.news_for, tenant_id, {page.user_id for page in pages})
        for page in pages:
            await _try(page.send, texts.get(page.user_id, ""))

    def _hear(self, tenant_id: UUID, subject: str) -> None:
        """Something that pages beside the inbox may show has changed; what changes in a moment is told as one."""
        if not self._news[tenant_id]:
            self._go(self._tell(tenant_id))
        self._news[tenant_id].add(subject)

    async def _tell(self, tenant_id: UUID) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        text = frames.changed(self._news.pop(tenant_id))
        for page in self._of(beside_group(tenant_id)):
            await _try(page.send, text)

    async def _read_anew(self, tenant_id: UUID, chat_id: UUID) -> None:
        """Messages left this conversation: pages that show it start over."""
        for page in self._of(tenant_group(tenant_id)):
            if page.shown.chat_id == chat_id:
                await _try(page.send, frames.start_over())

    async def _start_over(self, tenant_id: UUID) -> None:
        """Pages lose the conversation that is not theirs any more, and read the rest as a new page would."""
        pages = self._of(tenant_group(tenant_id))
        if changed := await self._read(company_changed_since, tenant_id, timezone.now() - LATEST_WORD):
            self._told_anew[tenant_id] = changed
        await self._deliver(tenant_id, _shown_by(pages), pages)
        for page in pages:
            await _try(page.send, frames.start_over())

    async def _pulse(self, page: Page, at: datetime) -> None:
        page.since = at
        await _try(page.send, frames.pulse(at))

    async def _check_out(self, pages: list[Page]) -> None:
        """Somebody signed out: the pages of that session are shown the door."""
        for page in pages:
            if not await self._read(page.is_signed_in):
                await page.dismiss()

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
            await _try(self._note_seen, pages)
            for tenant_id in {page.tenant_id for page in pages}:
                await _try(self._say_where, tenant_id)
                await _try(self._show_colleagues, tenant_id)

    async def _look(self, tenant_id: UUID, since: datetime) -> None:
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

    async def _subscribe(self, group: str) -> None:
        await get_channel_layer().group_add(group, self._channel)

    async def _unsubscribe(self, group: str) -> None:
        await get_channel_layer().group_discard(group, self._channel)

    def _of(self, group: str) -> list[Page]:
        return list(self._pages.get(group, ()))

    def _everybody(self) -> list[Page]:
        return list({page for pages in self._pages.values() for page in pages})

    async def _read(self, work: Callable[..., Answer], *args: object) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._reader, _on_fresh_connection, work, args)

    def _go(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _rest_of(pages: int) -> float:
    return min(SHORTEST_REST_SECONDS + pages * REST_SECONDS_A_PAGE, LONGEST_REST_SECONDS)


def _on_fresh_connection(work: Callable[..., Answer], args: tuple[object, ...]) -> Answer:
    close_old_connections()
    return work(*args)


def _shown_by(pages: list[Page]) -> set[UUID]:
    return {page.shown.chat_id for page in pages if page.shown.chat_id}


def _personal(user_ids: set[UUID], frame: Callable[[User], str]) -> dict[UUID, str]:
    texts = {}
    for pk, user in Audience.of(user_ids).users.items():
        with translation.override(user.language):
            texts[pk] = frame(user)
    return texts


def _in_language(language: str, frame: Callable[..., str], *args: object) -> str:
    with translation.override(language):
        return frame(*args)


async def _insist(act: Callable[..., Awaitable[None]], *args: object) -> None:
    """The database may be away for a while: what a page is owed is sent when it is back."""
    for _ in range(MOST_TRIES):
        try:
            await act(*args)
            return
        except Exception:
            log.exception("hub.tries_again", act=getattr(act, "__name__", ""))
            await asyncio.sleep(RETRY_SECONDS)


async def _try(act: Callable[..., Awaitable[None]], *args: object) -> None:
    """One page that went away does not keep the others waiting."""
    try:
        await act(*args)
    except Exception as error:
        log.info("hub.page_not_reached", error=str(error))


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of this process (of this event loop)."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
