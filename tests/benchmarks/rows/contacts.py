"""The list of contacts and its search, for a company with 100,000 of them; the server's answer, whole."""

import time
from collections.abc import Iterator
from uuid import UUID

import requests

from crm.models import Contact, Tenant, new_key
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House

CONTACTS = 100_000
MOST_MS = 150
GIVEN = ("Ana", "Bruno", "Célia", "Davi", "Érica", "Fábio", "Gabriela", "Hugo", "Íris", "João")
FAMILY = ("Almeida", "Barros", "Conceição", "Duarte", "Espíndola", "Farias", "Guimarães", "Ávila", "Núñez", "Zanon")
LOOKS = {
    "first page, by name": "",
    "first page, newest": "ordem=recentes",
    "first page, latest conversation": "ordem=conversa",
    "a name": "q=%C3%A9rica+av",
    "a beginning that thousands have": "q=jo",
    "part of a phone": "q=98812-34",
    "nobody": "q=xyzw",
    "without a conversation": "conversa=sem",
}


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(50_000)
    _fill(company, CONTACTS // 10 if house.quick else CONTACTS)
    session = requests.Session()
    session.cookies.set("sessionid", house.session_of(house.somebody_of(company)))
    runs = house.runs(20)
    floor = middle([_ask(session, f"{house.web.url}/healthz") for _ in range(30)])
    for what, query in LOOKS.items():
        took = [_ask(session, f"{house.web.url}/contatos/?{query}") for _ in range(runs)]
        yield _figure(what, took, floor, runs)
    deep = f"{house.web.url}/contatos/rows/?depois={_deep_key(company.pk)}"
    yield _figure("a page half-way down", [_ask(session, deep) for _ in range(runs)], floor, runs)


def _figure(what: str, took: list[float], floor: float, runs: int) -> Figure:
    return Figure("contacts", what, middle(took), "ms", MOST_MS, floor=floor, floor_name="empty GET", runs=runs)


def _ask(session: requests.Session, address: str) -> float:
    began = time.monotonic()
    answer = session.get(address, timeout=60, allow_redirects=False)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return (time.monotonic() - began) * 1000


def _fill(company: Tenant, wanted: int) -> None:
    """People who never wrote, until there are enough."""
    missing = wanted - Contact.objects.filter(tenant=company).count()
    Contact.objects.bulk_create(
        (
            Contact(
                id=new_key(),
                tenant=company,
                name=f"{GIVEN[at % 10]} {FAMILY[at // 10 % 10]} {at}",
                phone=f"55219{88000000 + at}",
                company=f"Empresa {at % 997}",
            )
            for at in range(max(0, missing))
        ),
        batch_size=5000,
    )


def _deep_key(company_id: UUID) -> str:
    rows = Contact.objects.filter(tenant=company_id, merged_into=None).order_by("sort_name", "id")
    half = rows.count() // 2
    contact = rows[half]
    return f"{contact.sort_name},{contact.pk}"
