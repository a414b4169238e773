"""A job that is ordered begins after the transaction that wants it, whoever ordered it first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from chats.actions.jobs import order_job
from tests.jobs import empty_queue

NEXT_JOB = "SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)"


@pytest.fixture(autouse=True)
def empty(transactional_db: None) -> None:
    empty_queue()


def order() -> bool:
    return order_job("waha.reconcile", once="waha.reconcile:1", session_pk="1", reason="connected")


def next_for_a_worker() -> int | None:
    """The job that a worker would take now, on a connection of its own."""

    def take() -> int | None:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_JOB)
            (job,) = cursor.fetchone()
        connection.close()
        return job

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(take).result()


def test_a_job_that_waits_already_begins_only_when_the_second_who_wants_it_has_written_what_it_shall_see() -> None:
    assert order()
    with transaction.atomic():
        assert not order()
        assert next_for_a_worker() is None
    assert next_for_a_worker() is not None


def test_a_job_that_has_begun_is_ordered_anew() -> None:
    assert order()
    assert next_for_a_worker() is not None
    assert order()
