"""Finding ready-made answers: by a few letters of the shortcut or of the text, accents and capitals apart."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Q

from chats.models import QuickReply
from crm.models import User
from crm.search import fold

MOST_SUGGESTED = 8


def offered_to(user: User, *, also: Collection[UUID] = ()) -> list[QuickReply]:
    """All that this person may insert (and those of `also`), the most used first, each with its `file_count`."""
    offered = QuickReply.objects.offered_to(user).values("pk")
    replies = QuickReply.objects.filter(Q(pk__in=offered) | Q(pk__in=also)).select_related("team")
    return list(replies.annotate(file_count=Count("files")).order_by("-used_count", "shortcut"))


def matching(replies: list[QuickReply], typed: str) -> list[QuickReply]:
    """Those that fit what was typed, the best first; among equals the order stays."""
    wanted = fold(typed.strip())
    ranked = [(rank, reply) for reply in replies if (rank := _rank(reply, wanted)) is not None]
    return [reply for _rank_of, reply in sorted(ranked, key=lambda pair: pair[0])]


def _rank(reply: QuickReply, wanted: str) -> int | None:
    """0 shortcut begins with it, 1 has it, 2 the text has it, 3 its letters stand in the shortcut in this order."""
    shortcut = fold(reply.shortcut)
    if shortcut.startswith(wanted):
        return 0
    if wanted in shortcut:
        return 1
    if wanted in fold(reply.body):
        return 2
    letters = iter(shortcut)
    return 3 if all(letter in letters for letter in wanted.replace(" ", "")) else None
