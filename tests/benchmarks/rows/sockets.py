"""How soon pages hear of a message: the last of 1,000, and one of them while many messages come.

The floor of the fan-out is the same server sending the same text to as many sockets as it finds; of the latency, a
request for the empty view and an echo. What a page costs in memory is what
comes on top once some are open: the first of a process also loads what all of them use.
"""

import asyncio
import re
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import psutil
from websockets.asyncio.client import ClientConnection, connect

from chats.waha.models import WhatsAppSession
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House
from tests.benchmarks.load import Request, cpu_seconds, send_all
from tests.benchmarks.rows.ingest import PEOPLE, number_of, webhooks
from tests.processes import Web

CHATS = 10_000
SOCKETS, TOLD, CROWD, CROWD_RATE = 1_000, 9, 500, 20
MOST_FAN_OUT, MOST_P99_MS, MOST_CROWD_P99_MS, MOST_KIB = 1.3, 80, 300, 35
MOST_ECHOES, MOST_P50_MS, MOST_CROWD_CORE = 15, 15, 60
FIRST_PAGES = 20
FRAME = "x" * 6_000
# What `ingest.webhooks` writes.
MARK = re.compile(r"mensagem ([0-9a-f]{32})")


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    number, cookie = number_of(company), house.session_of(house.somebody_of(company))
    web = house.started()  # with no room left over from other rows, in which pages would cost nothing
    try:
        send_all(web.url, webhooks(number, PEOPLE), 4)
        yield from asyncio.run(_measure(house, web, number, cookie))
    finally:
        web.stop()


