"""What one message costs every server, and what it leaves on disk: what plans for more machines are computed from."""

import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass

import psutil
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from redis import Redis

from chats.models import Chat, Message
from chats.waha.models import WahaEvent
from crm.models import Contact
from tests.benchmarks.figures import Figure
from tests.benchmarks.house import CUSTOMERS, House
from tests.benchmarks.load import Request, cpu_seconds, send_all
from tests.benchmarks.rows.ingest import PEOPLE, number_of, webhooks
from tests.benchmarks.rows.send import a_waha, answers
from tests.processes import Worker, database_url, until

CHATS = 10_000
IN, OUT, CLIENTS = 1_000, 300, 4
# PostgreSQL's processes tell what they did a second after they did it.
TOLD_SECONDS = 2.0
IDLE_SECONDS = 10.0


@dataclass(frozen=True)
class Spent:
    """So far, or between two looks: processor milliseconds, and what PostgreSQL counts."""

    seconds: float
    web_ms: float
    worker_ms: float
    postgresql_ms: float
    redis_ms: float
    busy_connection_ms: float
    transactions: float
    wal_kb: float

    def less(self, other: "Spent", times: float = 1) -> "Spent":
        return Spent(*(mine - theirs * times for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def each(self, count: int) -> "Spent":
        return Spent(*(whole / count for whole in astuple(self)))

    def figures(self, what: str, count: int) -> Iterator[Figure]:
        for name, unit, value in (
            ("processor of web", "ms", self.web_ms),
            ("processor of worker", "ms", self.worker_ms),
            ("processor of PostgreSQL", "ms", self.postgresql_ms),
            ("processor of Redis", "ms", self.redis_ms),
            ("a connection is busy", "ms", self.busy_connection_ms),
            ("transactions", "", self.transactions),
            ("WAL", "kB", self.wal_kb),
        ):
            yield Figure("message", f"{what}: {name}", value, unit, runs=count)


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    number, somebody = number_of(company), house.somebody_of(company)
    share = 4 if house.quick else 1
    with a_waha(number):
        worker = Worker(DATABASE_URL=database_url())
        worker.start()
        try:
            send_all(house.web.url, webhooks(number, PEOPLE), CLIENTS)
            chats = list(Chat.objects.filter(tenant=company, phone__startswith=CUSTOMERS))
            came = list(webhooks(number, IN // share))
            _make_compact(WahaEvent)
            events = _bytes(WahaEvent)
            spent = _spent_on(came, house, worker)
            yield from spent.figures("in", len(came))
            yield Figure("message", "in: event on disk", (_bytes(WahaEvent) - events) / len(came), "B", runs=len(came))
            sent = list(answers(chats, house.session_of(somebody), OUT // share))
            yield from _spent_on(sent, house, worker).figures("out", len(sent))
        finally:
            worker.stop()
    for model in (Message, Chat, Contact):
        rows = model._base_manager.count()
        yield Figure("message", f"on disk: a row of {model._meta.db_table}", _bytes(model) / rows, "B", runs=rows)


def _spent_on(requests: list[Request], house: House, worker: Worker) -> Spent:
    """A request, with the jobs that follow from it, and without what everybody does when there is nothing to do."""
    until(_nothing_waits)
    earlier = _spent(house, worker)
    time.sleep(IDLE_SECONDS)
    before = _spent(house, worker)
    idle = before.less(earlier)
    load = send_all(house.web.url, requests, CLIENTS)
    assert not load.refused
    until(_nothing_waits)
    work = _spent(house, worker).less(before)
    return work.less(idle, times=work.seconds / idle.seconds).each(len(requests))


def _nothing_waits() -> bool:
    return not ProcrastinateJob.objects.filter(status__in=["todo", "doing"], scheduled_at=None).exists()


def _spent(house: House, worker: Worker) -> Spent:
    time.sleep(TOLD_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT active_time + idle_in_transaction_time, xact_commit + xact_rollback,"
            " (pg_current_wal_lsn() - '0/0') / 1000, pg_backend_pid() FROM pg_stat_database"
            " WHERE datname = current_database()"
        )
        busy, transactions, wal, backend = cursor.fetchone()
    with Redis.from_url(settings.REDIS_URL) as redis:
        told = redis.info("cpu")
    return Spent(
        seconds=time.monotonic(),
        web_ms=cpu_seconds(house.web) * 1000,
        worker_ms=cpu_seconds(worker) * 1000,
        postgresql_ms=_family_seconds(psutil.Process(backend).parent()) * 1000,
        redis_ms=(told["used_cpu_user"] + told["used_cpu_sys"]) * 1000,
        busy_connection_ms=float(busy),
        transactions=float(transactions),
        wal_kb=float(wal),
    )


def _family_seconds(parent: psutil.Process | None) -> float:
    """What PostgreSQL and all its processes have cost, those that have ended included."""
    assert parent
    own = parent.cpu_times()
    children = [child.cpu_times() for child in parent.children()]
    ended = own.children_user + own.children_system
    return float(sum(times.user + times.system for times in (own, *children)) + ended)


def _make_compact(model: type[WahaEvent]) -> None:
    """Without the room that earlier rows left: what is written next would take none."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM FULL {model._meta.db_table}")


def _bytes(model: type[Message] | type[Chat] | type[Contact] | type[WahaEvent]) -> int:
    """Table, indexes and what is kept beside it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [model._meta.db_table])
        return int(cursor.fetchone()[0])
