"""A page's end of the socket, without a browser."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.test import Client
from websockets.sync.client import ClientConnection, connect

from chats.models import Chat
from tests.processes import PATIENCE_SECONDS, Web


class Listener:
    """What a page hears."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard = ""

    def say(self, chat: Chat | None = None, seq: int = 0, since: str | None = None) -> None:
        """What the page shows."""
        self.socket.send(json.dumps({"chat": str(chat.pk) if chat else None, "seq": seq, "since": since}))

    def hear(self, text: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Everything up to and with the first frame that holds `text`."""
        return self.hear_until(lambda frame: text in frame, repr(text), seconds)

    def hear_until(
        self, wanted: Callable[[str], bool], name: str = "the frame", seconds: float = PATIENCE_SECONDS
    ) -> str:
        """Everything up to and with the first frame that is `wanted`."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                frame = str(self.socket.recv(max(0.0, deadline - time.monotonic())))
            except TimeoutError:
                raise AssertionError(f"{name} was not heard, but: {self.heard[-2000:]}") from None
            self.heard += frame
            if wanted(frame):
                return self.heard

    def hear_nothing_of(self, *texts: str, seconds: float = 1.5) -> None:
        try:
            while True:
                self.heard += str(self.socket.recv(seconds))
        except TimeoutError:
            pass
        assert not [text for text in texts if text in self.heard]


@contextmanager
def listening(
    web: Web,
    client: Client,
    chat: Chat | None = None,
    seq: int = 0,
    since: str | None = None,
    path: str = "/ws/atendimento/",
) -> Iterator[Listener]:
    """A page of whoever is logged in at `client`, greeted and caught up."""
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}", "Origin": web.url}
    with connect(web.socket_at(path), additional_headers=headers) as socket:
        listener = Listener(socket)
        listener.say(chat, seq, since)
        listener.hear('id="pulse"')  # the greeting ends with it
        yield listener
