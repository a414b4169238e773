"""What is each person's own, or over in a moment: counters, bells, who types, who looks at what."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
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
        self._asked_for: set[Hashable] = set()
        self._ringing: set[UUID] = set()
        self._news: dict[UUID, set[str]] = defaultdict(set)
        self._whereabouts = Whereabouts()

    def _soon(
        self, what: Hashable, act: Callable[..., Awaitable[None]], *args: object, seconds: float = GATHER_SECONDS
    ) -> None:
        """Do it in a moment, once, however often it is asked for until then."""
        if what not in self._asked_for:
            self._asked_for.add(what)
            self._go(self._later(what, act, args, seconds))

    async def _later(
        self, what: Hashable, act: Callable[..., Awaitable[None]], args: tuple[object, ...], seconds: float
    ) -> None:
        await asyncio.sleep(seconds)
        self._asked_for.discard(what)
        await act(*args)

    def _count_soon(self, tenant_id: UUID) -> None:
        """Tabs are counted a second later, and at most once a second, however much happens."""
        self._soon(("counters", tenant_id), insist, self._count, tenant_id, seconds=COUNTERS_EVERY_SECONDS)

    async def _count(self, tenant_id: UUID) -> None:
        await self._send_personal(self._of(tenant_group(tenant_id)), frames.counters)

    async def _ring(self, pages: list[Page]) -> None:
        await self._send_personal([page for page in pages if not page.is_beside], frames.bell)
        await self._send_personal([page for page in pages if page.is_beside], frames.bell_beside)

    def _ring_soon(self, user_id: UUID) -> None:
        """Everybody's bell that is rung in a moment is read at once."""
        self._ringing.add(user_id)
        self._soon("bells", self._ring_all)

    async def _ring_all(self) -> None:
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
        """Somebody types, or has stopped; a word of it that is lost expires."""
        pages = self._of(tenant_group(tenant_id))
        texts = await self._read(presences, tenant_id, chat_id, {page.user_id for page in pages}) if pages else {}
        for page in pages:
            await attempt(page.send, texts.get(page.user_id, ""))

    async def _say_where(self, tenant_id: UUID) -> None:
        """Which conversations the pages of this process show, and to whom."""
        pages = self._of(tenant_group(tenant_id))
        looks = {(page.shown.chat_id, page.user_id) for page in pages if page.shown.chat_id}
        await self._read(self._whereabouts.say, tenant_id, looks)

    async def _note_seen(self, pages: list[Page]) -> None:
        if pages:
            await self._read(note_seen, {page.user_id for page in pages})

    async def _show_colleagues(self, tenant_id: UUID) -> None:
        """Colleagues came, went, or write."""
        pages = self._of(tenant_group(tenant_id))
        if not pages:
            return
        texts = await self._read(self._whereabouts.news_for, tenant_id, {page.user_id for page in pages})
        for page in pages:
            await attempt(page.send, texts.get(page.user_id, ""))

    def _hear(self, tenant_id: UUID, subject: str) -> None:
        """Something that pages beside the inbox may show has changed; what changes in a moment is told as one."""
        self._news[tenant_id].add(subject)
        self._soon(("news", tenant_id), self._tell, tenant_id)

    async def _tell(self, tenant_id: UUID) -> None:
        text = frames.changed(self._news.pop(tenant_id))
        for page in self._of(beside_group(tenant_id)):
            await attempt(page.send, text)


def _personal(user_ids: set[UUID], frame: Callable[[User], str]) -> dict[UUID, str]:
    texts = {}
    for pk, user in Audience.of(user_ids).users.items():
        with translation.override(user.language):
            texts[pk] = frame(user)
    return texts
