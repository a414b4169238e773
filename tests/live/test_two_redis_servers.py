"""Nudges go over as many Redis servers as there are, those of one audience over one of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from redis import Redis as RedisClient

from chats.models import Chat
from chats.waha.models import WhatsAppSession
from crm.live import tenant_group
from crm.models import User
from tests.factories import ChatFactory, UserFactory, WhatsAppSessionFactory
from tests.processes import Redis, Web
from tests.webhooks import says

from .listening import Listener, listening


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Redis]]:
    servers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        servers.append(Redis(tmp_path / name))
        servers[-1].start()
    yield servers
    for server in servers:
        server.kill()


@pytest.fixture
def webs(servers: list[Redis], transactional_db: None) -> Iterator[list[Web]]:
    """Two processes whose pages hear of each other's messages by nudges alone."""
    urls = ",".join(server.url for server in servers)
    webs = [Web("tests.live.without_looking:application", CHANNEL_REDIS_URLS=urls) for _ in range(2)]
    for web in webs:
        web.start()
    yield webs
    for web in webs:
        web.stop()


@dataclass
class Company:
    """One of many: its number, a conversation, and somebody who has it open."""

    number: WhatsAppSession
    chat: Chat
    page: Listener

    def is_told_over(self, server: Redis) -> bool:
        with RedisClient.from_url(server.url) as client:
            return bool(client.pubsub_channels(f"*{tenant_group(self.number.tenant_id)}"))

    def hears(self, text: str, web: Web) -> None:
        """What is written to one process arrives at the page, which is another's."""
        says(text, phone=self.chat.phone).deliver_at(web.url, self.number)
        self.page.hear(text)


def open_company(web: Web, browse: Callable[[User], Client], pages: ExitStack) -> Company:
    number = WhatsAppSessionFactory()
    chat = ChatFactory(tenant=number.tenant, session=number)
    client = browse(UserFactory(tenant=number.tenant))
    return Company(number, chat, pages.enter_context(listening(web, client, chat, chat.seq)))


def test_pages_of_either_server_are_told_and_one_servers_death_is_not_the_others(
    servers: list[Redis], webs: list[Web], browse: Callable[[User], Client]
) -> None:
    here, there = webs
    with ExitStack() as pages:
        told_over: dict[int, Company] = {}
        while len(told_over) < len(servers):
            company = open_company(here, browse, pages)
            (server,) = (place for place, each in enumerate(servers) if company.is_told_over(each))
            told_over.setdefault(server, company)
        for server, company in told_over.items():
            company.hears(f"pelo servidor {server}", there)
        servers[1].kill()
        told_over[0].hears("o outro caiu", there)
