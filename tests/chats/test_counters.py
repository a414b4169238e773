"""The numbers on the tabs are what the tabs hold."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chats.lists.counters import Counters, counters_of
from chats.lists.listing import ListFilter
from chats.models import Chat, ChatStatus
from crm.models import Contact, User, VisibilityPolicy
from tests.cast import Company, Strangers
from tests.factories import NOON, ChatFactory, TeamFactory


def make_many(company: Company, count: int, **fields: object) -> None:
    """Chats in bulk: their contacts do not matter."""
    Chat.objects.bulk_create(
        Chat(tenant=company.tenant, phone=f"55118{number:08}", **fields) for number in range(count)
    )


def test_each_tab_is_counted(company: Company, strangers: Strangers) -> None:
    ChatFactory(tenant=company.tenant, assigned_to=company.ana)
    ChatFactory(tenant=company.tenant, assigned_to=company.ana, unread_count=7)
    ChatFactory(tenant=company.tenant, assigned_to=company.bruno, unread_count=1)
    ChatFactory(tenant=company.tenant, status=ChatStatus.PENDING)
    ChatFactory(tenant=company.tenant, status=ChatStatus.RESOLVED, assigned_to=company.ana)
    ChatFactory(tenant=company.tenant, is_group=True)
    ChatFactory(tenant=company.tenant, snoozed_until=NOON)
    ChatFactory(tenant=strangers.tenant)
    assert counters_of(company.ana) == Counters(
        mine=2, unassigned=1, all=4, groups=1, unread=1, incoming=0, bell=0, late=0
    )


@pytest.mark.parametrize("policy", VisibilityPolicy.values)
@pytest.mark.parametrize("person", ["ana", "bruno", "marta"])
def test_a_counter_is_the_length_of_its_list(company: Company, policy: str, person: str) -> None:
    company.tenant.visibility = policy
    company.tenant.save()
    support = TeamFactory(tenant=company.tenant)
    for owner in (company.ana, company.bruno, None):
        for team in (company.sales, support, None):
            ChatFactory(tenant=company.tenant, assigned_to=owner, team=team)
            ChatFactory(tenant=company.tenant, assigned_to=owner, team=team, is_group=True)
    user = User.objects.get(pk=getattr(company, person).pk)
    counted = counters_of(user)
    lengths = [ListFilter(tab=tab).select(user).count() for tab in ("minhas", "fila", "todas", "grupos")]
    assert [counted.mine, counted.unassigned, counted.all, counted.groups] == lengths


@pytest.mark.parametrize(("count", "shown"), [(99, "99"), (100, "99+"), (101, "99+"), (250, "99+")])
def test_from_a_hundred_on_it_says_more_than_ninety_nine(company: Company, count: int, shown: str) -> None:
    make_many(company, count)
    assert counters_of(company.ana).shown()["all"] == shown


def test_the_page_shows_them(company: Company, browse: Callable[[User], Client]) -> None:
    make_many(company, 120)
    text = browse(company.ana).get("/atendimento/list/").content.decode()
    assert '<span id="counter-unassigned" class="counter" data-count="99+">99+</span>' in text
    assert '<span id="counter-mine" class="counter" data-count="0">0</span>' in text


def test_all_of_them_are_one_query(company: Company, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert not Contact.objects.exists()
    with django_assert_num_queries(1):
        counters_of(company.ana)