async def _measure(house: House, web: Web, number: WhatsAppSession, cookie: str) -> list[Figure]:
    figures = await _fan_out(house, web, number, cookie, SOCKETS // 5 if house.quick else SOCKETS)
    seconds = 3 if house.quick else 30
    crowd = CROWD // 5 if house.quick else CROWD
    alone = Bounds(p99=MOST_P99_MS, echo=await _echo(house.floor, cookie))
    # A few seconds of few messages say nothing; of thirty the 99th in a hundred is the worst, one pause of the disk.
    seldom = [] if house.quick else [(1, 1, replace(alone, p99=None)), (10, 1, alone)]
    for rate, pages, bounds in (
        *seldom,
        (50, 1, replace(alone, p50=MOST_P50_MS)),
        (200, 1, Bounds()),
        (CROWD_RATE, crowd, Bounds(p99=MOST_CROWD_P99_MS, core=MOST_CROWD_CORE)),
    ):
        figures += await _latency(web, number, cookie, rate=rate, pages=pages, seconds=seconds, bounds=bounds)
    return figures


async def _fan_out(house: House, web: Web, number: WhatsAppSession, cookie: str, sockets: int) -> list[Figure]:
    pages = await open_pages(web, cookie, FIRST_PAGES)
    before = _memory(web)
    pages += await open_pages(web, cookie, sockets - FIRST_PAGES)
    memory = (_memory(web) - before) / (sockets - FIRST_PAGES) * 1024
    spreads = []
    for request in webhooks(number, TOLD):
        ask = asyncio.create_task(post(web, request))
        spreads.append(await _spread(pages, request.mark))
        await ask
    await close_pages(pages)
    pages = await open_pages(house.floor, cookie, sockets)
    floors = []
    for _ in range(TOLD):
        await pages[0].send(FRAME)
        floors.append(await _spread(pages, FRAME))
    await close_pages(pages)
    what = f"last of {sockets} after the first"
    return [
        Figure("sockets", what, middle(spreads), "ms", MOST_FAN_OUT, middle(floors), "raw", of_floor=True, runs=TOLD),
        Figure("sockets", f"memory of a page, of {sockets}", memory, "KiB", house.bound_of_the_whole(MOST_KIB)),
    ]


@dataclass(frozen=True)
class Bounds:
    """In milliseconds and percent of a core; `echo` is what the server takes to answer nothing and to say it again."""

    p99: float | None = None
    p50: float | None = None
    core: float | None = None
    echo: float | None = None


async def _latency(
    web: Web, number: WhatsAppSession, cookie: str, *, rate: int, pages: int, seconds: int, bounds: Bounds
) -> list[Figure]:
    """From the POST of a message until a page has it, at so many a second; what every page missed."""
    sockets = await open_pages(web, cookie, pages)
    sent: dict[str, float] = {}
    took: list[float] = []
    heard = [asyncio.create_task(listen(socket, sent, took)) for socket in sockets]
    spent, posts, began = cpu_seconds(web), [], time.perf_counter()
    for at, request in enumerate(webhooks(number, rate * seconds)):
        await asyncio.sleep(max(0.0, began + at / rate - time.perf_counter()))
        sent[request.mark] = time.perf_counter()
        posts.append(asyncio.create_task(post(web, request)))
    await asyncio.gather(*posts)
    await asyncio.sleep(2)
    core = (cpu_seconds(web) - spent) / (seconds + 2) * 100
    for task in heard:
        task.cancel()
    await close_pages(sockets)
    took.sort()
    what = f"{rate}/s, {pages} page{'s' if pages > 1 else ''}"
    p50, p99 = (middle(took), took[int(len(took) * 0.99)]) if took else (float("inf"), float("inf"))
    figures = [
        Figure("sockets", f"{what}: message heard, p50", p50, "ms", bounds.p50, runs=len(took)),
        Figure("sockets", f"{what}: message heard, p99", p99, "ms", bounds.p99, runs=len(took)),
        Figure("sockets", f"{what}: not heard 2 s after the last", pages * rate * seconds - len(took), "", 0),
        Figure("sockets", f"{what}: processor", core, "% of a core", bounds.core),
    ]
    if bounds.echo:
        versus = Figure(
            "sockets", f"{what}: the same p50", p50, "ms", MOST_ECHOES, bounds.echo, "view and echo", of_floor=True
        )
        figures.insert(1, versus)
    return figures


async def _echo(floor: Web, cookie: str) -> float:
    """Milliseconds of a request for the empty view and of a word that comes back through the socket."""
    (page,) = await open_pages(floor, cookie, 1)
    took = []
    for _ in range(100):
        began = time.perf_counter()
        await post(floor, Request("GET", "/healthz"))
        await page.send(FRAME)
        await page.recv()
        took.append((time.perf_counter() - began) * 1000)
    await close_pages([page])
    return middle(took)


async def listen(socket: ClientConnection, sent: dict[str, float], took: list[float]) -> None:
    """The row of a chat shows its latest message; how long each took is counted when it is first seen.

    A frame is looked through once, however many are on their way: a listener that falls behind must not become slower.
    """
    known: set[str] = set()
    async for frame in socket:
        now = time.perf_counter()
        for mark in set(MARK.findall(str(frame))) - known:
            if mark in sent:
                took.append((now - sent[mark]) * 1000)
                known.add(mark)


async def open_pages(web: Web, cookie: str, pages: int) -> list[ClientConnection]:
    """So many pages, each greeted."""
    headers = {"Cookie": f"sessionid={cookie}", "Origin": web.url}
    sockets = []
    for _ in range(pages):
        socket = await connect(web.socket_url, additional_headers=headers, ping_interval=None, max_size=None)
        if "floors" not in " ".join(web.command):
            await socket.send('{"chat": null, "seq": 0, "since": null}')
            while 'id="pulse"' not in str(await socket.recv()):
                pass
        sockets.append(socket)
    await asyncio.sleep(1)
    return sockets


async def _spread(sockets: list[ClientConnection], text: str) -> float:
    """From the first that has it to the last."""
    moments = await asyncio.gather(*(_heard(socket, text) for socket in sockets))
    return (max(moments) - min(moments)) * 1000


async def _heard(socket: ClientConnection, text: str) -> float:
    while text not in str(await socket.recv()):
        pass
    return time.perf_counter()


async def close_pages(sockets: list[ClientConnection]) -> None:
    await asyncio.gather(*(socket.close() for socket in sockets))


async def post(web: Web, request: Request) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    writer.write(request.wire(f"127.0.0.1:{web.port}"))
    assert b" 200 " in await reader.readline()
    writer.close()


def _memory(process: Web) -> float:
    """MiB that are this process's alone."""
    assert process.process
    return float(psutil.Process(process.process.pid).memory_full_info().uss) / 2**20
