"""From the click on *send* until WAHA is called: web process, queue, an idle worker; WAHA is a server that listens."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from queue import Queue
from urllib.parse import urlencode
from uuid import uuid4

import requests

from chats.models import Chat
from chats.waha.models import WORKING, WhatsAppSession
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.house import House
from tests.benchmarks.load import Request, send_all
from tests.benchmarks.rows.ingest import number_of, webhooks
from tests.faults.agent import CSRF
from tests.processes import Worker, database_url

CHATS = 10_000
MOST_P50_MS = 40
PATIENCE_SECONDS = 60


def measure(house: House) -> Iterator[Figure]:
    company = house.company_with(CHATS)
    number, somebody = number_of(company), house.somebody_of(company)
    send_all(house.web.url, webhooks(number, 1), 1)  # whoever wrote is not looked up first
    chat = Chat.objects.get(tenant=company, phone=f"55119{70_000_000}")
    worker, runs = Worker(DATABASE_URL=database_url()), house.runs(40)
    with a_waha(number) as called:
        worker.start()
        try:
            page = requests.Session()  # keeps its connection, as a browser does
            page.cookies.update({"sessionid": house.session_of(somebody), "csrftoken": CSRF})
            page.headers["X-CSRFToken"] = CSRF
            address = f"{house.web.url}/atendimento/{chat.pk}/messages/"
            took = [_click(page, address, called) for _ in range(runs + 5)]
        finally:
            worker.stop()
    took = sorted(took[5:])
    yield Figure("send", "click until WAHA is called, p50", middle(took), "ms", MOST_P50_MS, runs=runs)
    yield Figure("send", "click until WAHA is called, p95", took[int(runs * 0.95)], "ms", runs=runs)


def answers(chats: list[Chat], session: str, count: int) -> Iterator[Request]:
    """So many sends of somebody's who is signed in, each a text of its own, to one person after the other."""
    headers = (
        ("Cookie", f"sessionid={session}; csrftoken={CSRF}"),
        ("X-CSRFToken", CSRF),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    for chat in islice(cycle(chats), count):
        form = urlencode({"body": f"resposta {uuid4().hex}", "client_id": str(uuid4()), "force": "1"})
        yield Request("POST", f"/atendimento/{chat.pk}/messages/", form.encode(), headers)


def _click(page: requests.Session, address: str, called: "Queue[tuple[str, float]]") -> float:
    """In milliseconds, for a text of its own."""
    text, began = f"resposta {uuid4().hex}", time.perf_counter()
    form = {"body": text, "client_id": str(uuid4()), "force": "1"}
    page.post(address, form, timeout=30).raise_for_status()
    while True:
        said, at = called.get(timeout=PATIENCE_SECONDS)
        if said == text:
            time.sleep(0.3)  # what follows a send is over: the worker is idle again
            return (at - began) * 1000


@contextmanager
def a_waha(number: WhatsAppSession) -> "Iterator[Queue[tuple[str, float]]]":
    """A WAHA that takes everything; the texts it is given, each with its moment."""
    called: Queue[tuple[str, float]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({"id": f"3EB0{uuid4().hex[:18].upper()}"})

        def do_POST(self) -> None:
            at = time.perf_counter()
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            called.put((str(body.get("text", "")), at))
            self._answer({"id": f"true_x_{body.get('id') or uuid4().hex[:20].upper()}"})

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, body: dict[str, str]) -> None:
            text = json.dumps(body).encode()
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rows = WhatsAppSession.objects.filter(pk=number.pk)
    rows.update(
        base_url=f"http://127.0.0.1:{server.server_port}",
        status=WORKING,
        disconnected_at=None,
        messages_per_minute=30_000,
    )
    try:
        yield called
    finally:
        server.shutdown()
        rows.update(base_url=number.base_url, messages_per_minute=number.messages_per_minute)
