"""Large data: as many more conversations as asked for, in the shapes the actions produce, by COPY."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import override

from chats.models import Chat, Message
from crm.models import Contact, ContactIdentity, Lead, Opportunity, Stage, StageChange, Tenant
from notifications.models import CRMNotification

from .bulk_chats import ChatWriter, House
from .bulk_talks import rehearse
from .companies import BULK_SLUG, CASA_AURORA, PET_FELIZ, Company
from .files import stored_files
from .opening import open_demo_company, reopened

CHATS_PER_TRANSACTION = 2000
# How many times the average a conversation is long; their mean is one.
LENGTHS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 2.0, 3.0)
WRITTEN = (Contact, ContactIdentity, Lead, Opportunity, StageChange, Chat, Message, CRMNotification)
Progress = Callable[[Iterable[int], str], Iterable[int]]


@dataclass(frozen=True)
class Size:
    """How much to write: about `messages` lines in exactly `chats` conversations of `tenants` companies."""

    chats: int
    messages: int
    tenants: int


def fill(size: Size, seed: int, now: datetime, progress: Progress) -> None:
    """Write it, some thousand chats a transaction: broken off, it leaves whole conversations behind."""
    # Not the stories' own numbers: ids drawn from them would be theirs.
    rng = random.Random(f"bulk {seed}")
    with override("pt-br"):
        houses = [_house(company, rng, now) for company in _companies(size.tenants)]
    average = max(3.0, size.messages / size.chats)
    writer = ChatWriter(rng, now)
    batches = range(0, size.chats, CHATS_PER_TRANSACTION)
    for start in progress(batches, f"{size.chats} chats"):
        for number in range(start, min(start + CHATS_PER_TRANSACTION, size.chats)):
            length = round(average * LENGTHS[rng.randrange(len(LENGTHS))])
            writer.write(houses[number % len(houses)], number, max(1, length))
        _store(writer)
    _tell_the_planner()


@transaction.atomic
def _store(writer: ChatWriter) -> None:
    with connection.cursor() as cursor:
        # Demo data need not survive a power cut.
        cursor.execute("SET LOCAL synchronous_commit = off")
    writer.tables.flush()


def _tell_the_planner() -> None:
    with connection.cursor() as cursor:
        for model in WRITTEN:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _companies(count: int) -> list[Company]:
    known = [CASA_AURORA, PET_FELIZ][:count]
    return [*known, *(_another(number) for number in range(3, count + 1))]


def _another(number: int) -> Company:
    """A company like the first one, under its own names."""
    slug = f"{BULK_SLUG}{number}"
    people = tuple(replace(person, email=person.email.replace("casaaurora", slug)) for person in CASA_AURORA.people)
    numbers = tuple(
        replace(line, waha_name=f"{line.waha_name}-{number}", phone=f"{line.phone[:-3]}{number:03d}")
        for line in CASA_AURORA.numbers
    )
    return replace(CASA_AURORA, name=f"Empresa Demo {number}", slug=slug, people=people, numbers=numbers, groups=())


def _house(company: Company, rng: random.Random, now: datetime) -> House:
    tenant = Tenant.objects.filter(slug=company.slug).first()
    opened = reopened(company, tenant) if tenant else open_demo_company(company)
    stages = Stage.objects.filter(tenant=opened.tenant, pipeline__is_default=True)
    local_now = now.astimezone(opened.tenant.zone)
    return House(opened, rehearse(company, rng, stored_files(), local_now), list(stages))
