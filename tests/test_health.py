"""Readiness: the database and Redis answer, and the queue moves."""

from typing import Any

import pytest
from django.test import Client

from tests.jobs import add_job, add_worker, empty_queue, note_timed_job


@pytest.fixture(autouse=True)
def _fresh_install(db: None) -> None:
    empty_queue()


def ready() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def test_a_fresh_install_is_ready_though_no_worker_ever_ran() -> None:
    assert ready() == (200, {"database": True, "redis": True, "queue": True})


def test_it_is_ready_while_jobs_leave_the_queue() -> None:
    add_worker()
    add_job(waited=5)
    assert ready()[0] == 200


def test_a_due_job_that_nobody_takes_is_told_with_its_age() -> None:
    add_worker()
    add_job(waited=90)
    status, state = ready()
    assert (status, state["queue"], state["database"]) == (503, False, True)
    assert "90 s" in state["why"]


def test_a_retry_counts_from_when_it_was_due() -> None:
    add_worker()
    add_job(waited=9000, due_in=-5)
    assert ready()[0] == 200
    add_job(waited=9000, due_in=-70)
    assert ready()[0] == 503


def test_a_job_for_later_is_not_late() -> None:
    add_worker()
    add_job(waited=9000, due_in=600)
    assert ready()[0] == 200


@pytest.mark.parametrize(("status", "due_in"), [("doing", None), ("todo", 300.0)])
def test_a_job_that_waits_for_an_earlier_one_of_its_chat_is_not_late(status: str, due_in: float | None) -> None:
    add_worker()
    add_job(status=status, due_in=due_in, lock="chat:1")
    add_job(waited=600, lock="chat:1")
    assert ready()[0] == 200


def test_a_job_that_lets_another_of_its_chat_go_first_is_not_late() -> None:
    add_worker()
    add_job(waited=600, lock="chat:1")
    add_job(due_in=300, lock="chat:1", priority=1)
    assert ready()[0] == 200


def test_a_worker_that_died_is_missed() -> None:
    add_worker(silent=75)
    status, state = ready()
    assert status == 503
    assert "no worker" in state["why"]


def test_one_of_two_workers_is_enough() -> None:
    add_worker(silent=9000)
    add_worker(silent=3)
    assert ready()[0] == 200


def test_a_worker_that_was_stopped_is_missed_after_a_while() -> None:
    note_timed_job(ago=100)
    assert ready()[0] == 200
    empty_queue()
    note_timed_job(ago=150)
    assert ready()[0] == 503


def test_how_long_is_a_setting(settings: Any) -> None:
    add_worker()
    add_job(waited=90)
    settings.QUEUE_STUCK_SECONDS = 120
    assert ready()[0] == 200
