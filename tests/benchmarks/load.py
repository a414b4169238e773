"""Many clients at once over connections that stay open, at next to no cost of their own."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psutil

from tests.processes import Process


@dataclass
class Load:
    """What so many requests took: all of them in `seconds`, each of them its `milliseconds`; `refused` were not 2xx."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.milliseconds) / self.seconds


@dataclass(frozen=True)
class Request:
    """What is sent; `mark` is the word by which a page shows that it has come."""

    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    mark: str = ""

    def wire(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def send_all(url: str, requests: Iterable[Request], clients: int) -> Load:
    """Each client takes the next request as soon as its last one is answered."""
    load = Load()
    asyncio.run(_send_all(url, iter(requests), clients, load))
    return load


def send_to_each(requests: Mapping[str, Iterable[Request]], clients: int) -> Load:
    """The same to several servers at once, each with so many clients, from one loop: it is the servers that compete."""
    load = Load()
    asyncio.run(_send_to_each(requests, clients, load))
    return load


def cpu_seconds(process: Process) -> float:
    """What a process has cost so far, all its threads together."""
    assert process.process
    times = psutil.Process(process.process.pid).cpu_times()
    return float(times.user + times.system)


async def _send_to_each(requests: Mapping[str, Iterable[Request]], clients: int, load: Load) -> None:
    began = time.perf_counter()
    await asyncio.gather(*(_send_all(url, iter(each), clients, load) for url, each in requests.items()))
    load.seconds = time.perf_counter() - began


async def _send_all(url: str, requests: Iterator[Request], clients: int, load: Load) -> None:
    loop, host, port = asyncio.get_running_loop(), urlsplit(url).hostname, urlsplit(url).port
    everybody = [_Client(f"{host}:{port}", requests, load) for _ in range(clients)]
    for client in everybody:
        await loop.create_connection(lambda client=client: client, host, port)
    began = time.perf_counter()
    for client in everybody:
        client.go_on()
    await asyncio.gather(*(client.done for client in everybody))
    load.seconds = time.perf_counter() - began


class _Client(asyncio.Protocol):
    """One connection, without streams and their tasks: what a client costs, the servers do not have."""

    transport: asyncio.Transport

    def __init__(self, host: str, requests: Iterator[Request], load: Load) -> None:
        self.host, self.requests, self.load = host, requests, load
        self.done = asyncio.get_running_loop().create_future()
        self.answer, self.began = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def go_on(self) -> None:
        """The next request, or the end."""
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
            self.done.set_result(None)
            return
        self.answer, self.began = b"", time.perf_counter()
        self.transport.write(request.wire(self.host))

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end or len(body) < int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]):
            return
        self.load.milliseconds.append((time.perf_counter() - self.began) * 1000)
        self.load.refused += not 200 <= int(head.split(maxsplit=2)[1]) < 300
        self.go_on()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("closed before it answered"))
