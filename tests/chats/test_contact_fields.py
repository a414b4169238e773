"""Managers say what else the company wants to know of its customers."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.models import Contact, ContactField, User
from tests.cast import Company, Strangers
from tests.factories import ContactFactory

Browse = Callable[[User], Client]
PAGE = "/configuracoes/campos/"


def names(company: Company) -> list[str]:
    return list(ContactField.objects.filter(tenant=company.tenant).values_list("name", flat=True))


def test_a_manager_adds_renames_orders_and_removes_fields(company: Company, browse: Browse) -> None:
    client = browse(company.marta)
    for name, kind in (("Cidade", "TEXT"), ("Nascimento", "DATE")):
        assert client.post(f"{PAGE}novo/", {"name": name, "kind": kind}).status_code == 200
    assert names(company) == ["Cidade", "Nascimento"]
    contact = ContactFactory(tenant=company.tenant, custom_fields={"Cidade": "Santos", "Outro": 1})
    city, birth = ContactField.objects.filter(tenant=company.tenant)
    client.post(f"{PAGE}{city.pk}/", {"name": "Município"})
    assert Contact.objects.get(pk=contact.pk).custom_fields == {"Município": "Santos", "Outro": 1}
    client.post(f"{PAGE}{birth.pk}/order/", {"to": "up"})
    assert names(company) == ["Nascimento", "Município"]
    assert "Município" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{city.pk}/removal/")
    assert names(company) == ["Nascimento"]
    assert Contact.objects.get(pk=contact.pk).custom_fields["Município"] == "Santos"


def test_the_kind_of_a_field_stays_what_it_was_made_as(company: Company, browse: Browse) -> None:
    field = ContactField.objects.create(tenant=company.tenant, name="Limite", kind="MONEY")
    browse(company.marta).post(f"{PAGE}{field.pk}/", {"name": "Limite", "kind": "TEXT"})
    field.refresh_from_db()
    assert field.kind == "MONEY"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "cidade", "kind": "TEXT"}, "Já existe"),
        ({"name": "Origem", "kind": "CHOICE", "lines": " \n "}, "ao menos uma"),
        ({"name": "", "kind": "TEXT"}, "obrigatório"),
        ({"name": "Origem", "kind": "FOTO"}, "FOTO"),
    ],
)
def test_a_field_that_cannot_be_is_refused(company: Company, browse: Browse, values: dict[str, str], said: str) -> None:
    ContactField.objects.create(tenant=company.tenant, name="Cidade", kind="TEXT")
    response = browse(company.marta).post(f"{PAGE}novo/", values)
    assert (response.status_code, said in response.content.decode()) == (422, True)
    assert names(company) == ["Cidade"]


def test_options_are_a_line_each_and_none_twice(company: Company, browse: Browse) -> None:
    lines = "Google\r\n  Instagram \r\nGoogle\r\n"
    browse(company.marta).post(f"{PAGE}novo/", {"name": "Origem", "kind": "CHOICE", "lines": lines})
    assert ContactField.objects.get().options == ["Google", "Instagram"]


def test_agents_and_strangers_define_no_fields(company: Company, strangers: Strangers, browse: Browse) -> None:
    field = ContactField.objects.create(tenant=company.tenant, name="Cidade", kind="TEXT")
    assert browse(company.ana).get(PAGE).status_code == 403
    assert browse(company.ana).post(f"{PAGE}novo/", {"name": "X", "kind": "TEXT"}).status_code == 403
    assert "Cidade" not in browse(strangers.olga).get(PAGE).content.decode()
    for noun in ("", "order/", "removal/"):
        assert browse(strangers.olga).post(f"{PAGE}{field.pk}/{noun}", {"name": "X", "to": "up"}).status_code == 404
    assert names(company) == ["Cidade"]
