"""A large file is sent piece by piece, however slowly it is taken."""

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psutil
import pytest
from django.core.files.base import ContentFile
from django.test import Client

from chats.models import MediaState, Message, MessageType
from crm.models import User
from tests.cast import make_company
from tests.factories import ChatFactory, MessageFactory
from tests.processes import Web, until

SIZE = 60 * 1024 * 1024
FEW = 24 * 1024 * 1024


@pytest.fixture
def film(transactional_db: None) -> Message:
    company = make_company()
    message: Message = MessageFactory(
        chat=ChatFactory(tenant=company.tenant),
        type=MessageType.VIDEO,
        mime_type="video/mp4",
        size_bytes=SIZE,
        media_state=MediaState.READY,
    )
    message.media_file.save("film.mp4", ContentFile(bytes(SIZE)))
    return message


def ask(web: Web, client: Client, message: Message) -> socket.socket:
    """A browser's request, whose answer nobody has read yet."""
    parts = urlsplit(web.url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
    path = f"/atendimento/{message.chat_id}/messages/{message.pk}/file/"
    cookie = client.cookies["sessionid"].value
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={cookie}\r\n\r\n".encode())
    return connection


def memory(web: Web) -> int:
    assert web.process
    return psutil.Process(web.process.pid).memory_info().rss


def test_a_download_that_is_taken_slowly_costs_little_memory(
    film: Message, web: Web, browse: Callable[[User], Client]
) -> None:
    client = browse(User.objects.get(email="ana@aurora.example"))
    before, most, read = memory(web), 0, 0
    with ask(web, client, film) as connection:
        time.sleep(2)
        most = memory(web)
        while read < SIZE:
            piece = connection.recv(1024 * 1024)
            assert piece
            read += len(piece)
            most = max(most, memory(web))
    assert most - before < FEW


def test_a_download_that_is_given_up_leaves_nothing_open(
    film: Message, web: Web, browse: Callable[[User], Client]
) -> None:
    client = browse(User.objects.get(email="ana@aurora.example"))
    with ask(web, client, film) as connection:
        connection.recv(1024)
        until(lambda: open_films(web))
    until(lambda: not open_films(web))


def open_films(web: Web) -> int:
    assert web.process
    return sum(file.path.endswith(".mp4") for file in psutil.Process(web.process.pid).open_files())
