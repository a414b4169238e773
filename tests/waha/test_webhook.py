"""The webhook's front door: what it takes, what it refuses, and that nothing is stored twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from chats.models import Chat, EarlyChange, Message
from chats.waha.models import EventState, WahaEvent
from crm.models import Contact, Lead
from notifications.models import CRMNotification
from tests.cast import Company
from tests.webhooks import Event, post, says

CAPTURES = sorted((Path(__file__).parent / "captures").glob("*.json"))
AT_ONCE = 20
# What becomes a line of a conversation, and what waits for the line it is about; nobody talks to João yet, so his
# typing interests nobody.
LINES = {"message.any", "call.received"}
WAIT_FOR_THEIR_MESSAGE = {"message.ack", "message.ack.group", "message.edited", "message.reaction", "message.revoked"}
ASK_NOTHING = {"message", "presence.update"}


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def captured_number(company: Company) -> Company:
    company.number.webhook_secret = read(CAPTURES[0])["hmac_key"]
    company.number.save()
    return company


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_real_webhook_is_accepted_and_handled(path: Path, captured_number: Company) -> None:
    capture = read(path)
    body = capture["body"].encode()
    answer = post(captured_number.number, body, hmac_hex=capture["headers"]["X-Webhook-Hmac"])
    assert answer.status_code == 200
    event = WahaEvent.objects.get()
    assert event.event == json.loads(body)["event"]
    assert event.state == (EventState.IGNORED if event.event in ASK_NOTHING else EventState.HANDLED), event.error
    assert Message.objects.count() == (event.event in LINES)
    assert EarlyChange.objects.count() == (event.event in WAIT_FOR_THEIR_MESSAGE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_real_webhook_delivered_twenty_times_at_once_counts_once(path: Path, captured_number: Company) -> None:
    capture = read(path)

    def deliver(_: int) -> int:
        try:
            signed = capture["headers"]["X-Webhook-Hmac"]
            return post(captured_number.number, capture["body"].encode(), hmac_hex=signed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert set(threads.map(deliver, range(AT_ONCE))) == {200}
    event = json.loads(capture["body"])
    is_message = event["event"] in LINES
    is_group = is_message and event["payload"]["from"].endswith("@g.us")
    is_lead = is_message and not event["payload"].get("fromMe") and not is_group
    assert (WahaEvent.objects.count(), Message.objects.count(), Chat.objects.count()) == (1, is_message, is_message)
    assert Contact.objects.count() == (is_message and not is_group)
    assert Lead.objects.count() == is_lead
    assert [line.count for line in CRMNotification.objects.filter(user=captured_number.ana)] == [1] * is_lead
    assert EarlyChange.objects.count() == (event["event"] in WAIT_FOR_THEIR_MESSAGE)


def test_a_wrong_signature_is_refused_and_nothing_is_stored(company: Company) -> None:
    assert post(company.number, says("oi").body(company.number), hmac_hex="00" * 64).status_code == 401
    assert post(company.number, says("oi").body(company.number), hmac_hex="").status_code == 401
    assert not WahaEvent.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"id":"x"}', b'{"event":"message.any"}', b"\xff\xfe"])
def test_what_is_no_event_is_refused_and_nothing_is_stored(company: Company, body: bytes) -> None:
    assert post(company.number, body).status_code == 400
    assert not WahaEvent.objects.exists()


def test_a_body_of_two_mebibytes_is_refused(company: Company) -> None:
    assert post(company.number, says("x" * 2 * 1024 * 1024).body(company.number)).status_code == 413
    assert not WahaEvent.objects.exists()


def test_a_get_is_refused(company: Company, client: Any) -> None:
    assert client.get(company.number.webhook_path).status_code == 405


def test_a_path_without_its_slash_is_taken_and_never_redirected(company: Company, client: Any) -> None:
    """WAHA follows a redirect as a GET without body, and calls that delivered."""
    answer = client.post(company.number.webhook_path.rstrip("/"), b"{}", content_type="application/json")
    assert answer.status_code == 401


def test_an_unknown_number_is_not_found(company: Company) -> None:
    body = says("oi").body(company.number)
    company.number.delete()
    company.number.pk = "00000000-0000-7000-8000-000000000000"
    assert post(company.number, body).status_code == 404
    assert not WahaEvent.objects.exists()


def test_an_unknown_event_is_stored_and_ignored(company: Company) -> None:
    assert Event("label.upsert", {"id": "3"}, id="evt_1").deliver(company.number).status_code == 200
    assert WahaEvent.objects.get().state == EventState.IGNORED


def test_a_payload_that_cannot_be_read_is_kept_for_a_new_try(company: Company) -> None:
    assert Event("message.any", {"id": "x"}, id="evt_1").deliver(company.number).status_code == 200
    event = WahaEvent.objects.get()
    assert event.state == EventState.FAILED
    assert "timestamp" in event.error
    assert not Message.objects.exists()


def test_the_reason_of_a_refusal_is_in_the_log(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    post(company.number, b"{}", hmac_hex="no")
    assert "signature" in caplog.text


def test_a_further_message_takes_few_statements(
    company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    says("oi").deliver(company.number)
    says("tudo bem?", at=1).deliver(company.number)
    # Number, event, names, chat, message, chat, and the marks of the transaction; two more when memories are old.
    with django_assert_max_num_queries(10):
        says("preciso de ajuda", at=2).deliver(company.number)
