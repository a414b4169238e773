"""Many clients at once over connections that stay open, at next to no cost of their own."""

import asyncio
import time
from collections.abc import Iterable, Mapping
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


async def _send_all(url: str, requests: Iterable[Request], clients: int, load: Load) -> None:
    host, port = urlsplit(url).hostname, urlsplit(url).port
    lines = [await asyncio.open_connection(host, port) for _ in range(clients)]
    began = time.perf_counter()
    await asyncio.gather(*(_client(*line, f"{host}:{port}", requests, load) for line in lines))
    load.seconds = time.perf_counter() - began
    for _, writer in lines:
        writer.close()


async def _client(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, requests: Iterable[Request], load: Load
) -> None:
    for request in requests:
        began = time.perf_counter()
        writer.write(request.wire(host))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split(maxsplit=2)[1])
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        load.milliseconds.append((time.perf_counter() - began) * 1000)
        load.refused += not 200 <= status < 300
