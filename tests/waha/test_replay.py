"""A recording of a signed webhook is worth nothing after a while, and a retry of WAHA's is never taken for one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chats.models import Message
from chats.waha.models import WahaEvent
from tests.cast import Company
from tests.webhooks import Event, says


def told(hours_ago: float) -> Event:
    """A message, told by WAHA so long ago."""
    moment = timezone.now() - timedelta(hours=hours_ago)
    return replace(says("Olá"), timestamp=int(moment.timestamp() * 1000))


@pytest.fixture(autouse=True)
def _window(settings: Any) -> None:
    settings.WEBHOOK_REPLAY_HOURS = 48


@pytest.mark.parametrize("hours", [0, 22, 47.9, -1, -47.9])
def test_what_waha_may_still_be_trying_to_deliver_is_taken(company: Company, hours: float) -> None:
    assert told(hours).deliver(company.number).status_code == 200
    assert Message.objects.count() == 1


@pytest.mark.parametrize("hours", [48.1, 24 * 30, -48.1])
def test_what_was_told_too_far_from_now_is_refused_and_not_kept(company: Company, hours: float) -> None:
    answer = told(hours).deliver(company.number)
    assert answer.status_code == 410
    assert not WahaEvent.objects.exists() and not Message.objects.exists()


def test_an_event_without_a_moment_is_taken(company: Company) -> None:
    assert replace(says("Olá"), timestamp=None).deliver(company.number).status_code == 200  # type: ignore[arg-type]


def test_the_window_can_be_switched_off(company: Company, settings: Any) -> None:
    settings.WEBHOOK_REPLAY_HOURS = 0
    assert told(24 * 400).deliver(company.number).status_code == 200


def test_a_retry_within_the_window_does_nothing_twice(company: Company) -> None:
    event = told(20)
    assert [event.deliver(company.number).status_code for _ in range(3)] == [200, 200, 200]
    assert Message.objects.count() == 1
