"""What some chats look like now, read once and rendered once for all pages of a process that show them."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from chats.people import presence
from crm.compiled import compiled
from crm.models import Tenant, User
from crm.visibility import Scope

from . import frames
from .models import Chat, Message
from .people.colleagues import Colleague

# Clocks of machines and the time between taking a timestamp and committing it: a change may carry
# a time this much before the moment it became visible.
OVERLAP = timedelta(seconds=10)
# When more than this changed while a page was away, it reads itself anew instead.
MOST_ROWS_CAUGHT_UP = 100
MOST_MESSAGES_CAUGHT_UP = 500


@dataclass
class Audience:
    """People with open pages, with the scope each has at this moment; those who left are absent."""

    users: dict[UUID, User]
    scopes: dict[UUID, Scope]

    @classmethod
    def of(cls, user_ids: Iterable[UUID]) -> "Audience":
        users = {user.pk: user for user in _active(list(user_ids))}
        return cls(users, Scope.of_all(users.values()))

    def languages(self) -> set[str]:
        return {user.language for user in self.users.values()}


@dataclass
class Rendered:
    """One chat in one language: its row, its head, and its messages newer than some page's `seq`."""

    row: str
    head: str = ""
    messages: list[tuple[int, str]] = field(default_factory=list)

    def thread_after(self, seq: int) -> str:
        return "".join(text for number, text in self.messages if number > seq) + self.head


@dataclass
class Batch:
    """Some chats as they are now; `texts` by language and chat."""

    audience: Audience
    chats: dict[UUID, Chat]
    texts: dict[str, dict[UUID, Rendered]]
    too_much: bool = False

    def text_for(self, user_id: UUID, open_chat: UUID | None, seq: int) -> str:
        """What a page of this person gets, which shows `open_chat` up to `seq`."""
        if self.too_much:
            return frames.start_over()
        scope, user = self.audience.scopes[user_id], self.audience.users[user_id]
        seen = [chat for chat in self.chats.values() if scope.admits(chat) and not chat.merged_into_id]
        hidden = self.chats.keys() - {chat.pk for chat in seen}
        texts = self.texts[user.language]
        parts = [texts[chat.pk].row for chat in seen]
        if hidden:
            parts.append(frames.gone(hidden))
        if open_chat in hidden:
            parts.append(self._instead_of(self.chats[open_chat], scope))
        elif open_chat in self.chats:
            parts.append(texts[open_chat].thread_after(seq))
        return "".join(parts)

    def _instead_of(self, chat: Chat, scope: Scope) -> str:
        """For a page that shows a conversation it may not show any more."""
        went_to = chat.merged_into_id if scope.admits(chat) else None
        return frames.moved(went_to) if went_to else frames.closed()


def read_batch(
    tenant_id: UUID, chat_ids: Iterable[UUID], user_ids: Iterable[UUID], open_from: Mapping[UUID, int]
) -> Batch:
    """Read and render these chats; `open_from` says from which `seq` on pages show which of them.

    A fixed number of queries, whatever the number of pages.
    """
    audience = Audience.of(user_ids)
    chats = _read_chats(tenant_id, set(chat_ids), open_from.keys())
    presence.attach(chats.values())
    shown = {pk: seq for pk, seq in open_from.items() if pk in chats}
    messages = _newer(shown)
    zone = next((chat.tenant.zone for chat in chats.values()), None)
    texts: dict[str, dict[UUID, Rendered]] = {}
    for language in audience.languages():
        with translation.override(language), timezone.override(zone):
            texts[language] = {pk: _render(chat, pk in shown, messages) for pk, chat in chats.items()}
    return Batch(audience, chats, texts, too_much=len(messages) > MOST_MESSAGES_CAUGHT_UP)


