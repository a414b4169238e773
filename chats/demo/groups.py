"""WhatsApp groups of the demo: several people write, and nobody becomes a lead."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from chats import actions
from chats.actions import Incoming
from chats.actions.locking import changing
from chats.actions.merging import index_chat
from chats.models import Ack, Chat, MessageType
from crm.identity import Address
from crm.models import User

from . import past
from .customers import Customer
from .opening import Opened
from .storyteller import random_key

# Who of the group speaks (None: one of us), and what.
TALK: tuple[tuple[int | None, str], ...] = (
    (0, "Bom dia, pessoal! Cheguei no endereço da Rua dos Jacarandás"),
    (1, "Bom dia! Estou a 10 minutos daí"),
    (None, "Bom dia, equipe! O cliente só libera a entrada depois das 9h, tudo bem?"),
    (0, "Tranquilo, aguardo na portaria"),
    (2, "Alguém está com a furadeira de impacto?"),
    (1, "Está comigo, levo à tarde"),
    (None, "Ótimo. Mandem fotos quando terminarem, por favor 📷"),
    (0, "Armário montado. Falta só nivelar as portas"),
    (2, "A peça lateral do buffet veio trocada, vou precisar de outra"),
    (None, "Anotado, a peça nova sai hoje do depósito."),
    (1, "👏👏"),
    (0, "Finalizado aqui! Cliente assinou o termo"),
)


def tell_group(opened: Opened, rng: random.Random, subject: str, people: list[Customer], ends_at: datetime) -> Chat:
    """A group's talk up to `ends_at` (local); the last question waits for an answer."""
    owner = opened.agents[-2]
    group = Address.parse(f"12036304{rng.randrange(10**10):010d}@g.us")
    facts = []
    for index, (speaker, text) in enumerate(TALK):
        at = ends_at - timedelta(minutes=7 * (len(TALK) - 1 - index))
        said_by = people[speaker % len(people)] if speaker is not None else None
        message = actions.receive_message(_line(opened, rng, group, said_by, text, at))
        if message is None:
            raise RuntimeError("A line of the group was taken for one that is stored already.")
        chat_id = message.chat_id
        fact = past.Fact(message.pk)
        facts.append(fact if said_by else replace(fact, author_id=owner.pk, client_id=random_key(rng)))
        if index == 1:
            _name(chat_id, subject, owner, at)
    past.stored_when_said(facts)
    return Chat.objects.get(pk=chat_id)


def _line(
    opened: Opened, rng: random.Random, group: Address, member: Customer | None, text: str, at: datetime
) -> Incoming:
    team = opened.company.numbers[-1].team
    return Incoming(
        tenant_id=opened.tenant.pk,
        session_id=opened.session_of(team).pk,
        team_id=opened.teams[team].pk,
        address=group,
        message_id=f"{'3A' if member else '3EB0'}{rng.getrandbits(72):018X}",
        from_me=member is None,
        timestamp=at,
        type=MessageType.TEXT,
        body=text,
        sender_name=member.name if member else "",
        sender_phone=member.phone if member else "",
        ack=None if member else Ack.READ,
    )


def _name(chat_id: UUID, subject: str, owner: User, at: datetime) -> None:
    chat = Chat.objects.get(pk=chat_id)
    actions.assign(chat, owner, by=owner)
    past.happened_at(chat, at + timedelta(minutes=1))
    with changing(chat.pk) as locked:
        locked.subject, locked.pinned = subject, True
    index_chat(Chat.objects.get(pk=chat.pk))
