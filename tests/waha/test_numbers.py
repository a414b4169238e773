"""A number connects and drops: who learns of it, and that old news does not count."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from chats.waha import numbers
from chats.waha.models import SessionStatus, WhatsAppSession
from chats.waha.orders import CHECK_WEBHOOK, CONTROL, RECONCILE, RESTART_FAILED, TELL_OF_DROP
from chats.waha.simulator import WahaSimulator
from chats.waha.tasks.keeping import look_at_numbers
from crm.models import User
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.factories import NOON
from tests.jobs import empty_queue
from tests.webhooks import Event, status

from .jobs import ordered, run


def number_of(company: Company) -> WhatsAppSession:
    return WhatsAppSession.objects.get(pk=company.number.pk)


def epoch_ms(second: int) -> int:
    return int(NOON.timestamp() * 1000) + second * 1000


def told(user: User) -> list[str]:
    return list(CRMNotification.objects.of(user).unread().values_list("type", flat=True))


def test_a_drop_is_dated_and_told_to_those_who_answer_for_it(company: Company, strangers: Strangers) -> None:
    status("STARTING", at=30).deliver(company.number)
    number = number_of(company)
    assert (number.status, number.disconnected_at) == ("STARTING", NOON + timedelta(seconds=30))
    assert run(TELL_OF_DROP) == 1
    assert told(company.alice) == told(company.marta) == [NotificationType.SESSION_DOWN]
    assert told(company.ana) == told(strangers.olga) == []


def test_many_tries_to_reconnect_are_one_line_and_one_moment(company: Company) -> None:
    for second in range(26):
        status("STARTING", at=second * 2).deliver(company.number)
    number = number_of(company)
    assert (number.disconnected_at, number.status_since) == (NOON, NOON)
    assert run(TELL_OF_DROP) == 1
    assert [line.count for line in CRMNotification.objects.of(company.alice)] == [1]


def test_a_drop_of_a_few_seconds_rings_no_bell(company: Company) -> None:
    status("STARTING").deliver(company.number)
    status("WORKING", at=4).deliver(company.number)
    assert run(TELL_OF_DROP) == 1
    assert told(company.alice) == []


def test_the_grace_of_an_earlier_drop_is_not_the_next_ones(company: Company) -> None:
    status("STARTING").deliver(company.number)
    (first,) = ordered(TELL_OF_DROP)
    status("WORKING", at=4).deliver(company.number)
    status("STARTING", at=8).deliver(company.number)
    numbers.tell_of_drop(company.number.pk, datetime.fromisoformat(first.args["since"]))
    assert told(company.alice) == []
    assert run(TELL_OF_DROP) == 2
    assert told(company.alice) == [NotificationType.SESSION_DOWN]


def test_the_first_drop_counts_though_it_was_told_last(company: Company) -> None:
    earlier = [
        {"status": "WORKING", "timestamp": epoch_ms(0)},
        {"status": "STARTING", "timestamp": epoch_ms(10)},
        {"status": "STARTING", "timestamp": epoch_ms(12)},
    ]
    status("STARTING", at=12, statuses=earlier).deliver(company.number)
    status("STARTING", at=10).deliver(company.number)
    assert number_of(company).disconnected_at == NOON + timedelta(seconds=10)


def test_a_stop_that_somebody_ordered_rings_no_bell(company: Company) -> None:
    WhatsAppSession.objects.update(act_at=NOON)
    status("STOPPED", at=3).deliver(company.number)
    run(TELL_OF_DROP)
    assert told(company.alice) == []


def test_the_line_in_the_bell_leads_to_the_number(company: Company) -> None:
    status("STARTING").deliver(company.number)
    run(TELL_OF_DROP)
    (line,) = CRMNotification.objects.of(company.alice)
    assert (line.title, line.link) == ("Número Vendas desconectado", f"/configuracoes/numeros/{company.number.pk}/")


def test_it_is_all_over_when_the_number_works_again(company: Company) -> None:
    status("STARTING").deliver(company.number)
    run(TELL_OF_DROP)
    status("WORKING", at=60).deliver(company.number)
    number = number_of(company)
    assert (number.is_working, number.disconnected_at) == (True, None)
    assert told(company.alice) == []


def test_old_news_does_not_count(company: Company) -> None:
    status("WORKING", at=60).deliver(company.number)
    status("FAILED", at=30).deliver(company.number)
    assert number_of(company).is_working
    assert told(company.alice) == []


@pytest.mark.parametrize("value", ["SCAN_QR_CODE", "FAILED", "STOPPED", "PASSKEY_REQUIRED"])
def test_whatever_is_not_working_is_disconnected(company: Company, value: str) -> None:
    status(value).deliver(company.number)
    assert not number_of(company).is_working
    assert number_of(company).disconnected_at


def test_a_number_that_never_worked_is_not_reported_as_dropped(company: Company) -> None:
    WhatsAppSession.objects.update(status=SessionStatus.STOPPED)
    status("SCAN_QR_CODE").deliver(company.number)
    assert number_of(company).disconnected_at is None
    assert run(TELL_OF_DROP) == 0


def test_a_number_that_failed_in_service_is_restarted_once_an_hour_at_most(company: Company) -> None:
    with WahaSimulator(api_key=company.number.api_key, time_scale=0.01) as waha:
        waha.add_session("default", status="FAILED")
        WhatsAppSession.objects.update(base_url=waha.url)
        for second in (0, 60):
            status("WORKING", at=second).deliver(company.number)
            status("FAILED", at=second + 30).deliver(company.number)
            run(RESTART_FAILED)
            run(CONTROL)
        assert [call.operation for call in waha.calls if call.method == "POST"] == ["restart"]
    number = number_of(company)
    assert number.auto_restarted_at
    assert NotificationType.SYSTEM in told(company.alice)


def test_complaint_25_an_unread_qr_code_ends_in_failed_and_is_no_failure_to_restart_after(company: Company) -> None:
    status("SCAN_QR_CODE").deliver(company.number)
    for code in range(1, 6):
        status("SCAN_QR_CODE", at=40 + 20 * code).deliver(company.number)
    assert number_of(company).qr_number == 6
    status("FAILED", at=160).deliver(company.number)
    assert number_of(company).qr_number == 6
    assert ordered(RESTART_FAILED) == []


def test_a_number_that_connects_is_checked_and_compared_with_its_history(company: Company) -> None:
    status("STARTING").deliver(company.number)
    status("WORKING", at=60).deliver(company.number)
    assert [job.args for job in ordered(CHECK_WEBHOOK)] == [{"session_pk": str(company.number.pk)}]
    assert [job.args["reason"] for job in ordered(RECONCILE)] == ["connected"]


def test_a_drop_whose_word_was_lost_or_comes_late_is_made_good_too(company: Company) -> None:
    """WAHA says WORKING once; said again, something lay between."""
    status("WORKING", at=1).deliver(company.number)
    empty_queue()
    status("WORKING", at=1).deliver(company.number)
    assert not ordered(RECONCILE)
    status("WORKING", at=31).deliver(company.number)
    status("STARTING", at=30).deliver(company.number)
    assert [job.args["reason"] for job in ordered(RECONCILE)] == ["connected"]


def test_the_number_learns_its_own_phone_engine_and_version(company: Company) -> None:
    WhatsAppSession.objects.update(version="", phone="")
    status("WORKING").deliver(company.number)
    number = number_of(company)
    assert (number.phone, number.push_name) == ("5511900000001", "Casa Aurora")
    assert (number.engine, number.version) == ("NOWEB", "2026.7.1")


def test_agents_see_that_a_number_is_down(company: Company, browse: Callable[[User], Client]) -> None:
    client = browse(company.ana)
    assert "session-alert" in client.get("/atendimento/list/").content.decode()
    status("STARTING").deliver(company.number)
    text = client.get("/atendimento/list/").content.decode()
    assert "Vendas" in text
    assert 'datetime="2026-11-23T15:00:00.000000Z"' in text


def test_who_may_finds_the_way_to_the_number_in_the_alert(company: Company, browse: Callable[[User], Client]) -> None:
    status("SCAN_QR_CODE").deliver(company.number)
    text = browse(company.marta).get("/atendimento/").content.decode()
    assert 'data-manages="true"' in text
    assert f'<a href="/configuracoes/numeros/{company.number.pk}/">ler o QR code</a>' in text
    assert 'data-manages="false"' in browse(company.ana).get("/atendimento/").content.decode()


def test_another_companys_number_is_none_of_our_business(
    company: Company, strangers: Strangers, browse: Callable[[User], Client]
) -> None:
    Event("session.status", {"name": "pet", "status": "FAILED"}, "evt_pet").deliver(strangers.number)
    assert "strip--danger" not in browse(company.ana).get("/atendimento/list/").content.decode()


def test_a_number_that_connected_before_it_knew_us_is_found_by_asking(company: Company) -> None:
    with WahaSimulator(api_key=company.number.api_key) as waha:
        waha.add_session("default", status="WORKING")
        WhatsAppSession.objects.update(base_url=waha.url, status=SessionStatus.STOPPED)
        look_at_numbers.func.__wrapped__(timestamp=0)
    assert number_of(company).is_working


def test_a_waha_that_is_away_changes_nothing_known_of_its_numbers(company: Company) -> None:
    WhatsAppSession.objects.update(status=SessionStatus.SCAN_QR_CODE)
    look_at_numbers.func.__wrapped__(timestamp=0)
    assert number_of(company).status == SessionStatus.SCAN_QR_CODE


def test_news_after_the_asking_still_counts(company: Company) -> None:
    status("FAILED", at=10).deliver(company.number)
    with WahaSimulator(api_key=company.number.api_key) as waha:
        waha.add_session("default", status="WORKING")
        WhatsAppSession.objects.update(base_url=waha.url)
        look_at_numbers.func.__wrapped__(timestamp=0)
    assert number_of(company).is_working
    status("SCAN_QR_CODE", at=20).deliver(company.number)
    assert number_of(company).status == "SCAN_QR_CODE"


def test_the_first_that_is_ever_told_of_a_number_may_come_in_the_wrong_order(company: Company) -> None:
    status("WORKING", at=31).deliver(company.number)
    status("STARTING", at=30).deliver(company.number)
    assert [job.args["reason"] for job in ordered(RECONCILE)] == ["connected"]
    assert number_of(company).is_working
