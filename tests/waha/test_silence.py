"""A number that is connected, as WAHA says, and tells us nothing: quiet, or deaf?"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from chats.waha.models import WhatsAppSession
from chats.waha.orders import CONTROL, RECONCILE
from chats.waha.silence import is_open
from chats.waha.simulator import WahaSimulator
from chats.waha.tasks.numbers import listen
from crm.models import Tenant, User
from notifications.models import CRMNotification
from tests.cast import Company

from .jobs import ordered, run

ALWAYS = {str(day): "00:00-23:59" for day in range(7)}


@pytest.fixture
def waha(company: Company) -> Iterator[WahaSimulator]:
    """Vendas is connected; its last event came an hour ago."""
    Tenant.objects.filter(pk=company.tenant.pk).update(business_hours=ALWAYS)
    with WahaSimulator(api_key=company.number.api_key, time_scale=0.01) as waha:
        waha.add_session("default")
        hour_ago = timezone.now() - timedelta(hours=1)
        WhatsAppSession.objects.update(base_url=waha.url, status_since=hour_ago, last_event_at=hour_ago)
        yield waha


def listen_now() -> WhatsAppSession:
    listen.func.__wrapped__(timestamp=0)
    return WhatsAppSession.objects.get(waha_name="default")


def minutes_ago(minutes: int) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def reasons() -> list[str]:
    return [job.args["reason"] for job in ordered(RECONCILE)]


def test_a_quiet_hour_is_no_silence(company: Company, waha: WahaSimulator) -> None:
    waha.customer_says("default", "5511988887777", "até amanhã", at=minutes_ago(90))
    assert not listen_now().is_silent
    assert reasons() == []


def test_complaints_7_8_9_a_history_that_goes_on_without_a_word_to_us_is_compared(
    company: Company, waha: WahaSimulator
) -> None:
    waha.customer_says("default", "5511988887777", "alguém aí?", at=minutes_ago(20))
    number = listen_now()
    assert number.is_silent
    assert reasons() == ["silent"]
    assert ordered(CONTROL) == []


def test_complaint_14_a_message_that_is_on_its_way_is_no_silence(company: Company, waha: WahaSimulator) -> None:
    waha.customer_says("default", "5511988887777", "acabei de escrever", at=minutes_ago(0))
    assert not listen_now().is_silent


def test_an_event_ends_the_silence(company: Company, waha: WahaSimulator) -> None:
    waha.customer_says("default", "5511988887777", "alguém aí?", at=minutes_ago(20))
    listen_now()
    WhatsAppSession.objects.update(last_event_at=timezone.now())
    assert not listen_now().is_silent
    assert ordered(CONTROL) == []


def test_a_silence_that_goes_on_ends_in_one_restart_and_a_word_about_it(company: Company, waha: WahaSimulator) -> None:
    waha.customer_says("default", "5511988887777", "alguém aí?", at=minutes_ago(20))
    for _ in range(3):
        listen_now()
    assert [job.args["act"] for job in ordered(CONTROL)] == ["restart"]
    assert run(CONTROL) == 1
    assert "restart" in [call.operation for call in waha.calls]
    listen_now()
    assert ordered(CONTROL) == []
    (line,) = CRMNotification.objects.of(company.alice).filter(subject=f"restart:{company.number.pk}")
    assert line.title == "Vendas foi reiniciado automaticamente"


def test_a_number_that_dropped_without_telling_is_found_out(company: Company, waha: WahaSimulator) -> None:
    waha.session("default").status = "FAILED"
    number = listen_now()
    assert (number.status, number.is_silent) == ("FAILED", False)
    assert number.disconnected_at
    assert timezone.now() - number.disconnected_at < timedelta(minutes=1)


def test_a_history_that_cannot_be_read_proves_nothing(company: Company, waha: WahaSimulator) -> None:
    waha.customer_says("default", "5511988887777", "alguém aí?", at=minutes_ago(20))
    waha.faults.next("messages", "400")
    assert not listen_now().is_silent


def test_the_page_says_so(company: Company, waha: WahaSimulator, browse: Callable[[User], Client]) -> None:
    waha.customer_says("default", "5511988887777", "alguém aí?", at=minutes_ago(20))
    listen_now()
    assert "Conectado, mas mudo" in browse(company.marta).get("/configuracoes/numeros/").content.decode()


@pytest.mark.parametrize(
    ("hours", "hour", "is_it"),
    [
        ({}, 9, True),
        ({}, 23, False),
        ({"0": "09:00-18:00"}, 10, True),
        ({"0": "09:00-18:00"}, 18, False),
        ({"1": "09:00-18:00"}, 10, False),
        ({"0": "always"}, 10, False),
    ],
)
def test_silence_counts_while_the_company_works(
    company: Company, hours: dict[str, str], hour: int, is_it: bool
) -> None:
    company.tenant.business_hours = hours
    monday = datetime(2026, 11, 23, hour, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert is_open(company.tenant, monday) is is_it
