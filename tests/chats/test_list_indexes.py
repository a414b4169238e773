"""A company with many conversations: the list and its counters read indexes, and only what they show."""

import re
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from psycopg import ClientCursor

from chats import thread
from chats.api.shapes import in_columns
from chats.lists.counters import counters_of
from chats.lists.listing import PAGE_SIZE, ListFilter
from chats.models import Chat, ChatStatus, Message
from crm.models import Lead, new_key
from tests.cast import Company
from tests.factories import NOON, ChatFactory, TenantFactory

MANY = 6000


@pytest.fixture
def many(company: Company) -> None:
    """One conversation in ten is under way, of which some are Ana's, some nobody's, and a few groups."""
    owners = [company.ana, company.bruno, None]
    Chat.objects.bulk_create(
        Chat(
            tenant=company.tenant,
            phone=f"55117{number:08}",
            status=ChatStatus.OPEN if number % 10 == 0 else ChatStatus.RESOLVED,
            assigned_to=owners[number // 10 % 3],
            is_group=number % 200 == 0,
            last_message_at=NOON - timedelta(minutes=number),
        )
        for number in range(MANY)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE chats")


def test_a_page_of_any_tab_is_read_in_the_order_of_an_index(many: None, company: Company) -> None:
    wrong = {}
    for tab in ("minhas", "fila", "todas", "grupos"):
        filters = ListFilter(tab=tab)
        rows = filters.select(company.ana)
        edge = rows[min(PAGE_SIZE, rows.count()) - 1]
        place = filters.order.read_key(filters.order.key_of(edge))
        assert place
        for page, of_page in {1: rows, 2: filters.order.beyond(rows, place)}.items():
            plan = of_page[: PAGE_SIZE + 1].explain()
            if "chat_" not in plan or "Seq Scan" in plan or "Sort" in plan:
                wrong[tab, page] = plan
    assert wrong == {}


@pytest.mark.parametrize("chip", ["resolvidas", "arquivadas"])
def test_of_what_is_over_a_tab_reads_no_others_to_find_its_own(many: None, company: Company, chip: str) -> None:
    """What is over gathers for ever: a list that looks through all of it for the few it shows grows with the years."""
    over = Chat.objects.filter(status=ChatStatus.RESOLVED)
    over.update(assigned_to=company.bruno, status={"resolvidas": "RESOLVED", "arquivadas": "ARCHIVED"}[chip])
    few = Chat.objects.exclude(status=ChatStatus.OPEN).order_by("last_message_at").values("pk")
    for columns, rows in (({"assigned_to": None}, few[:3]), ({"assigned_to": company.ana}, few[3:6])):
        Chat.objects.filter(pk__in=rows).update(**columns)
    Chat.objects.filter(pk__in=few[6:9]).update(is_group=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE chats")
        # Of so few rows it would sort all that are nobody's.
        cursor.execute("SET LOCAL enable_sort = off")
    for tab in ("minhas", "fila", "grupos"):
        plan = ListFilter(tab=tab, chip=chip).select(company.ana)[: PAGE_SIZE + 1].explain(analyze=True)
        assert "Rows Removed by Filter" not in plan, plan
        assert re.search(r"chat_closed.* rows=3[. ]", plan), plan


def test_one_plan_for_all_conversations_reads_the_latest_messages_in_the_order_of_an_index(company: Company) -> None:
    """What is prepared is planned before it is known whose messages it reads: most conversations are short."""
    chats = ChatFactory.create_batch(40, tenant=company.tenant)
    lengths = {chat: 1000 if chat is chats[0] else 3 for chat in chats}
    Message.objects.bulk_create(
        Message(
            tenant=company.tenant,
            chat=chat,
            phone=chat.phone,
            from_me=False,
            type="TEXT",
            timestamp=NOON + timedelta(minutes=number),
        )
        for chat, length in lengths.items()
        for number in range(length)
    )
    with connection.cursor() as cursor:
        # All that is joined: what other tests left of a table would decide otherwise.
        cursor.execute("ANALYZE messages, chats, crm_user, chats_linkpreview")
    for read in (
        lambda: thread.latest(chats[0].pk, most=20),
        lambda: thread.before(chats[0].pk, NOON, new_key(), most=20),
    ):
        with connection.execute_wrapper(explaining := Explaining()):
            read()
        assert "Sort Key: messages" not in explaining.plan
        assert "Seq Scan on messages" not in explaining.plan


def test_all_conversations_whatever_their_state_are_read_in_the_order_of_an_index(many: None, company: Company) -> None:
    plan = in_columns(Chat.objects.visible_to(company.ana).in_list_order())[: PAGE_SIZE + 1].explain()
    assert "chat_in_order" in plan
    assert "Sort Key: chats" not in plan


def test_the_counters_read_no_table_from_end_to_end(many: None, company: Company) -> None:
    with connection.execute_wrapper(explaining := Explaining()):
        counted = counters_of(company.ana)
    assert counted.all == 100
    assert "Seq Scan on chats" not in explaining.plan


def test_the_counter_of_incoming_leads_reads_no_other_companys(many: None, company: Company) -> None:
    """Companies share the tables: what one of them counts must not grow with all the others."""
    neighbour = TenantFactory.create()
    Lead.objects.bulk_create(Lead(tenant=neighbour, name=f"Cliente {number}") for number in range(50))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_lead")
    with connection.execute_wrapper(explaining := Explaining()):
        counters_of(company.ana)
    (condition,) = re.findall(r"on crm_lead.*\n *(.*)", explaining.plan)
    assert re.match(r"(Index Cond|Recheck Cond): \(tenant_id = |Filter: .*tenant_id = ", condition), explaining.plan


@pytest.mark.django_db
@pytest.mark.parametrize(
    "of, column, known", [("chats", "search", 1000), ("message_words", "to_tsvector", 0)], ids=["chats", "messages"]
)
def test_postgresql_keeps_enough_words_of_chats_to_tell_rare_beginnings_and_none_of_messages(
    of: str, column: str, known: int
) -> None:
    """Migrations that are squashed anew lose it otherwise: no model says it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstattarget FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s", [of, column]
        )
        assert cursor.fetchone() == (known,)


class Explaining:
    """Explains the statement that passes, before it runs, without its values: as it is planned once for all of them."""

    plan = ""

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if not self.plan:
            self.plan = "explaining"
            with ClientCursor(connection.connection) as cursor:
                numbers = count(1)
                text = re.sub("%%|%s", lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", sql)
                cursor.execute(f"EXPLAIN (GENERIC_PLAN) {text}")
                self.plan = "\n".join(line for (line,) in cursor.fetchall())
        return execute(sql, params, many, context)
