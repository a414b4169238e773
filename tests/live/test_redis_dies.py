"""Redis makes pages fast, not right: without it they follow a few seconds late."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from django.test import Client

from chats.models import Chat, Message
from crm.models import User
from tests.cast import Company, make_company
from tests.jobs import empty_queue
from tests.processes import Redis, Web, until
from tests.webhooks import says

from .listening import listening


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.kill()


@pytest.fixture
def web_of_its_own(redis: Redis, transactional_db: None) -> Iterator[Web]:
    empty_queue()  # or readiness would tell of the jobs that earlier tests left behind
    web = Web(REDIS_URL=redis.url)
    web.start()
    yield web
    web.stop()


def write(web: Web, company: Company, text: str, at: int) -> None:
    says(text, at=at).deliver_at(web.url, company.number)


def test_without_redis_messages_are_stored_pages_open_and_open_pages_follow(
    redis: Redis, web_of_its_own: Web, browse: Callable[[User], Client]
) -> None:
    web, company = web_of_its_own, make_company()
    client = browse(company.ana)
    write(web, company, "antes", 1)
    chat = Chat.objects.get()
    with listening(web, client, chat, chat.seq) as ana:
        redis.kill()
        write(web, company, "sem Redis", 2)
        assert Message.objects.filter(body="sem Redis").count() == 1
        cookie = {"sessionid": client.cookies["sessionid"].value}
        assert "sem Redis" in requests.get(f"{web.url}/atendimento/{chat.pk}/", cookies=cookie, timeout=60).text
        assert requests.get(f"{web.url}/readyz", timeout=60).status_code == 503
        ana.hear("sem Redis")
        redis.start()
        until(lambda: requests.get(f"{web.url}/readyz", timeout=60).status_code == 200)
        write(web, company, "depois", 3)
        ana.hear("depois")
