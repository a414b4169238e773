"""The whole demo, in the order in which it is made."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import override

from crm.actions import create_lead_once
from crm.models import LeadSource

from . import endings, past
from .companies import CASA_AURORA, PET_FELIZ, Company
from .customers import Customer, invent_customers
from .deals import SalesBook
from .files import Files, stored_files
from .groups import tell_group
from .opening import Opened, open_demo_company, open_platform
from .plots import Cut, Plot, invent_plots
from .spreadsheet import bring_from_fair
from .storyteller import Storyteller, Told
from .systems import connect_systems

DEFAULT_CHATS = 120
SECOND_COMPANY_CHATS = 10
# Every so many customers hide their phone behind a LID; the first of them hides it altogether.
HIDDEN_EVERY = 31
Progress = Callable[[Iterable[Plot], str], Iterable[Plot]]


@transaction.atomic
def make_world(now: datetime, seed: int, chats: int, progress: Progress) -> list[Opened]:
    """Both companies with all their conversations; `now` (UTC) is when the story stands still.

    One transaction: a demo that broke off half-way is no demo, and must not look like one.
    """
    rng = random.Random(seed)
    files = stored_files()
    with override("pt-br"):
        open_platform()
        aurora = _tell_company(CASA_AURORA, rng, files, chats, now, progress)
        feliz = _tell_company(PET_FELIZ, rng, files, min(chats, SECOND_COMPANY_CHATS), now, progress)
    return [aurora, feliz]


def _tell_company(
    company: Company,
    rng: random.Random,
    files: Files,
    chats: int,
    now: datetime,
    progress: Progress,
) -> Opened:
    opened = open_demo_company(company)
    local_now = now.astimezone(opened.tenant.zone)
    talks = max(1, chats - len(company.groups))
    plots = invent_plots(rng, company.scenes, talks, local_now)
    people = invent_customers(rng, talks + 6)
    teller, book = Storyteller(opened, rng, files), SalesBook(opened, rng, local_now)
    told = []
    for index, plot in enumerate(progress(plots, company.name)):
        told.append(_tell(teller, book, plot, people[index], index, local_now))
    for number, subject in enumerate(company.groups):
        tell_group(opened, rng, subject, people[talks:], local_now - timedelta(hours=1 + 20 * number))
    _go_wrong(told, rng)
    _add_leads(opened, told)
    bring_from_fair(opened, rng, now - timedelta(days=4, hours=3))
    connect_systems(opened, rng, now)
    past.date_company(opened.tenant, now - timedelta(days=30))
    return opened


def _tell(teller: Storyteller, book: SalesBook, plot: Plot, customer: Customer, index: int, now: datetime) -> Told:
    told = teller.tell(plot, customer, hidden=_lid(customer) if index % HIDDEN_EVERY == HIDDEN_EVERY - 1 else "")
    endings.end(told, teller.rng, now)
    book.write(told)
    return told


def _lid(customer: Customer) -> str:
    return f"{int(customer.phone) * 7 % 10**14:014d}@lid"


def _go_wrong(told: list[Told], rng: random.Random) -> None:
    """One answer failed, one may have left, one waits for its first tick."""
    answered = [one for one in told if one.plot.standing.cut is Cut.AGENT and one.plot.standing.minutes]
    for one, trouble in zip(answered, (endings.fail_to_send, endings.lose_a_send), strict=False):
        trouble(one, rng, one.plot.ends_at + timedelta(minutes=1))
    for one in answered[2:3]:
        endings.wait_for_a_tick(one, rng, one.plot.ends_at + timedelta(minutes=1))


def _add_leads(opened: Opened, told: list[Told]) -> None:
    """Leads that did not come by WhatsApp, of people the company knew already."""
    known = [one.chat.contact for one in told if one.chat.contact and not one.chat.lead_id]
    sources = (LeadSource.AD, LeadSource.MANUAL, LeadSource.IMPORT, LeadSource.API)
    for contact, source in zip(known, sources * 2, strict=False):
        create_lead_once(contact, source)


__all__ = ["DEFAULT_CHATS", "make_world"]
