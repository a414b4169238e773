"""PostgreSQL does not answer: WAHA is told to try again, people are told what is going on."""

from collections.abc import Iterator

import pytest
import requests

from tests.processes import Web, free_port
from tests.webhooks import signature

NUMBER = "/webhooks/waha/01a20a55-3f17-72d8-834e-d07b2ca09fe8/"


@pytest.fixture(scope="module")
def stranded() -> Iterator[Web]:
    """A web process whose database is not there."""
    web = Web(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    web.start("/healthz")
    yield web
    web.stop()


def refused(stranded: Web) -> requests.Response:
    body = b"{}"
    return requests.post(stranded.url + NUMBER, body, headers={"X-Webhook-Hmac": signature("x", body)}, timeout=60)


def test_waha_is_told_to_try_again(stranded: Web) -> None:
    answer = refused(stranded)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_people_see_a_page_that_comes_back_by_itself(stranded: Web) -> None:
    answer = requests.get(f"{stranded.url}/atendimento/", cookies={"sessionid": "x" * 32}, timeout=60)
    assert answer.status_code == 503
    assert 'http-equiv="refresh"' in answer.text


def test_readiness_fails_and_liveness_does_not(stranded: Web) -> None:
    assert requests.get(f"{stranded.url}/readyz", timeout=60).status_code == 503
    assert requests.get(f"{stranded.url}/healthz", timeout=60).status_code == 200


def test_the_figures_say_so(stranded: Web) -> None:
    refused(stranded)
    answer = requests.get(f"{stranded.url}/metrics", timeout=60)
    assert answer.status_code == 200
    assert "atendimento_database_up 0.0" in answer.text
    assert 'atendimento_webhooks_refused_total{status="503"}' in answer.text
