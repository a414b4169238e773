"""What was said: the messages in which the words of a search stand, in whatever conversation one may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from uuid import UUID

from django.utils import timezone

from chats.models import Chat, Message
from crm.models import User
from crm.search import WORD, fold
from crm.words_by_month import FIRST_MONTH, month_of

SHORTEST = 3
MOST = 20
# A message and its chat.
Key = tuple[UUID, UUID]
# So many months are looked through at a time, the newest first: where a clock is ahead, next month's as well.
REACHES = (3, 4, 18, 12 * 100)
# Who sees all finds enough in the first piece of them.
PIECES = (slice(0, 100), slice(100, 2_000), slice(2_000, None))
# So much of the text stands before what was looked for, and in all: on the narrowest row the words must be in sight.
BEFORE, AROUND = 15, 110


@dataclass(frozen=True)
class Said:
    """A message that was found, and the part of its text that says why: pieces, each with whether it was looked for."""

    message: Message
    pieces: list[tuple[str, bool]]


def find_said(user: User, typed: str) -> list[Said]:
    """The latest messages with these words; none for less than three letters."""
    if user.tenant_id is None or len(typed.strip()) < SHORTEST:
        return []
    keys = list(islice(_in_sight(user, _latest(user.tenant_id, typed)), MOST))
    rows = Message.objects.filter(pk__any_of=keys).newest_first()
    found = rows.select_related("chat__contact", "author").defer("chat__search") if keys else []
    return [Said(message, excerpt(message.body or "", typed)) for message in found]


def _latest(tenant_id: UUID, typed: str) -> Iterator[list[Key]]:
    """What a company's people said with these words, in pieces, the newest first.

    Looked for in ever more months: most of what is looked for was said lately, and of a common word nobody wants to
    wait for all that was ever said with it.
    """
    newest = month_of(timezone.now().astimezone(UTC)) + 1
    for months in REACHES:
        said = Message.objects.said_in(range(newest, max(newest - months, FIRST_MONTH - 1), -1), typed, tenant_id)
        keys = said.newest_first().values_list("pk", "chat_id")
        for piece in PIECES:
            found = list(keys[piece])
            yield found
            if piece.stop is None or len(found) < piece.stop - piece.start:
                break
        newest -= months


def _in_sight(user: User, pieces: Iterable[list[Key]]) -> Iterator[UUID]:
    """The messages of chats that the person may see."""
    for piece in pieces:
        chats = Chat.objects.visible_to(user).filter(pk__any_of=list({chat for _message, chat in piece}))
        seen = set(chats.values_list("pk", flat=True)) if piece else set()
        yield from (message for message, chat in piece if chat in seen)


def excerpt(text: str, typed: str) -> list[tuple[str, bool]]:
    """The first words looked for, and what stands around them."""
    text = " ".join(text.split())
    # Folding makes some letters two: each folded one knows the place of its own.
    folded = [(letter, place) for place, char in enumerate(text) for letter in fold(char)]
    plain = "".join(letter for letter, _place in folded)
    looked_for = tuple(WORD.findall(fold(typed)))
    spans = [
        (folded[match.start()][1], folded[match.start() + len(prefix) - 1][1] + 1)
        for match in WORD.finditer(plain)
        if (prefix := next((word for word in looked_for if match[0].startswith(word)), ""))
    ]
    first = spans[0][0] if spans else 0
    start = 0 if first <= BEFORE else (text.find(" ", first - BEFORE, first) + 1 or first)
    pieces, at = [("…" if start else "", False)], start
    for begin, last in spans:
        if last <= start + AROUND:
            pieces += [(text[at:begin], False), (text[begin:last], True)]
            at = last
    pieces.append((text[at : start + AROUND], False))
    return [(piece, is_match) for piece, is_match in pieces if piece]
