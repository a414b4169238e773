"""What `/metrics` tells, and whom."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chats import actions
from chats.models import Chat, EarlyChange, MediaState, Message, SendState
from chats.waha.models import WhatsAppSession
from tests.cast import Company
from tests.jobs import add_job, add_worker, empty_queue
from tests.webhooks import Event, post, says

TOKEN = "a-long-secret"


def text(**headers: str) -> str:
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def figure(name: str, **labels: str) -> float:
    """The value of one line; 0 when it is not there."""
    for line in text().splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if found and found[1] == name and dict(re.findall(r'(\w+)="([^"]*)"', found[2] or "")) == labels:
            return float(found[3])
    return 0.0


def test_webhooks_are_counted_by_event_and_by_what_became_of_them(company: Company) -> None:
    handled = {"event": "message.any", "outcome": "HANDLED"}
    ignored = {"event": "other", "outcome": "IGNORED"}
    before = figure("atendimento_webhooks_total", **handled), figure("atendimento_webhooks_total", **ignored)
    says("Oi").deliver(company.number)
    Event("made.up", {}, id="evt_made_up").deliver(company.number)
    after = figure("atendimento_webhooks_total", **handled), figure("atendimento_webhooks_total", **ignored)
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
    assert figure("atendimento_webhook_seconds_count", event="message.any") >= 1


def test_how_late_a_webhook_is_can_be_read(company: Company) -> None:
    within = {"event": "message.any", "le": "60.0"}
    all_of_them = {"event": "message.any", "le": "+Inf"}
    name = "atendimento_webhook_lag_seconds_bucket"
    before = figure(name, **within), figure(name, **all_of_them)
    late = timezone.now() - timedelta(minutes=2)
    prompt = says("agora")
    for event, moment in ((prompt, timezone.now()), (says("há pouco"), late)):
        Event(event.name, event.payload, event.id, int(moment.timestamp() * 1000)).deliver(company.number)
    assert figure(name, **within) - before[0] == 1
    assert figure(name, **all_of_them) - before[1] == 2


@pytest.mark.parametrize("timestamp", [0, -1, 10**30])
def test_a_clock_that_makes_no_sense_refuses_nothing(company: Company, timestamp: int) -> None:
    event = says("Oi")
    assert Event(event.name, event.payload, event.id, timestamp).deliver(company.number).status_code == 200


def test_refused_webhooks_are_counted_by_their_status(company: Company) -> None:
    before = figure("atendimento_webhooks_refused_total", status="401")
    post(company.number, says("Oi").body(company.number), hmac_hex="0" * 128)
    assert figure("atendimento_webhooks_refused_total", status="401") - before == 1


def test_sends_files_and_numbers_are_counted_by_their_state(company: Company) -> None:
    says("Oi").deliver(company.number)
    chat = Chat.objects.get()
    sent, failed = (actions.send_message(chat, company.ana, body) for body in ("um", "dois"))
    Message.objects.filter(pk=sent.pk).update(send_state=SendState.SENT)
    Message.objects.filter(pk=failed.pk).update(send_state=SendState.FAILED)
    actions.send_message(chat, company.ana, "três")
    Message.objects.filter(body="Oi").update(media_state=MediaState.PENDING, type="IMAGE")
    EarlyChange.objects.create(session=company.number, message_id="x", kind="ACK", at=timezone.now())
    for state in ("SENT", "FAILED", "QUEUED"):
        assert figure("atendimento_sends", kind="TEXT", state=state) == 1
    assert figure("atendimento_sends_under_way", state="QUEUED") == 1
    assert figure("atendimento_files", kind="IMAGE", state="PENDING") == 1
    assert figure("atendimento_numbers", status=company.number.status) == 1
    assert figure("atendimento_early_changes") == 1


def test_a_send_of_yesterday_is_not_among_those_of_the_last_hour(company: Company) -> None:
    says("Oi").deliver(company.number)
    message = actions.send_message(Chat.objects.get(), company.ana, "ontem")
    Chat.objects.update(latest_message=None)
    old = (int(message.pk) >> 80) - 24 * 3600 * 1000 << 80 | int(message.pk) & (1 << 80) - 1
    with connection.cursor() as cursor:
        hexadecimal = f"{old:032x}"
        cursor.execute("UPDATE messages SET id = %s WHERE id = %s", [hexadecimal, message.pk])
    assert figure("atendimento_sends", kind="TEXT", state="QUEUED") == 0


def test_a_connected_number_that_says_nothing_can_be_seen(company: Company) -> None:
    WhatsAppSession.objects.update(status="WORKING", last_event_at=timezone.now() - timedelta(minutes=10))
    silent = figure("atendimento_number_silent_seconds", id=str(company.number.pk))
    assert 599 <= silent <= 620


def test_the_queue_is_counted_by_task_and_its_longest_wait_told(company: Company) -> None:
    empty_queue()
    add_worker(silent=12)
    add_job("waha.send", waited=33)
    add_job("waha.send", waited=7)
    add_job("waha.process", status="failed")
    assert figure("atendimento_jobs", task="waha.send", status="todo") == 2
    assert figure("atendimento_jobs", task="waha.process", status="failed") == 1
    assert 33 <= figure("atendimento_jobs_longest_wait_seconds") < 40
    assert 12 <= figure("atendimento_workers_silent_seconds") < 20


def test_no_question_is_asked_of_the_history_as_a_whole(company: Company) -> None:
    """Each reads an index, however long the history is; none counts the messages."""
    with CaptureQueriesContext(connection) as queries:
        text()
    asked = [query["sql"] for query in queries if "messages" in query["sql"] or "wahaevent" in query["sql"]]
    assert asked
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for question in asked:
            cursor.execute(f"EXPLAIN {question}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on messages" not in plan
            assert "Seq Scan on waha_wahaevent" not in plan


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_without_a_token_nobody_behind_a_proxy_is_answered(db: None, header: str) -> None:
    assert "atendimento_" in text()
    assert Client().get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_without_a_token_nobody_from_elsewhere_is_answered(db: None) -> None:
    assert Client(REMOTE_ADDR="10.0.0.7").get("/metrics").status_code == 404


def test_without_a_token_nobody_is_answered_behind_tls(db: None, settings: Any) -> None:
    settings.HTTPS = True
    assert Client().get("/metrics").status_code == 404


def test_with_a_token_only_who_brings_it_is_answered(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    elsewhere = Client(REMOTE_ADDR="10.0.0.7")
    assert elsewhere.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Bearer {TOKEN}é"}):
        assert Client().get("/metrics", headers=wrong).status_code == 403
