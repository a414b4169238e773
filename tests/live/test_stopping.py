"""A process that is asked to end (SIGTERM) ends well: answers are finished, pages come again, jobs are done."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from django.db import connection, transaction
from django.test import Client
from websockets.exceptions import ConnectionClosed

from crm.actions import hooks
from crm.models import User, UserSession, Webhook, WebhookDelivery
from tests.cast import make_company
from tests.faults.beside import somebody_waits_for_a_lock
from tests.jobs import empty_queue
from tests.processes import Web, Worker, until

from .listening import listening

Browse = Callable[[User], Client]


@pytest.fixture
def own_web(transactional_db: None) -> Iterator[Web]:
    """One that may be stopped."""
    web = Web(STOP_SECONDS="15", WEB_THREADS="4")
    web.start()
    yield web
    web.kill()


def test_open_pages_are_told_to_come_again_and_the_process_ends(own_web: Web, browse: Browse) -> None:
    company = make_company()
    with listening(own_web, browse(company.ana)) as page:
        own_web.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr] # it runs
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                page.socket.recv(20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert own_web.process is not None
    assert own_web.process.wait(15) == 0


def test_an_answer_under_way_is_finished_and_nobody_new_comes_in(own_web: Web, browse: Browse) -> None:
    """The request waits for a row that somebody else holds, which is as slow as one wants it to be."""
    company = make_company()
    client = browse(company.ana)
    answers: list[requests.Response] = []
    headers = {
        "X-CSRFToken": "x" * 32,
        "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={'x' * 32}",
    }
    path = f"{own_web.url}/configuracoes/preferencias/"

    def ask() -> None:
        answers.append(requests.get(path, headers=headers, timeout=30))

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {UserSession._meta.db_table} IN ACCESS EXCLUSIVE MODE")
        asking = threading.Thread(target=ask)
        asking.start()
        until(somebody_waits_for_a_lock)
        own_web.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
        until(lambda: _refuses(own_web))
        assert answers == []
        assert own_web.is_running
    asking.join(20)
    assert [answer.status_code for answer in answers] == [200]
    assert own_web.process is not None
    assert own_web.process.wait(15) == 0


def _refuses(web: Web) -> bool:
    try:
        requests.get(f"{web.url}/healthz", timeout=2, headers={"Connection": "close"})
    except requests.ConnectionError:
        return True
    return False


class Slow:
    """Another system that answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()
        slow = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                slow.asked.set()
                slow.go_on.wait(30)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def test_a_worker_finishes_its_job_begins_no_other_and_its_log_names_the_job(transactional_db: None) -> None:
    empty_queue()
    company, slow = make_company(), Slow()
    worker = Worker(STOP_SECONDS="20", WEBHOOK_PRIVATE_HOSTS="true", LOG_FORMAT="json", WORKER_THREADS="2")
    webhook = Webhook.objects.create(tenant=company.tenant, name="ERP", url=slow.url, events=[])
    first = hooks.send_test(webhook, company.alice)
    worker.start()
    try:
        assert slow.asked.wait(60)
        worker.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
        time.sleep(0.3)  # the signal is on its way: what is ordered from here on is not begun
        second = hooks.send_test(webhook, company.alice)
        slow.go_on.set()
        assert worker.process is not None
        assert worker.process.wait(20) == 0
    finally:
        worker.kill()
        slow.server.shutdown()
        slow.server.server_close()
    first, second = (WebhookDelivery.objects.get(pk=each.pk) for each in (first, second))
    assert (first.state, first.status) == ("DELIVERED", 204)
    assert second.state == "WAITING"
    lines = [json.loads(line) for line in worker.log().splitlines() if line.startswith("{")]
    posted = [line for line in lines if line.get("event") == "webhook.posted"]
    assert posted[-1]["task"] == "crm.post_to_webhook"
    assert isinstance(posted[-1]["job"], int)
    empty_queue()
