"""The socket of a page beside the inbox: its bell and its subjects, and nothing of messages."""

from collections.abc import Callable

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from crm.live import pages_changed
from crm.models import User
from tests.cast import make_strangers
from tests.conftest import Running

from .listening import listening

PATH = "/ws/paginas/"
Browse = Callable[[User], Client]


def test_it_hears_which_of_its_companys_subjects_changed(running: Running, browse: Browse) -> None:
    company = running.company
    with listening(running.web, browse(company.ana), path=PATH) as ana:
        pages_changed(make_strangers().tenant.pk, "stage:theirs")
        pages_changed(company.tenant.pk, "stage:one", "stage:two")
        assert 'data-subjects="stage:one stage:two"' in ana.hear('data-live="changed"')
        assert "stage:theirs" not in ana.heard


def test_a_customer_who_writes_changes_its_bell_and_sends_no_row(running: Running, browse: Browse) -> None:
    with listening(running.web, browse(running.company.ana), path=PATH) as ana:
        running.customer_says("Alguém pode me ajudar?")
        ana.hear('id="bell-count"')
        ana.hear_nothing_of('data-live="rows"', 'class="row"')


def test_whoever_is_nobody_is_refused(running: Running) -> None:
    with (
        pytest.raises(ConnectionClosed) as refusal,
        connect(running.web.socket_at(PATH), additional_headers={"Origin": running.web.url}) as socket,
    ):
        socket.recv(20)
    assert refusal.value.rcvd
    assert refusal.value.rcvd.code == 4403
