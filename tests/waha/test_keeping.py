"""What a dead worker left behind is taken up again, and old rows make room."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from chats.waha.tasks import keeping
from config.jobs import WorkersConnector
from tests.apart import run_apart
from tests.jobs import add_job, add_worker, empty_queue


@pytest.fixture
def _queue(transactional_db: None) -> Iterator[None]:
    """The jobs under test talk to PostgreSQL themselves: rows have to be committed."""
    empty_queue()
    yield
    empty_queue()


def run(job: Callable[..., object]) -> None:
    """As a worker does, on a connection of its own."""

    async def work() -> None:
        async with app.open_async():
            await job(0)  # type: ignore[misc]

    with app.replace_connector(WorkersConnector()):
        run_apart(work())


def give(job: int, *, worker: int | None = None, queueing_lock: str | None = None) -> None:
    """The job is in this worker's hands, or has a twin by this lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET worker_id = coalesce(%s, worker_id), queueing_lock = %s WHERE id = %s",
            [worker, queueing_lock, job],
        )


def states() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


@pytest.mark.usefixtures("_queue")
def test_jobs_of_a_dead_worker_run_again_and_those_of_a_living_one_go_on() -> None:
    dead, alive = add_worker(silent=40), add_worker(silent=5)
    orphan, running = add_job(status="doing", lock="chat:1"), add_job(status="doing", lock="chat:2")
    give(orphan, worker=dead)
    give(running, worker=alive)
    run(keeping.revive)
    assert states() == {orphan: "todo", running: "doing"}


@pytest.mark.usefixtures("_queue")
def test_a_job_whose_twin_waits_already_gives_way_and_the_others_run_again() -> None:
    """Left where it was it would hold its chat's lock for ever, and whatever was to be revived after it."""
    dead = add_worker(silent=40)
    first = add_job(status="doing", lock="chat:1")
    twin = add_job(lock="chat:1")
    second = add_job(status="doing", lock="chat:2")
    give(first, worker=dead, queueing_lock="send:1")
    give(twin, queueing_lock="send:1")
    give(second, worker=dead)
    run(keeping.revive)
    assert states() == {twin: "todo", second: "todo"}


@pytest.mark.usefixtures("_queue")
def test_jobs_that_failed_a_month_ago_make_room() -> None:
    old, young, waiting = add_job(status="failed"), add_job(status="failed"), add_job()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '31 days' WHERE job_id IN (%s, %s)", [old, waiting]
        )
    run(keeping.prune_jobs)
    assert states() == {young: "failed", waiting: "todo"}
