"""Signed webhooks into one web process: stored, handled, committed and told, from 16 clients, and 2,000 at once.

The floor is the empty view of the same product under Django's own ASGI handler, in turns with what it is the floor of.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from chats.models import Message
from chats.waha.models import WhatsAppSession
from crm.models import Tenant
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import CUSTOMERS, House
from tests.benchmarks.load import Load, Request, cpu_seconds, send_all, send_to_each
from tests.factories import NOON
from tests.processes import Web
from tests.webhooks import says, signature

CHATS = 10_000
CLIENTS, PEOPLE = 16, 200
MESSAGES, BURST = 1_200, 2_000
LEAST_OF_FLOOR, LEAST_OF_ONE, MOST_BURST_SECONDS = 1.2, 1.7, 10


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    number = number_of(company)
    empty = [Request("GET", "/healthz")] * (MESSAGES // 4)
    send_all(house.web.url, webhooks(number, PEOPLE), CLIENTS)
    send_all(house.floor.url, empty[:100], CLIENTS)
    rates, floors, cost, floor_cost, lost = [], [], [], [], 0
    for _ in range(house.runs(5)):
        load, cpu = _timed(house.floor, empty)
        floors.append(load.rate)
        floor_cost.append(cpu)
        sent = list(webhooks(number, MESSAGES // 4 if house.quick else MESSAGES))
        before = stored(number)
        load, cpu = _timed(house.web, sent)
        rates.append(load.rate)
        cost.append(cpu)
        lost += abs(before + len(sent) - stored(number)) + load.refused
    name, runs = "empty view, stock handler", len(rates)
    yield Figure(
        "ingest", "messages a second", middle(rates), "/s", least=LEAST_OF_FLOOR, floor=middle(floors), floor_name=name,
        of_floor=True, runs=runs,
    )  # fmt: skip
    yield Figure(
        "ingest", "processor a message", middle(cost), "ms", floor=middle(floor_cost), floor_name=name, runs=runs
    )
    yield Figure("ingest", "lost or doubled", lost, "", most=0, runs=runs)
    yield _two(house, number)
    yield from _burst(house, number)


def _two(house: House, number: WhatsAppSession) -> Figure:
    """Two processes in turns with one, each with as many clients as the one has: half of them each would find half of
    the company to be stored with (`chats.waha.together`), and measure that. Each has its own people: in step, both
    would write of the same ones at every moment, and wait for each other's locks."""
    send_all(house.second.url, webhooks(number, PEOPLE, PEOPLE), CLIENTS)
    count = MESSAGES // 4 if house.quick else MESSAGES
    one, two = [], []
    for _ in range(house.runs(11)):
        one.append(_accepted(send_all(house.web.url, list(webhooks(number, count)), CLIENTS)))
        halves = [list(webhooks(number, count, first)) for first in (0, PEOPLE)]
        both = dict(zip((house.web.url, house.second.url), halves, strict=True))
        two.append(_accepted(send_to_each(both, CLIENTS)))
    return Figure(
        "ingest", "messages a second, two processes", middle(two), "/s", least=house.bound_of_the_whole(LEAST_OF_ONE),
        floor=middle(one), floor_name="one process", of_floor=True, runs=len(two),
    )  # fmt: skip


def _accepted(load: Load) -> float:
    assert not load.refused
    return load.rate


def _burst(house: House, number: WhatsAppSession) -> Iterator[Figure]:
    """As many connections as WAHA would open for it; each person's messages in the order of their clock."""
    count = BURST // 4 if house.quick else BURST
    before, began = stored(number), time.perf_counter()
    load = send_all(house.web.url, list(webhooks(number, count)), clients=min(count, 500))
    took = time.perf_counter() - began
    wrong = abs(before + count - stored(number)) + load.refused
    yield Figure("ingest", f"burst of {count}, until the last is committed", took, "s", most=MOST_BURST_SECONDS)
    yield Figure("ingest", f"burst of {count}, lost or doubled", wrong, "", most=0)


def _timed(process: Web, requests: list[Request]) -> tuple[Load, float]:
    """The load, and what one request cost the process, in milliseconds of a processor."""
    spent = cpu_seconds(process)
    load = send_all(process.url, requests, CLIENTS)
    return load, (cpu_seconds(process) - spent) * 1000 / len(requests)


def number_of(company: Tenant) -> WhatsAppSession:
    number = WhatsAppSession.objects.filter(tenant=company).first()
    assert number
    return number


def stored(number: WhatsAppSession) -> int:
    return Message.objects.filter(session=number, from_me=False).count()


def webhooks(number: WhatsAppSession, count: int, first: int = 0) -> Iterator[Request]:
    """So many messages of `PEOPLE` customers, from the `first` one on, told now, as WAHA posts them."""
    now = int((timezone.now() - NOON) / timedelta(seconds=1))
    for at in range(count):
        person, mark = first + at % PEOPLE, uuid4().hex
        phone = f"{CUSTOMERS}{person:04}"
        event = says(f"mensagem {mark}", phone=phone, name=f"Cliente {person}", at=now, message_id=mark)
        body = replace(event, id=f"evt_{mark}").body(number)
        signed = ("X-Webhook-Hmac", signature(number.webhook_secret, body))
        yield Request("POST", number.webhook_path, body, (("Content-Type", "application/json"), signed), mark)
