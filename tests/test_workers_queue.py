"""What a job orders stands and falls with what the job writes, as everywhere else."""

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from procrastinate.contrib.django import app

from chats.actions.jobs import order_job
from config.jobs import WorkersConnector
from tests.apart import run_apart
from tests.jobs import empty_queue


@pytest.fixture(autouse=True)
def empty(transactional_db: None) -> None:
    empty_queue()


def order_and_think_better_of_it() -> None:
    with transaction.atomic():
        order_job("waha.reconcile", once="waha.reconcile:1", session_pk="1", reason="connected")
        transaction.set_rollback(True)


def order() -> None:
    order_job("waha.reconcile", once="waha.reconcile:2", session_pk="2", reason="connected")


async def _in_a_worker() -> None:
    async with app.open_async():
        await sync_to_async(order_and_think_better_of_it)()
        await sync_to_async(order)()


def test_a_job_ordered_by_a_job_that_fails_is_not_ordered() -> None:
    with app.replace_connector(WorkersConnector()):
        run_apart(_in_a_worker())
    with connection.cursor() as cursor:
        cursor.execute("SELECT queueing_lock FROM procrastinate_jobs")
        assert cursor.fetchall() == [("waha.reconcile:2",)]
