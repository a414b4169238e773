"""A list that the manager brought from a fair: people who never wrote, and some rows that could not be taken."""

import random
from datetime import datetime, timedelta

from chats.actions import importing
from crm.models import Contact, ContactImport, Lead, LeadSource

from .customers import CITIES, EMPLOYERS, FAMILY_NAMES, MEN, WOMEN
from .opening import Opened

PEOPLE = 36
HEADER = "Nome;Celular;E-mail;Empresa;Cidade;Etiquetas"
# As lists from fairs are: a phone without its area code, one that Excel shortened, nobody's, and one twice.
BAD_ROWS = (
    "Rita Moura;97777-1212;;;;VIP",
    "Construtora Ipê;5,51198E+12;;Construtora Ipê;;",
    "Sem contato;;;;;",
)


def bring_from_fair(opened: Opened, rng: random.Random, at: datetime) -> None:
    """The file, its trial run and its import, on that day."""
    rows = [_row(rng, number) for number in range(PEOPLE)]
    lines = [HEADER, *rows, *BAD_ROWS, rows[0]]
    order = importing.take_file(opened.manager, "feira-casa-e-design.csv", "\r\n".join(lines).encode("cp1252"))
    order.creates_leads = True
    importing.check(order)
    importing.run_turn(order.pk)
    order.refresh_from_db()
    importing.run(order)
    importing.run_turn(order.pk)
    _date(opened, order, at)


def _row(rng: random.Random, number: int) -> str:
    city, area, _quarters = rng.choice(CITIES)
    name = f"{rng.choice(WOMEN + MEN)} {rng.choice(FAMILY_NAMES)}"
    company = rng.choice(EMPLOYERS) if rng.random() < 0.4 else ""
    email = f"feira{number}@exemplo.example" if rng.random() < 0.5 else ""
    tag = "VIP" if rng.random() < 0.2 else ""
    phone = f"({area}) 9{rng.choice('6789')}1{number:02d}-{rng.randrange(1000, 10000)}"
    return f"{name};{phone};{email};{company};{city};{tag}"


def _date(opened: Opened, order: ContactImport, at: datetime) -> None:
    leads = Lead.objects.filter(tenant=opened.tenant, source=LeadSource.IMPORT)
    Contact.objects.filter(leads__in=leads).update(created_at=at)
    leads.update(created_at=at)
    finished_at = at + timedelta(seconds=2)
    ContactImport.objects.filter(pk=order.pk).update(created_at=at, started_at=at, finished_at=finished_at)
