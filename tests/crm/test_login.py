"""Coming in and going out."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from crm.models import User
from tests.cast import Company

PASSWORD = "uma senha de verdade"
ENTRANCE, INBOX = "/entrar/", "/atendimento/"


@pytest.fixture
def ana(company: Company) -> User:
    company.ana.set_password(PASSWORD)
    company.ana.save()
    return company.ana


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> str:
    """The address one lands at, or "" when one stays outside."""
    answer = client.post(ENTRANCE, {"username": email, "password": password, **more})
    return answer.headers.get("Location", "")


@pytest.mark.parametrize("email", ["ana@aurora.example", " ANA@Aurora.Example "])
def test_the_right_password_opens_the_inbox(ana: User, client: Client, email: str) -> None:
    assert log_in(client, email) == INBOX
    assert client.get(INBOX).status_code == 200


def test_a_wrong_password_keeps_the_door_shut(ana: User, client: Client) -> None:
    assert log_in(client, ana.email, "errada") == ""
    assert client.get(INBOX).status_code == 302


def test_a_person_without_password_cannot_come_in(company: Company, client: Client) -> None:
    assert log_in(client, company.bruno.email, "!") == ""


def test_somebody_who_left_cannot_come_in(ana: User, client: Client) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert log_in(client, ana.email) == ""


def test_somebody_who_left_is_out_at_the_next_click(ana: User, browse: Callable[[User], Client]) -> None:
    client = browse(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get(INBOX).status_code == 302


def test_one_lands_where_one_wanted_to_go_but_never_elsewhere(ana: User) -> None:
    assert log_in(Client(), ana.email, next="/atendimento/?aba=todas") == "/atendimento/?aba=todas"
    assert log_in(Client(), ana.email, next="https://mau.example/") == INBOX


def test_whoever_is_in_already_goes_on_to_the_inbox(ana: User, browse: Callable[[User], Client]) -> None:
    assert browse(ana).get(ENTRANCE).headers["Location"] == INBOX


def test_guessing_is_stopped_even_with_the_right_password(ana: User, client: Client) -> None:
    cache.clear()
    for _ in range(5):
        log_in(client, ana.email, "errada")
    answer = client.post(ENTRANCE, {"username": ana.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert client.get(INBOX).status_code == 302


def test_going_out_is_a_post_and_ends_the_session(ana: User, browse: Callable[[User], Client]) -> None:
    client = browse(ana)
    assert client.get("/sair/").status_code == 405
    assert client.get(INBOX).status_code == 200
    assert client.post("/sair/").headers["Location"] == ENTRANCE
    assert client.get(INBOX).status_code == 302


def test_the_platforms_superuser_reads_a_plain_word_instead_of_chats(
    company: Company, browse: Callable[[User], Client]
) -> None:
    root = User.objects.create_superuser("root@plataforma.example", None)
    assert browse(root).get(reverse("chats:inbox")).status_code == 403


@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_a_page_speaks_the_language_of_its_reader(ana: User, browse: Callable[[User], Client], language: str) -> None:
    User.objects.filter(pk=ana.pk).update(language=language)
    assert browse(ana).get(INBOX).headers["Content-Language"] == language
