"""One line per person and subject; it grows, and goes with its cause."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from crm.models import User
from notifications.actions import Line, clear, keep_at_most, notify, read_all
from notifications.models import CRMNotification, NotificationType
from tests.cast import Company, make_company

NEWS = Line(NotificationType.NEW_MESSAGE, subject="chat:1", title="João", message="oi", link="/atendimento/")


def unread(user: User) -> list[tuple[str, str, int]]:
    lines = CRMNotification.objects.of(user).unread().order_by("pk")
    return list(lines.values_list("type", "message", "count"))


def test_a_line_grows_while_it_is_unread(company: Company) -> None:
    for text in ("oi", "tudo bem?", "alô"):
        notify([company.ana], Line(NotificationType.NEW_MESSAGE, subject="chat:1", title="João", message=text))
    assert unread(company.ana) == [(NotificationType.NEW_MESSAGE, "alô", 3)]


def test_after_it_was_read_a_new_one_begins(company: Company) -> None:
    notify([company.ana], NEWS)
    read_all(company.ana)
    notify([company.ana], NEWS)
    assert [count for *_, count in unread(company.ana)] == [1]
    assert CRMNotification.objects.of(company.ana).count() == 2


def test_other_subjects_and_other_kinds_are_other_lines(company: Company) -> None:
    notify([company.ana], NEWS)
    notify([company.ana], Line(NotificationType.NEW_MESSAGE, subject="chat:2", title="Maria"))
    notify([company.ana], Line(NotificationType.CHAT_ASSIGNED, subject="chat:1", title="João"))
    assert len(unread(company.ana)) == 3


def test_several_people_have_a_line_each(company: Company) -> None:
    notify([company.ana, company.bruno], NEWS)
    notify([company.bruno], NEWS)
    assert [count for *_, count in unread(company.ana)] == [1]
    assert [count for *_, count in unread(company.bruno)] == [2]
    assert CRMNotification.objects.of(company.ana).get().tenant == company.tenant


def test_nobody_to_tell_is_no_trouble(company: Company) -> None:
    notify([], NEWS)
    assert not CRMNotification.objects.exists()


def test_a_muted_kind_makes_no_line(company: Company) -> None:
    company.ana.muted_kinds = [NotificationType.NEW_MESSAGE]
    notify([company.ana, company.bruno], NEWS)
    assert (unread(company.ana), len(unread(company.bruno))) == ([], 1)


def test_whoever_left_gets_no_line(company: Company) -> None:
    company.ana.is_active = False
    notify([company.ana], NEWS)
    assert unread(company.ana) == []


def test_a_long_text_is_cut_to_what_fits(company: Company) -> None:
    notify([company.ana], Line(NotificationType.SYSTEM, subject="x", title="t" * 500, message="m" * 5000))
    line = CRMNotification.objects.get()
    assert (len(line.title), len(line.message)) == (160, 300)


def test_the_line_goes_with_its_cause(company: Company) -> None:
    notify([company.ana, company.bruno], NEWS)
    notify([company.ana], Line(NotificationType.NEW_MESSAGE, subject="chat:2", title="Maria"))
    clear("chat:1", only_for=company.ana.pk)
    assert (len(unread(company.ana)), len(unread(company.bruno))) == (1, 1)
    clear("chat:1")
    assert (len(unread(company.ana)), len(unread(company.bruno))) == (1, 0)


def test_what_was_read_stays_in_the_list_when_its_cause_goes(company: Company) -> None:
    notify([company.ana], NEWS)
    read_all(company.ana)
    clear("chat:1")
    assert CRMNotification.objects.of(company.ana).count() == 1


def test_a_line_says_no_more_than_is_still_new(company: Company) -> None:
    for _ in range(5):
        notify([company.ana], NEWS)
    for still_new, counts in ((9, [5]), (2, [2]), (0, [])):
        keep_at_most("chat:1", still_new)
        assert [count for *_, count in unread(company.ana)] == counts


@pytest.mark.django_db(transaction=True)
def test_twenty_messages_at_once_are_one_line_with_a_twenty() -> None:
    company = make_company()

    def tell(_: int) -> None:
        try:
            notify([company.ana], NEWS)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(tell, range(20)))
    assert [count for *_, count in unread(company.ana)] == [20]
    assert CRMNotification.objects.get().created_at <= timezone.now()
