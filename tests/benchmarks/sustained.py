"""`make test-load`: a busy hour in minutes, and then more and more until something gives; it says what gave first.

50 messages a second while 200 agents look on. Nothing may be refused, lost, doubled or missed by a page, no silence may
fall, memory must be flat and the queue of jobs short. Then the rate rises step by step; the first of these bounds that
breaks is named. WAHA is a server that answers; what 200 strangers' first messages bring with them is done before.
"""

import asyncio
import resource
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import psutil
from django.db.models import Count, Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chats.waha.models import WhatsAppSession
from config import embedded_servers
from tests.benchmarks.house import House
from tests.benchmarks.load import Request, send_all
from tests.benchmarks.rows.ingest import PEOPLE, number_of, stored, webhooks
from tests.benchmarks.rows.send import a_waha
from tests.benchmarks.rows.sockets import listen, open_pages, post
from tests.processes import Process, Web, Worker, database_url, until

CHATS = 5_000
AGENTS, RATE = 200, 50
STEPS = (75, 100, 150, 200, 300)
STEP_SECONDS = 15
LATEST_SECONDS = 5.0
MOST_P99_MS, MOST_SILENCE_SECONDS, MOST_JOBS, MOST_GROWTH_MIB = 1_000.0, 2.0, 500, 25.0


