"""The bell as its owner sees it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.models import User
from notifications.actions import Line, notify, read_all, read_one
from notifications.bell import LINES_SHOWN, bell_of
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, Strangers
from tests.factories import ChatFactory

Browse = Callable[[User], Client]


def ring(user: User, count: int, title: str = "Assunto") -> None:
    for number in range(count):
        notify([user], Line(NotificationType.SYSTEM, subject=f"assunto:{number}", title=f"{title} {number}"))


@pytest.mark.parametrize(("count", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (130, "99+")])
def test_the_number_on_the_bell(company: Company, count: int, shown: str) -> None:
    CRMNotification.objects.bulk_create(
        CRMNotification(
            tenant=company.tenant,
            user=company.ana,
            type=NotificationType.SYSTEM,
            title="x",
            subject=str(number),
            created_at="2026-11-23T15:00:00Z",
        )
        for number in range(count)
    )
    assert bell_of(company.ana).count == shown


def test_the_list_shows_ones_own_lines_newest_first(company: Company, strangers: Strangers, browse: Browse) -> None:
    ring(company.ana, 3)
    ring(company.bruno, 1, "Do Bruno")
    ring(strangers.otto, 1, "Do Otto")
    text = browse(company.ana).get("/notificacoes/lines/").content.decode()
    assert text.index("Assunto 2") < text.index("Assunto 1") < text.index("Assunto 0")
    assert "Do Bruno" not in text
    assert "Do Otto" not in text


def test_the_list_ends_somewhere(company: Company, browse: Browse) -> None:
    ring(company.ana, LINES_SHOWN + 5)
    text = browse(company.ana).get("/notificacoes/lines/").content.decode()
    assert text.count('id="notification-') == LINES_SHOWN


def test_reading_all_empties_ones_own_bell_only(company: Company, browse: Browse) -> None:
    ring(company.ana, 3)
    ring(company.bruno, 1)
    response = browse(company.ana).post("/notificacoes/reading/")
    assert response.status_code == 200
    assert 'id="bell-count"' in response.content.decode()
    assert (bell_of(company.ana).unread, bell_of(company.bruno).unread) == (0, 1)
    assert CRMNotification.objects.of(company.ana).filter(read_at=None).count() == 0


def test_one_line_is_read_by_itself_and_by_its_owner_only(company: Company) -> None:
    ring(company.ana, 2)
    line = CRMNotification.objects.of(company.ana)[0]
    read_one(company.bruno, line)
    assert bell_of(company.ana).unread == 2
    read_one(company.ana, line)
    assert bell_of(company.ana).unread == 1


def test_reading_twice_counts_once(company: Company) -> None:
    ring(company.ana, 2)
    assert (read_all(company.ana), read_all(company.ana)) == (2, 0)


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_takes_a_fixed_number_of_queries(
    company: Company, browse: Browse, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    ring(company.ana, count)
    client = browse(company.ana)
    with django_assert_num_queries(3):
        client.get("/notificacoes/lines/")


def test_the_list_is_parted_by_day(company: Company, browse: Browse) -> None:
    ring(company.ana, 2)
    CRMNotification.objects.filter(title="Assunto 0").update(created_at=timezone.now() - timedelta(days=1))
    text = browse(company.ana).get("/notificacoes/lines/").content.decode()
    assert text.index("Hoje") < text.index("Assunto 1") < text.index("Ontem") < text.index("Assunto 0")


def test_following_a_link_reads_its_line_and_no_other(company: Company, browse: Browse) -> None:
    ring(company.ana, 2)
    line = CRMNotification.objects.of(company.ana)[0]
    address = f"/notificacoes/{line.pk}/reading/"
    assert browse(company.bruno).post(address).status_code == 404
    assert 'id="bell-count"' in browse(company.ana).post(address).content.decode()
    assert list(CRMNotification.objects.filter(read=True)) == [line]


@pytest.mark.parametrize(("page", "changes_only_the_thread"), [("/atendimento/", True), ("/configuracoes/", False)])
def test_in_the_inbox_a_line_opens_its_chat_beside_the_list(
    company: Company, browse: Browse, page: str, *, changes_only_the_thread: bool
) -> None:
    chat = ChatFactory(tenant=company.tenant)
    link = f"/atendimento/{chat.pk}/"
    notify([company.ana], Line(NotificationType.CHAT_ASSIGNED, subject=f"chat:{chat.pk}", title="João", link=link))
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    text = browse(company.ana).get("/notificacoes/lines/", headers=headers).content.decode()
    assert f'href="{link}"' in text
    assert (f'hx-get="{link}"' in text) == changes_only_the_thread
