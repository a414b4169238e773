"""What is exported opens in Excel, runs nothing there, and changes nothing when it is imported again."""

import csv
import io
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chats.actions import importing
from crm import exporting
from crm.actions import save_contact
from crm.models import AuditLog, Contact, ContactField, IfKnown, Tag, User
from tests.cast import Company, Strangers
from tests.factories import ContactFactory

Browse = Callable[[User], Client]


def content(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined] # a streaming response


def table(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def contacts(company: Company) -> list[Contact]:
    """Everything that could go wrong on the way."""
    rows: list[dict[str, object]] = [
        {"name": "João Ávila", "phone": "5511988887777", "email": "joao@x.example", "company": "Padaria; e mais"},
        {"name": "=1+1", "phone": "12025550143", "notes": '"duas"\nlinhas; com ; e , e \t tab'},
        {"name": "'=já com apóstrofo", "phone": "551133334444", "company": "@arroba"},
        {"name": "-menos", "phone": "5521977776666", "notes": "+55 no começo"},
        {"name": "", "phone": "5531966665555"},
        {"name": "  espaços  ", "phone": "5541955554444", "notes": "fim com quebra\r\n"},
        {"name": "Só e-mail", "email": "so@x.example"},
        {"name": "Só nome"},
    ]
    own = {
        "Apelido": ("TEXT", "=Zu"),
        "Compras": ("NUMBER", 1234),
        "Altura": ("NUMBER", 1.75),
        "Limite": ("MONEY", "12345.60"),
        "Nascimento": ("DATE", "1990-02-28"),
        "Aceita": ("BOOLEAN", False),
        "Canal": ("CHOICE", "Loja física"),
    }
    for name, (kind, _value) in own.items():
        ContactField.objects.create(tenant=company.tenant, name=name, kind=kind, options=["Loja física", "Site"])
    rows[0]["custom_fields"] = {name: value for name, (_kind, value) in own.items()}
    tags = [Tag.objects.create(tenant=company.tenant, name=name) for name in ("VIP", "Feira, 2026", "A|B")]
    made = [save_contact(Contact(tenant=company.tenant, **row)) for row in rows]
    made[0].tags.set(tags[:2])
    made[1].tags.set(tags[1:2])
    return made


@pytest.mark.parametrize("choice", [IfKnown.FILL, IfKnown.OVERWRITE])
def test_what_is_exported_and_imported_again_changes_nothing(
    company: Company, contacts: list[Contact], browse: Browse, choice: str
) -> None:
    before = list(Contact.objects.order_by("pk").values())
    worn = set(Contact.tags.through.objects.values_list("contact", "tag"))
    file = content(browse(company.marta).get("/contatos/exportar/"))
    order = importing.take_file(company.marta, "contatos.csv", file)
    order.if_known = choice
    importing.check(order)
    importing.run_turn(order.pk)
    order.refresh_from_db()
    importing.run(order)
    importing.run_turn(order.pk)
    order.refresh_from_db()
    assert order.mapping[:7] == ["id", "name", "phone", "email", "company", "tags", "notes"]
    assert (order.unchanged_count, order.problem_count) == (len(contacts), 0), list(order.problems.values())
    assert list(Contact.objects.order_by("pk").values()) == before
    assert set(Contact.tags.through.objects.values_list("contact", "tag")) == worn


def test_the_file_is_one_that_excel_opens_in_portuguese(
    company: Company, contacts: list[Contact], browse: Browse
) -> None:
    response = browse(company.marta).get("/contatos/exportar/")
    day = timezone.localdate().isoformat()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        f"contatos%20{day}.csv" in response.headers["Content-Disposition"]
        or f"contatos {day}.csv" in (response.headers["Content-Disposition"])
    )
    file = content(response)
    assert file.startswith(b"\xef\xbb\xbf")
    first = table(file)[0]
    assert (first["Nome"], first["Telefone"], first["Empresa"]) == ("João Ávila", "(11) 98888-7777", "Padaria; e mais")
    assert first["Etiquetas"] == "Feira, 2026 | VIP"
    assert (first["Compras"], first["Limite"], first["Nascimento"]) == ("1.234", "12.345,60", "28/02/1990")
    assert (first["Aceita"], first["Altura"]) == ("Não", "1,75")
    told = AuditLog.objects.get(action="data.exported")
    assert (told.user, told.after) == (company.marta, {"what": "contacts", "count": len(contacts)})


def test_no_cell_of_the_file_is_a_formula(company: Company, contacts: list[Contact], browse: Browse) -> None:
    for row in table(content(browse(company.marta).get("/contatos/exportar/"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values() if cell)


def test_the_file_has_the_list_as_it_is_filtered_or_those_who_were_chosen(
    company: Company, contacts: list[Contact], strangers: Strangers, browse: Browse
) -> None:
    theirs = ContactFactory(tenant=strangers.tenant)
    client = browse(company.marta)
    assert [row["Nome"] for row in table(content(client.get("/contatos/exportar/", {"q": "avila"})))] == ["João Ávila"]
    chosen = {"contact": [contacts[0].pk, contacts[7].pk, theirs.pk]}
    assert [row["Nome"] for row in table(content(client.post("/contatos/exportar/", chosen)))] == [
        "João Ávila",
        "Só nome",
    ]


def test_a_long_list_is_read_piece_by_piece(company: Company, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PIECE", 3)
    made = ContactFactory.create_batch(10, tenant=company.tenant)
    rows = table(content(browse(company.marta).get("/contatos/exportar/")))
    assert [row["Nome"] for row in rows] == [contact.name for contact in made]


@pytest.mark.parametrize("path", ["/contatos/exportar/", "/contatos/importar/"])
def test_all_of_the_companys_customers_are_no_agents_to_carry_away(company: Company, browse: Browse, path: str) -> None:
    assert browse(company.ana).get(path).status_code == 403
    assert "/contatos/exportar/" not in browse(company.ana).get("/contatos/").content.decode()
