"""Two who answer one customer: the second is shown what the first wrote before their own words leave."""

from dataclasses import dataclass
from uuid import UUID

from chats.models import INTERNAL, Chat, Message
from crm.models import User


@dataclass(frozen=True)
class Seen:
    """What an author's page showed when they sent: all up to `seq`; `answer` is the last bubble of ours on it."""

    seq: int
    answer: UUID | None = None


class Overtaken(Exception):
    """The customer has been answered meanwhile, by somebody else or on the phone."""

    def __init__(self, missed: list[Message]) -> None:
        super().__init__("answered meanwhile")
        self.missed = missed


def check_not_overtaken(chat: Chat, author: User, seen: Seen) -> None:
    """Raise `Overtaken` when others answered after what the page showed. The chat is locked: nobody slips in.

    A tick raises the `seq` of an old message too; what was stored before the last answer on the page is no news.
    """
    answers = Message.objects.filter(chat=chat, from_me=True).after(seen.seq).shown().exclude(type__in=INTERNAL)
    if seen.answer:
        shown = Message.objects.filter(chat=chat, pk=seen.answer).values_list("created_at", flat=True).first()
        answers = answers.filter(created_at__gt=shown) if shown else answers
    # What nobody wrote, such as a greeting, was sent by ourselves too, but answers nothing.
    missed = [each for each in answers if each.author_id != author.pk and (each.author_id or not each.send_state)]
    if missed:
        raise Overtaken(missed)
