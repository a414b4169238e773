"""What was said: the messages in which the words of a search stand, in whatever conversation one may see."""

from dataclasses import dataclass

from chats.models import Chat, Message
from crm.models import User
from crm.search import WORD, fold

SHORTEST = 3
MOST = 20
BEFORE, AROUND = 30, 110


@dataclass(frozen=True)
class Said:
    """A message that was found, and the part of its text that says why: pieces, each with whether it was looked for."""

    message: Message
    pieces: list[tuple[str, bool]]


def find_said(user: User, typed: str) -> list[Said]:
    """The latest messages with these words, in one query; none for less than three letters."""
    if len(typed.strip()) < SHORTEST:
        return []
    chats = Chat.objects.visible_to(user)
    rows = Message.objects.saying(typed).filter(chat__in=chats).newest_first()
    found = rows.select_related("chat__contact", "author").defer("chat__search")[:MOST]
    return [Said(message, excerpt(message.body or "", typed)) for message in found]


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
    start = max(0, spans[0][0] - BEFORE) if spans else 0
    pieces, at = [("…" if start else "", False)], start
    for first, last in spans:
        if last <= start + AROUND:
            pieces += [(text[at:first], False), (text[first:last], True)]
            at = last
    pieces.append((text[at : start + AROUND], False))
    return [(piece, is_match) for piece, is_match in pieces if piece]
