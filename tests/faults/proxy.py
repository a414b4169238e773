"""A proxy before several web processes, as an installation of many machines has one."""

import asyncio
import itertools
import threading
from contextlib import suppress

from tests.processes import Web, free_port

PIECE_BYTES = 1 << 16


class Proxy:
    """Each connection goes to the next process in turn, and past one that refuses it.

    What a process had taken when it died is not sent to another: the caller sees the broken connection, and knows
    best whether to repeat it.
    """

    def __init__(self, webs: list[Web]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._ports = [web.port for web in webs]
        self._turns = itertools.cycle(range(len(webs)))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _close(self) -> None:
        self._listener.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, from_caller: asyncio.StreamReader, to_caller: asyncio.StreamWriter) -> None:
        try:
            from_web, to_web = await self._connect()
        except ConnectionRefusedError:
            to_caller.close()
            return
        await asyncio.gather(_pass_on(from_caller, to_web), _pass_on(from_web, to_caller))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """To whose turn it is, or to the next that listens; ConnectionRefusedError when nobody does."""
        first = next(self._turns)
        for port in self._ports[first:] + self._ports[:first]:
            with suppress(ConnectionRefusedError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until one end is closed; then so is the other."""
    with suppress(OSError):
        while piece := await source.read(PIECE_BYTES):
            target.write(piece)
            await target.drain()
    target.close()