def presences(tenant_id: UUID, chat_id: UUID, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What a chat's person is doing now, for each of these people who may see the chat."""
    audience = Audience.of(user_ids)
    chat = next(iter(_for_thread(tenant_id, [chat_id])), None)
    if chat is None:
        return {}
    presence.attach([chat])
    texts: dict[str, str] = {}
    for language in audience.languages():
        with translation.override(language), timezone.override(chat.tenant.zone):
            texts[language] = frames.presence(chat)
    return {pk: texts[audience.users[pk].language] for pk, scope in audience.scopes.items() if scope.admits(chat)}


def insiders(
    tenant_id: UUID, there: Mapping[UUID, tuple[Colleague, ...]], user_ids: Iterable[UUID], *, whole: bool = False
) -> dict[UUID, str]:
    """Which colleagues are in these chats, for each of these people as far as they may see the chats."""
    audience = Audience.of(user_ids)
    rows = Chat.objects.filter(tenant_id=tenant_id, pk__in=there.keys()).only("tenant", "team", "assigned_to")
    chats = list(rows) if there else []
    for chat in chats:
        chat.inside = there[chat.pk]
    texts: dict[tuple[str, frozenset[UUID]], str] = {}
    answers = {}
    for pk, scope in audience.scopes.items():
        seen = [chat for chat in chats if scope.admits(chat)]
        language = audience.users[pk].language
        key = (language, frozenset(chat.pk for chat in seen))
        if key not in texts:
            with translation.override(language):
                texts[key] = frames.inside(seen, whole=whole) if seen or whole else ""
        answers[pk] = texts[key]
    return answers


def changed_since(tenant_id: UUID, moment: datetime) -> list[UUID] | None:
    """Chats of the company that changed since; None when they are too many to send one by one, or it did itself."""
    if company_changed_since(tenant_id, moment):
        return None
    changed = Chat.objects.filter(tenant_id=tenant_id, updated_at__gte=moment - OVERLAP)
    found = list(changed.values_list("pk", flat=True)[: MOST_ROWS_CAUGHT_UP + 1])
    return found if len(found) <= MOST_ROWS_CAUGHT_UP else None


def company_changed_since(tenant_id: UUID, moment: datetime) -> datetime | None:
    """When its rules, rights or names changed last, if that was since."""
    changed = Tenant.objects.filter(pk=tenant_id, changed_at__gte=moment - OVERLAP)
    return changed.values_list("changed_at", flat=True).first()


def seqs_since(tenant_id: UUID, moment: datetime) -> dict[UUID, int]:
    """Chats of the company that changed since, each with its `seq`."""
    return dict(Chat.objects.filter(tenant_id=tenant_id, updated_at__gte=moment - OVERLAP).values_list("pk", "seq"))


@compiled
def _active(user_ids: list[UUID]) -> QuerySet[User]:
    return User.objects.filter(pk__any_of=user_ids, is_active=True, tenant__isnull=False)


def _read_chats(tenant_id: UUID, chat_ids: Set[UUID], opened: Set[UUID]) -> dict[UUID, Chat]:
    """Those that a page shows with all that their heads show, the others with what their rows do."""
    found: list[Chat] = []
    if rows := chat_ids - opened:
        found += _for_rows(tenant_id, list(rows))
    if heads := chat_ids & opened:
        found += _for_thread(tenant_id, list(heads))
    return {chat.pk: chat for chat in found}


@compiled
def _for_rows(tenant_id: UUID, chat_ids: list[UUID]) -> QuerySet[Chat]:
    return Chat.objects.filter(tenant_id=tenant_id, pk__any_of=chat_ids).with_row_details()


@compiled
def _for_thread(tenant_id: UUID, chat_ids: list[UUID]) -> QuerySet[Chat]:
    return Chat.objects.filter(tenant_id=tenant_id, pk__any_of=chat_ids).for_thread()


def _newer(open_from: Mapping[UUID, int]) -> list[Message]:
    if not open_from:
        return []
    newer = Q()
    for pk, seq in open_from.items():
        newer |= Q(chat_id=pk, seq__gt=seq)
    found = Message.objects.filter(newer).with_bubble_details().order_by("seq", "timestamp", "id")
    return list(found[: MOST_MESSAGES_CAUGHT_UP + 1])


def _render(chat: Chat, is_open: bool, messages: list[Message]) -> Rendered:
    if not is_open:
        return Rendered(frames.row(chat))
    bubbles = [(message.seq, frames.message(message)) for message in messages if message.chat_id == chat.pk]
    return Rendered(frames.row(chat), frames.head(chat), bubbles)
