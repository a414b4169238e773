"""Whose access or login ends loses the open pages in that moment, not at the next click."""

from collections.abc import Callable

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed

from chats import actions
from crm.actions import end_sessions
from crm.models import User
from tests.cast import make_company
from tests.processes import Web

from .listening import Listener, listening

CLOSE_REFUSED = 4403


def closed_with(listener: Listener) -> int | None:
    """The code with which the server ends the socket."""
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            listener.socket.recv(20)
    return ended.value.rcvd.code if ended.value.rcvd else None


def test_a_page_of_somebody_who_leaves_is_closed_at_once(
    transactional_db: None, web: Web, browse: Callable[[User], Client]
) -> None:
    company = make_company()
    with listening(web, browse(company.ana)) as ana, listening(web, browse(company.bruno)) as bruno:
        actions.let_go(company.ana, company.alice)
        assert closed_with(ana) == CLOSE_REFUSED
        bruno.hear_nothing_of("nothing")  # goes on listening


def test_logging_out_everywhere_closes_every_page(
    transactional_db: None, web: Web, browse: Callable[[User], Client]
) -> None:
    company = make_company()
    with listening(web, browse(company.ana)) as desk, listening(web, browse(company.ana)) as phone:
        end_sessions(company.ana)
        assert [closed_with(desk), closed_with(phone)] == [CLOSE_REFUSED, CLOSE_REFUSED]
