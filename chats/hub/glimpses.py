"""What is each person's own, or over in a moment: counters, bells, who types, who looks at what."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

from django.utils import translation

from chats import frames
from chats.batch import Audience, presences
from chats.pages import Page
from chats.people.whereabouts import Whereabouts
from crm.live import beside_group, tenant_group, user_group
from crm.models import User
from crm.presence import note_seen

from .reach import GATHER_SECONDS, Reach, attempt, insist

COUNTERS_EVERY_SECONDS = 1.0


class Glimpses(Reach):
    """Many words about one thing in a moment are read once; a word that is lost, the next one makes good."""

    def __init__(self) -> None:
        super().__init__()
        self._counting: set[UUID] = set()
        self._ringing: set[UUID] = set()
        self._showing: set[UUID] = set()
        self._glancing: set[UUID] = set()
        self._news: dict[UUID, set[str]] = defaultdict(set)
        self._whereabouts = Whereabouts()

    def _count_soon(self, tenant_id: UUID) -> None:
        """Tabs are counted a second later, and at most once a second, however much happens."""
        if tenant_id not in self._counting:
            self._counting.add(tenant_id)
            self._go(self._count_and_rest(tenant_id))

    async def _count_and_rest(self, tenant_id: UUID) -> None:
        await asyncio.sleep(COUNTERS_EVERY_SECONDS)
        self._counting.discard(tenant_id)
        await insist(self._send_personal, self._of(tenant_group(tenant_id)), frames.counters)

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
        await insist(self._ring, [page for user_id in users for page in self._of(user_group(user_id))])

    async def _send_personal(self, pages: list[Page], frame: Callable[[User], str]) -> None:
        """A fragment of each person's own, rendered once per person."""
        if not pages:
            return
        texts = await self._read(_personal, {page.user_id for page in pages}, frame)
        for page in pages:
            if page.user_id in texts:
                await attempt(page.send, texts[page.user_id])

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
                await attempt(page.send, texts[page.user_id])

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
            await attempt(page.send, texts.get(page.user_id, ""))

    def _hear(self, tenant_id: UUID, subject: str) -> None:
        """Something that pages beside the inbox may show has changed; what changes in a moment is told as one."""
        if not self._news[tenant_id]:
            self._go(self._tell(tenant_id))
        self._news[tenant_id].add(subject)

    async def _tell(self, tenant_id: UUID) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        text = frames.changed(self._news.pop(tenant_id))
        for page in self._of(beside_group(tenant_id)):
            await attempt(page.send, text)


def _personal(user_ids: set[UUID], frame: Callable[[User], str]) -> dict[UUID, str]:
    texts = {}
    for pk, user in Audience.of(user_ids).users.items():
        with translation.override(user.language):
            texts[pk] = frame(user)
    return texts