@dataclass
class Stretch:
    """What a stretch of one rate came to."""

    rate: int
    seconds: int
    refused: int = 0
    wrong: int = 0
    missed: int = 0
    silence: float = 0.0
    jobs: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    memory: dict[str, list[float]] = field(default_factory=dict)

    @property
    def p99(self) -> float:
        return sorted(self.took)[int(len(self.took) * 0.99)] if self.took else float("inf")

    def growth(self, name: str) -> float:
        """MiB by which a process grew from the second quarter to the last: caches fill in the first."""
        samples = self.memory[name]
        quarter = max(1, len(samples) // 4)
        second, last = samples[quarter : 2 * quarter] or samples, samples[-quarter:]
        return sum(last) / len(last) - sum(second) / len(second)

    def broken(self) -> list[str]:
        """The bounds that did not hold, in words; growth is judged only of a stretch long enough to show it."""
        found = [
            f"{count} {what}"
            for count, what in (
                (self.refused, "webhooks refused"),
                (self.wrong, "messages lost or doubled"),
                (self.missed, f"messages not on a page {LATEST_SECONDS:g} s after the last"),
            )
            if count
        ]
        if self.p99 > MOST_P99_MS:
            found.append(f"p99 of a page {self.p99:.0f} ms, more than {MOST_P99_MS:.0f}")
        if self.silence > MOST_SILENCE_SECONDS:
            found.append(f"nothing was heard for {self.silence:.1f} s, more than {MOST_SILENCE_SECONDS:g}")
        if self.jobs.total() > MOST_JOBS:
            task, count = self.jobs.most_common(1)[0]
            found.append(f"{self.jobs.total()} jobs waited, more than {MOST_JOBS}; {count} of them {task}")
        if self.seconds >= 60:
            grown = {name: self.growth(name) for name in self.memory}
            found += [f"{name} grew by {mib:.0f} MiB" for name, mib in grown.items() if mib > MOST_GROWTH_MIB]
        return found

    def line(self) -> str:
        memory = ", ".join(f"{name} {samples[0]:.0f} → {samples[-1]:.0f} MiB" for name, samples in self.memory.items())
        median = sorted(self.took)[len(self.took) // 2] if self.took else float("inf")
        return (
            f"{self.rate:4}/s for {self.seconds:3} s   refused {self.refused}   lost or doubled {self.wrong}   "
            f"missed {self.missed}   p50 {median:.0f} ms   p99 {self.p99:.0f} ms   silence ≤ {self.silence:.1f} s   "
            f"jobs ≤ {self.jobs.total()}   {memory}"
        )


def run(seconds: int) -> int:
    """50 messages a second for so long, and then the steps; 1 when the first stretch broke a bound."""
    house = House(quick=False)
    worker = Worker(DATABASE_URL=database_url())
    try:
        company = house.company_with(CHATS)
        number, cookie = number_of(company), house.session_of(house.somebody_of(company))
        resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        with a_waha(number):
            worker.start()
            send_all(house.web.url, webhooks(number, PEOPLE), 4)
            until(lambda: not _waiting())
            return asyncio.run(_run(house.web, worker, number, cookie, seconds))
    finally:
        worker.stop()
        house.forget_customers()
        house.stop()
        embedded_servers.stop()


async def _run(web: Web, worker: Worker, number: WhatsAppSession, cookie: str, seconds: int) -> int:
    print(f"{AGENTS} pages open …", flush=True)
    pages = await open_pages(web, cookie, AGENTS)
    steady = await _stretch(web, worker, number, pages, RATE, seconds)
    print(steady.line(), flush=True)
    for trouble in steady.broken():
        print(f"     {trouble}")
    for rate in STEPS:
        step = await _stretch(web, worker, number, pages, rate, STEP_SECONDS)
        print(step.line(), flush=True)
        if broken := step.broken():
            print(f"breaks at {rate}/s: {'; '.join(broken)}")
            break
    else:
        print(f"nothing broke up to {STEPS[-1]}/s")
    return int(bool(steady.broken()))


async def _stretch(web: Web, worker: Worker, number: WhatsAppSession, pages: list, rate: int, seconds: int) -> Stretch:  # type: ignore[type-arg]
    """So many messages a second for so long, all pages listening."""
    stretch = Stretch(rate, seconds, memory={"web": [], "worker": []})
    requests = list(webhooks(number, rate * seconds))
    sent: dict[str, float] = {}
    before = await asyncio.to_thread(stored, number)
    heard = [asyncio.create_task(listen(page, sent, stretch.took)) for page in pages]
    watches = [
        asyncio.create_task(_watch(stretch, {"web": web, "worker": worker})),
        asyncio.create_task(_time_silence(stretch)),
    ]
    posts, began = [], time.perf_counter()
    for at, request in enumerate(requests):
        await asyncio.sleep(max(0.0, began + at / rate - time.perf_counter()))
        sent[request.mark] = time.perf_counter()
        posts.append(asyncio.create_task(_post(web, request)))
    stretch.refused = sum(await asyncio.gather(*posts))
    deadline = time.perf_counter() + LATEST_SECONDS
    while len(stretch.took) < len(requests) * len(pages) and time.perf_counter() < deadline:
        await asyncio.sleep(0.1)
    for task in [*heard, *watches]:
        task.cancel()
    stretch.missed = len(requests) * len(pages) - len(stretch.took)
    stretch.wrong = abs(before + len(requests) - stretch.refused - await asyncio.to_thread(stored, number))
    return stretch


async def _post(web: Web, request: Request) -> bool:
    """Whether it was refused."""
    with suppress(AssertionError, OSError):
        await post(web, request)
        return False
    return True


async def _watch(stretch: Stretch, processes: dict[str, Process]) -> None:
    while True:
        for name, process in processes.items():
            assert process.process
            stretch.memory[name].append(psutil.Process(process.process.pid).memory_info().rss / 2**20)
        stretch.jobs = max(stretch.jobs, await asyncio.to_thread(_waiting), key=Counter.total)
        await asyncio.sleep(1)


async def _time_silence(stretch: Stretch) -> None:
    """The longest time in which no page heard of any message."""
    heard, since = 0, time.perf_counter()
    while True:
        await asyncio.sleep(0.05)
        if len(stretch.took) > heard:
            heard, since = len(stretch.took), time.perf_counter()
        stretch.silence = max(stretch.silence, time.perf_counter() - since)


def _waiting() -> Counter[str]:
    """How many jobs of each task could run and have not; one that waits for its time is not asked for."""
    due = Q(scheduled_at=None) | Q(scheduled_at__lte=timezone.now())
    rows = ProcrastinateJob.objects.filter(due, status="todo").values_list("task_name")
    return Counter(dict(rows.annotate(Count("id"))))
