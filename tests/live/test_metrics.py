"""What only a living process can count: its open pages, and the nudges that reach it."""

import re
from collections.abc import Callable

import requests
from django.test import Client

from crm.models import User
from tests.conftest import Running
from tests.processes import until

from .listening import listening


def figure(running: Running, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", requests.get(f"{running.web.url}/metrics", timeout=60).text, re.M)
    return float(found[1]) if found else 0.0


def test_open_pages_are_counted_and_forgotten(running: Running, browse: Callable[[User], Client]) -> None:
    before = figure(running, "atendimento_pages_open")
    with (
        listening(running.web, browse(running.company.ana)),
        listening(running.web, browse(running.company.bruno)),
    ):
        assert figure(running, "atendimento_pages_open") == before + 2
    until(lambda: figure(running, "atendimento_pages_open") == before)


def test_nudges_are_counted(running: Running, browse: Callable[[User], Client]) -> None:
    nudges = 'atendimento_nudges_total{event="chats"}'
    before = figure(running, nudges)
    with listening(running.web, browse(running.company.ana)) as ana:
        running.customer_says("Oi")
        ana.hear("Oi")
    assert figure(running, nudges) > before
