"""Statements that are compiled once read what the queryset they were made of would read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from crm.compiled import PLACEHOLDER, compiled, planned_anew
from crm.models import Contact, Tenant
from tests.cast import Company, Strangers
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@compiled
def called(tenant_id: UUID, name: str, *, most: int = 10) -> QuerySet[Contact]:
    found = Contact.objects.filter(tenant=tenant_id, name=name).select_related("tenant")
    return found.order_by("created_at")[:most]


@pytest.fixture
def ritas(company: Company, strangers: Strangers) -> list[Contact]:
    """Two of ours, one of strangers."""
    tenants: list[Tenant] = [company.tenant, company.tenant, strangers.tenant]
    return [Contact.objects.create(tenant=tenant, name="Rita") for tenant in tenants]


def test_each_call_reads_by_its_own_values(ritas: list[Contact], company: Company, strangers: Strangers) -> None:
    assert called(company.tenant.pk, "Rita") == ritas[:2]
    assert called(strangers.tenant.pk, "Rita") == ritas[2:]
    assert called(company.tenant.pk, "Zoe") == []


def test_what_is_named_shapes_the_statement(ritas: list[Contact], company: Company) -> None:
    assert called(company.tenant.pk, "Rita", most=1) == ritas[:1]
    assert called(company.tenant.pk, "Rita", most=2) == ritas[:2]


def test_related_rows_come_with_it(ritas: list[Contact], company: Company) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert called(company.tenant.pk, "Rita")[0].tenant.name == company.tenant.name
    assert len(queries) == 1


def test_the_queryset_is_built_once(ritas: list[Contact], company: Company) -> None:
    built = []

    @compiled
    def since(tenant_id: UUID, moment: datetime) -> QuerySet[Contact]:
        built.append(moment)
        return Contact.objects.filter(tenant=tenant_id, created_at__gt=moment)

    assert len(since(company.tenant.pk, NOON - timedelta(days=9999))) == 2
    assert len(since(company.tenant.pk, NOON + timedelta(days=9999))) == 0
    assert len(built) == 1


def test_dicts_are_read_as_well(ritas: list[Contact], company: Company) -> None:
    @compiled
    def names(tenant_id: UUID) -> "QuerySet[Contact, dict[str, str]]":
        return Contact.objects.filter(tenant=tenant_id, name="Rita").values("name")

    assert names(company.tenant.pk) == [{"name": "Rita"}] * 2


@pytest.mark.parametrize("change", [str.upper, lambda name: "Rita"])
def test_a_value_that_the_statement_has_not_as_it_is_is_refused(change: Callable[[str], str]) -> None:
    @compiled
    def changed(name: str) -> QuerySet[Contact]:
        return Contact.objects.filter(name=change(name))

    with pytest.raises(TypeError):
        changed("rita")


def test_who_is_not_there_is_not_found(company: Company) -> None:
    assert called(uuid4(), "Rita") == []


def test_rows_come_in_the_form_that_was_asked_for(ritas: list[Contact], company: Company) -> None:
    @compiled
    def names(tenant_id: UUID) -> QuerySet[Contact, str]:
        return Contact.objects.filter(tenant=tenant_id).values_list("name", flat=True)

    @compiled
    def pairs(tenant_id: UUID) -> QuerySet[Contact, tuple[str, str]]:
        return Contact.objects.filter(tenant=tenant_id).values_list("name", "phone")

    @compiled
    def named(tenant_id: UUID) -> QuerySet[Contact, dict[str, str]]:
        return Contact.objects.filter(tenant=tenant_id).values("name")

    assert names(company.tenant.pk) == ["Rita", "Rita"]
    assert pairs(company.tenant.pk) == [("Rita", ritas[0].phone)] * 2
    assert named(company.tenant.pk) == [{"name": "Rita"}] * 2


def test_the_first_call_asks_once_too(ritas: list[Contact], company: Company) -> None:
    @compiled
    def everybody(tenant_id: UUID) -> QuerySet[Contact]:
        return Contact.objects.filter(tenant=tenant_id)

    with CaptureQueriesContext(connection) as queries:
        everybody(company.tenant.pk)
    assert len(queries) == 1


def test_what_is_no_value_of_a_call_is_written_out(company: Company, strangers: Strangers) -> None:
    name = "50% off: 'it''s' %s"
    wanted, _other = [Contact.objects.create(tenant=company.tenant, name=each) for each in (name, "50 off")]

    @compiled
    def discounted(tenant_id: UUID) -> QuerySet[Contact]:
        return Contact.objects.filter(tenant=tenant_id, name__startswith=name, created_at__gt=NOON, tags=None)

    Contact.objects.create(tenant=strangers.tenant, name=name)
    Contact.objects.update(created_at=NOON + timedelta(days=1))
    assert discounted(company.tenant.pk) == [wanted]


def test_a_constant_that_looks_like_a_placeholder_is_none(company: Company) -> None:
    wanted = Contact.objects.create(tenant=company.tenant, name=PLACEHOLDER)

    @compiled
    def odd(tenant_id: UUID) -> QuerySet[Contact]:
        return Contact.objects.filter(tenant=tenant_id, name=PLACEHOLDER)

    assert odd(company.tenant.pk) == [wanted]


def test_what_is_planned_anew_is_not_prepared(ritas: list[Contact], company: Company) -> None:
    @planned_anew
    def anew(tenant_id: UUID) -> QuerySet[Contact]:
        return Contact.objects.filter(tenant=tenant_id, name="Rita").order_by("created_at")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        before = cursor.fetchone()
        assert anew(company.tenant.pk) == ritas[:2]
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == before


def test_other_statements_are_not_prepared(company: Company) -> None:
    called(company.tenant.pk, "Rita")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        before = cursor.fetchone()
        for _ in range(10):
            assert not Contact.objects.filter(tenant=company.tenant.pk, name="Rita").exists()
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == before
    assert before >= (1,)
