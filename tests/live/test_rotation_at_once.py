"""Many customers write at the same moment: turns are taken one after the other, and no place is filled twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connection

from chats import actions
from chats.models import Chat
from crm.models import Distribution, Tenant
from tests.cast import Company, make_company
from tests.factories import ChatFactory, UserFactory
from tests.presence import come
from tests.processes import Web
from tests.webhooks import says

from .test_one_person_at_once import post

CUSTOMERS, THREADS = 40, 12


@pytest.fixture
def rotating(transactional_db: None) -> Company:
    """Four agents are there, who hold eight chats each."""
    company = make_company()
    Tenant.objects.update(distribution=Distribution.ROTATION, chat_capacity=8)
    come(company.ana, company.bruno, *(UserFactory(tenant=company.tenant) for _ in range(2)))
    return company


def shares() -> list[int]:
    """How many chats each agent has, the fewest first."""
    owners = Chat.objects.exclude(assigned_to=None).values_list("assigned_to", flat=True)
    return sorted(Counter(owners).values())


def test_forty_webhooks_at_once_fill_every_place_once_and_the_rest_waits(web: Web, rotating: Company) -> None:
    events = [says("oi", phone=f"551197777{number:04}") for number in range(CUSTOMERS)]
    with ThreadPoolExecutor(THREADS) as senders:
        statuses = list(senders.map(lambda event: post(web, rotating, event), events))
    assert set(statuses) == {200}
    assert Chat.objects.count() == CUSTOMERS
    assert shares() == [8, 8, 8, 8]
    assert Chat.objects.filter(assigned_to=None).count() == CUSTOMERS - 32


def test_as_long_as_there_is_room_nobody_has_more_than_one_more_than_another(web: Web, rotating: Company) -> None:
    events = [says("oi", phone=f"551196666{number:04}") for number in range(18)]
    with ThreadPoolExecutor(THREADS) as senders:
        list(senders.map(lambda event: post(web, rotating, event), events))
    assert shares() == [4, 4, 5, 5]


def test_several_looks_at_the_queue_at_once_give_each_chat_once(rotating: Company) -> None:
    for _ in range(20):
        ChatFactory(tenant=rotating.tenant)

    def look(_: int) -> int:
        try:
            return actions.distribute_queue(Tenant.objects.get(pk=rotating.tenant.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as lookers:
        given = list(lookers.map(look, range(6)))
    close_old_connections()
    assert sum(given) == 20
    assert shares() == [5, 5, 5, 5]
