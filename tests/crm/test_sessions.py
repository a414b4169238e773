"""Whose a session is, where no request passes."""

from typing import Any

import pytest
from django.test import Client

from crm.models import UserSession
from crm.sessions import signed_in
from tests.cast import Company


@pytest.fixture
def client(company: Company) -> Client:
    client = Client()
    client.force_login(company.ana, backend="crm.backends.PersonBackend")
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def test_who_is_signed_in_is_found_by_their_key_alone(company: Company, client: Client) -> None:
    assert signed_in(key_of(client)) == company.ana
    assert [signed_in(key) for key in ("", "x", key_of(client)[:-1])] == [None, None, None]


def test_a_page_that_comes_back_after_a_change_of_the_secret_key_signs_nobody_out(
    company: Company, client: Client, settings: Any
) -> None:
    """Its session gets a new key, and its browser the cookie, at the next request and not before."""
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one, just as long as the one before it was, and as hard to guess"
    before = key_of(client)
    assert signed_in(before) == company.ana
    assert UserSession.objects.filter(session_key=before).exists()
    assert client.get("/atendimento/").status_code == 200
    assert key_of(client) != before


def test_a_session_of_a_secret_key_that_is_gone_is_nobodys(client: Client, settings: Any) -> None:
    settings.SECRET_KEY = "another one, just as long as the one before it was, and as hard to guess"
    assert signed_in(key_of(client)) is None
