"""The page of all notifications."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.models import User
from notifications.actions import Line, notify, read_all
from notifications.bell import LINES_SHOWN, bell_of
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers

Browse = Callable[[User], Client]
PAGE = "/notificacoes/"


def ring(user: User, count: int) -> None:
    """Lines an hour apart, "Assunto 0" the oldest; in two days and more."""
    for number in range(count):
        notify([user], Line(NotificationType.SYSTEM, subject=f"assunto:{number}", title=f"Assunto {number}."))
        moment = timezone.now() - timedelta(hours=count - number)
        CRMNotification.objects.filter(user=user, subject=f"assunto:{number}").update(created_at=moment)


def titles(text: str) -> list[str]:
    return re.findall(r'line__title">([^<]*)<', text)


def older(text: str) -> str | None:
    found = re.search(r'hx-get="(/notificacoes/\?antes=[^"]*)"', text)
    return found[1].replace("&amp;", "&") if found else None


def test_all_lines_are_there_page_after_page_each_once(company: Company, browse: Browse) -> None:
    ring(company.ana, 2 * LINES_SHOWN + 5)
    client, address, seen = browse(company.ana), PAGE, []
    while address:
        text = client.get(address).content.decode()
        seen += titles(text)
        address = older(text) or ""
    assert seen == [f"Assunto {number}." for number in reversed(range(2 * LINES_SHOWN + 5))]


def test_a_new_line_shifts_nothing_for_whoever_pages_on(company: Company, browse: Browse) -> None:
    ring(company.ana, LINES_SHOWN + 1)
    client = browse(company.ana)
    address = older(client.get(PAGE).content.decode())
    assert address
    notify([company.ana], Line(NotificationType.SYSTEM, subject="neu", title="Mais novo"))
    assert titles(client.get(address).content.decode()) == ["Assunto 0."]


def test_a_day_is_named_once_across_pages(company: Company, browse: Browse) -> None:
    ring(company.ana, LINES_SHOWN + 5)
    CRMNotification.objects.update(created_at=timezone.now())
    client = browse(company.ana)
    first = client.get(PAGE).content.decode()
    assert first.count('class="lines__title"') == 1
    assert 'class="lines__title"' not in client.get(older(first) or "").content.decode()


def test_only_what_is_unread(company: Company, browse: Browse) -> None:
    ring(company.ana, 3)
    read_all(company.ana)
    notify([company.ana], Line(NotificationType.SYSTEM, subject="neu", title="Ainda não lida"))
    client = browse(company.ana)
    assert titles(client.get(PAGE, {"so": "novas"}).content.decode()) == ["Ainda não lida"]
    assert len(titles(client.get(PAGE).content.decode())) == 4


def test_nobody_sees_anybody_elses(company: Company, strangers: Strangers, browse: Browse) -> None:
    ring(company.ana, LINES_SHOWN + 1)
    address = older(browse(company.ana).get(PAGE).content.decode())
    assert address
    for person in (company.bruno, strangers.otto):
        assert titles(browse(person).get(address).content.decode()) == []
        assert "Nenhuma notificação" in browse(person).get(PAGE).content.decode()


@pytest.mark.parametrize(
    "nonsense", ["x", "2026-01-01,7", "9999-12-31T23:59:59-23:00,0192f0c1-0000-7000-8000-000000000001"]
)
def test_a_made_up_key_is_the_first_page(company: Company, browse: Browse, nonsense: str) -> None:
    ring(company.ana, 1)
    assert titles(browse(company.ana).get(PAGE, {"antes": nonsense}).content.decode()) == ["Assunto 0."]


@pytest.mark.parametrize("count", [1, LINES_SHOWN])
def test_it_takes_a_fixed_number_of_queries(
    company: Company, browse: Browse, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    ring(company.ana, count)
    client = browse(company.ana)
    with django_assert_num_queries(5):  # the session, the person, the lines, the bell, what is late
        client.get(PAGE)


def test_a_line_that_grows_is_news_though_the_number_stays(company: Company) -> None:
    line = Line(NotificationType.NEW_MESSAGE, subject="chat:1", title="João")
    notify([company.ana], line)
    before = bell_of(company.ana)
    notify([company.ana], line)
    after = bell_of(company.ana)
    assert before.count == after.count == "1"
    assert before.latest
    assert after.latest
    assert before.latest < after.latest
