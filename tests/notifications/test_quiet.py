"""Do not disturb."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import User
from notifications.quiet import quiet_until
from tests.cast import Company, Strangers

Browse = Callable[[User], Client]


@pytest.mark.parametrize(("pause", "minutes"), [("30m", 30), ("1h", 60)])
def test_a_person_asks_not_to_be_disturbed_for_a_while(
    company: Company, browse: Browse, pause: str, minutes: int
) -> None:
    response = browse(company.ana).post("/notificacoes/quiet/", {"pause": pause})
    assert 'id="quiet"' in response.content.decode()
    until = quiet_until(User.objects.get(pk=company.ana.pk))
    assert until
    assert abs(until - timezone.now() - timedelta(minutes=minutes)) < timedelta(seconds=30)


def test_until_tomorrow_is_eight_in_the_morning_by_the_companys_clock(company: Company, browse: Browse) -> None:
    browse(company.ana).post("/notificacoes/quiet/", {"pause": "tomorrow"})
    until = quiet_until(User.objects.get(pk=company.ana.pk))
    assert until
    there = until.astimezone(company.tenant.zone)
    today = timezone.now().astimezone(company.tenant.zone).date()
    assert (there.hour, there.minute, there.date()) == (8, 0, today + timedelta(days=1))


def test_it_can_be_turned_off_before(company: Company, browse: Browse) -> None:
    client = browse(company.ana)
    client.post("/notificacoes/quiet/", {"pause": "1h"})
    client.post("/notificacoes/quiet/", {"pause": "off"})
    assert quiet_until(User.objects.get(pk=company.ana.pk)) is None


def test_it_ends_by_itself(company: Company) -> None:
    company.ana.quiet_until = timezone.now() - timedelta(seconds=1)
    assert quiet_until(company.ana) is None


@pytest.mark.parametrize("body", [{}, {"pause": "for ever"}])
def test_nonsense_is_refused(company: Company, browse: Browse, body: dict[str, str]) -> None:
    assert browse(company.ana).post("/notificacoes/quiet/", body).status_code == 422


def test_it_concerns_nobody_else(company: Company, strangers: Strangers, browse: Browse) -> None:
    browse(company.ana).post("/notificacoes/quiet/", {"pause": "1h"})
    assert User.objects.exclude(pk=company.ana.pk).filter(quiet_until__isnull=False).count() == 0
