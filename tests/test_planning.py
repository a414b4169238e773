"""PostgreSQL does not think longer about a conversation than it takes to read it."""

import json

import pytest
from django.db import connection

from chats import thread
from chats.models import Chat
from tests.cast import Company
from tests.factories import ChatFactory

pytestmark = pytest.mark.django_db


def planning_ms(limit: int) -> float:
    """The shortest of some plannings of what the head of a conversation reads, with tables reordered up to `limit`."""
    sql, values = Chat.objects.for_thread().filter(is_group=False).recent_first().query.sql_with_params()
    found = []
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL join_collapse_limit = {limit}")
        for _ in range(10):
            cursor.execute(f"EXPLAIN (SUMMARY, FORMAT JSON) {sql}", values)
            answer = cursor.fetchone()[0]
            found.append((json.loads(answer) if isinstance(answer, str) else answer)[0]["Planning Time"])
    return float(min(found))


def test_every_connection_joins_most_tables_as_they_are_written(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        assert cursor.fetchone() == ("4",)


def test_what_is_prepared_is_planned_once_for_whatever_values(company: Company) -> None:
    chats = [ChatFactory(tenant=company.tenant) for _ in range(3)]
    for chat in chats:
        assert list(thread.latest(chat.pk, most=10)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(generic_plans), sum(custom_plans) FROM pg_prepared_statements")
        generic, custom = cursor.fetchone()
    assert generic >= len(chats)
    assert custom == 0


def test_that_halves_the_planning_of_a_conversation(company: Company) -> None:
    ChatFactory(tenant=company.tenant)
    assert planning_ms(4) < planning_ms(8) / 2
