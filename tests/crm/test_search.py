"""Search words: folded, prefixed, and any part of a phone."""

import pytest
from django.db import connection

from crm.models import Contact, Tenant
from crm.search import document, fold, prefix_query
from tests.factories import ContactFactory, TenantFactory


def finds(typed: str, *texts: str, phones: tuple[str, ...] = ()) -> bool:
    """Whether PostgreSQL finds a row of these texts by what was typed."""
    query = prefix_query(typed)
    assert query is not None
    rows = Contact.objects.annotate(words=document(*texts, phones=phones))
    return rows.filter(words=query).exists()


@pytest.fixture
def one_row(db: None) -> Tenant:
    tenant: Tenant = TenantFactory()
    ContactFactory(tenant=tenant)
    return tenant


def test_case_and_accents_are_folded() -> None:
    assert fold("João ÁVILA Ç") == "joao avila c"


@pytest.mark.parametrize("typed", ["joao", "JOÃO", "jo", "avila", "áv", "joao avi", "avila joao", "d'avila"])
def test_a_name_is_found_by_the_beginning_of_its_words(one_row: Tenant, typed: str) -> None:
    assert finds(typed, "João D'Ávila")


@pytest.mark.parametrize("typed", ["oao", "joaoavila", "maria", "joao maria"])
def test_what_begins_no_word_finds_nothing(one_row: Tenant, typed: str) -> None:
    assert not finds(typed, "João D'Ávila")


@pytest.mark.parametrize(
    "typed",
    ["5511988887777", "+55 (11) 98888-7777", "11988887777", "11 98888", "88887777", "7777", "8777", "98888.7777"],
)
def test_a_phone_is_found_by_any_part_of_it(one_row: Tenant, typed: str) -> None:
    assert finds(typed, "João", phones=("5511988887777",))


def test_another_phone_is_not_found(one_row: Tenant) -> None:
    assert not finds("98888-7778", "João", phones=("5511988887777",))


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "()&|:*'\\"])
def test_signs_alone_are_no_search(typed: str) -> None:
    assert prefix_query(typed) is None


@pytest.mark.parametrize("typed", ["joao & | ! :*", "a:* | b", "'; DROP TABLE chats; --", "joao\\", "²²²²", "١٢٣٤"])
def test_operators_of_the_database_are_only_text(one_row: Tenant, typed: str) -> None:
    query = prefix_query(typed)
    if query is not None:
        list(Contact.objects.annotate(words=document("João")).filter(words=query))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM chats LIMIT 1")
