"""The memory of processes that have nothing to do, fresh and after as much as an hour of a company brings, in minutes.

That is 3,600 messages in, 360 out and 600 looks at the inbox with a conversation, before 20 open pages.
"""

import asyncio
import time
from collections.abc import Iterator

import psutil
import requests

from chats.models import Chat, Message, SendState
from chats.waha.models import WhatsAppSession
from tests.benchmarks.figures import Figure
from tests.benchmarks.house import House
from tests.benchmarks.load import Request, send_all
from tests.benchmarks.rows.ingest import number_of, webhooks
from tests.benchmarks.rows.send import a_waha, answers
from tests.benchmarks.rows.sockets import close_pages, listen, open_pages
from tests.processes import Process, Web, Worker, database_url, until

CHATS = 1_000
MOST_WEB_MIB, MOST_WORKER_MIB = 160, 140
SETTLED_SECONDS = 5
IN, OUT, LOOKS, PAGES, CLIENTS = 3_600, 360, 600, 20, 8


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    session = house.session_of(house.somebody_of(company))
    web, worker = house.started(), Worker(DATABASE_URL=database_url())
    worker.start()
    try:
        address = f"{web.url}/atendimento/"
        requests.get(address, cookies={"sessionid": session}, timeout=60).raise_for_status()
        time.sleep(SETTLED_SECONDS * (2 if house.quick else 4))
        yield Figure("rest", "web process", _mib(web), "MiB", MOST_WEB_MIB)
        yield Figure("rest", "worker", _mib(worker), "MiB", MOST_WORKER_MIB)
        if house.quick:
            return
        number = number_of(company)
        with a_waha(number):
            asyncio.run(_an_hour(web, number, session))
            sent = Message.objects.filter(body__startswith="resposta ", send_state=SendState.QUEUED)
            until(lambda: not sent.exists(), seconds=300)
        time.sleep(SETTLED_SECONDS)
        yield Figure("rest", "web process after an hour's load", _mib(web), "MiB")
        yield Figure("rest", "worker after an hour's load", _mib(worker), "MiB")
    finally:
        worker.stop()
        web.stop()


async def _an_hour(web: Web, number: WhatsAppSession, session: str) -> None:
    pages = await open_pages(web, session, PAGES)
    listeners = [asyncio.create_task(listen(page, {}, [])) for page in pages]
    await asyncio.to_thread(send_all, web.url, webhooks(number, IN), CLIENTS)
    chats = await asyncio.to_thread(lambda: list(Chat.objects.filter(session=number).order_by("-last_message_at")[:40]))
    looks = (
        Request("GET", f"/atendimento/{chats[at % len(chats)].pk}/", headers=(("Cookie", f"sessionid={session}"),))
        for at in range(LOOKS)
    )
    await asyncio.to_thread(send_all, web.url, looks, CLIENTS)
    await asyncio.to_thread(send_all, web.url, answers(chats, session, OUT), CLIENTS)
    for listener in listeners:
        listener.cancel()
    await close_pages(pages)


def _mib(process: Process) -> float:
    """Resident, with what it shares."""
    assert process.process
    return float(psutil.Process(process.process.pid).memory_info().rss) / 2**20
