"""Where one is logged in: seen, told apart, and ended, with the pages that stand open there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import User, UserSession
from tests.cast import Company, Strangers

PASSWORD = "uma senha de verdade"
PAGE, INBOX = "/configuracoes/preferencias/acessos/", "/atendimento/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def ana(company: Company, settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    company.ana.set_password(PASSWORD)
    company.ana.save()
    return company.ana


def come_in(user: User, agent: str = CHROME, ip: str = "203.0.113.5") -> Client:
    client = Client(REMOTE_ADDR=ip, headers={"User-Agent": agent})
    assert client.post("/entrar/", {"username": user.email, "password": PASSWORD}).status_code == 302
    return client


def test_each_login_is_listed_with_browser_machine_and_address(ana: User) -> None:
    come_in(ana, IPHONE, "198.51.100.8")
    page = come_in(ana).get(PAGE).content.decode()
    assert "Chrome · Windows" in page and "203.0.113.5" in page
    assert "Safari · iPhone" in page and "198.51.100.8" in page
    assert page.count("este navegador") == 1


def test_the_key_of_a_session_is_on_no_page(ana: User) -> None:
    client = come_in(ana)
    assert client.session.session_key
    assert client.session.session_key not in client.get(PAGE).content.decode()


def test_one_is_ended_and_the_others_stay(ana: User) -> None:
    phone, desk = come_in(ana, IPHONE), come_in(ana)
    row = UserSession.objects.get(user=ana, user_agent=IPHONE)
    assert desk.post(f"{PAGE}{row.pk}/fim/").status_code == 302
    assert phone.get(INBOX).status_code == 302
    assert desk.get(INBOX).status_code == 200


def test_all_are_ended_this_one_too(ana: User) -> None:
    clients = [come_in(ana, IPHONE), come_in(ana)]
    clients[1].post(f"{PAGE}fim/")
    assert [client.get(INBOX).status_code for client in clients] == [302, 302]


def test_another_password_ends_the_others_and_keeps_this_one(ana: User) -> None:
    phone, desk = come_in(ana, IPHONE), come_in(ana)
    given = {"old_password": PASSWORD, "new_password1": "outra senha longa", "new_password2": "outra senha longa"}
    assert desk.post("/configuracoes/preferencias/senha/", given).status_code == 302
    assert phone.get(INBOX).status_code == 302
    assert desk.get(INBOX).status_code == 200
    assert UserSession.objects.filter(user=ana).count() == 1


def test_nobody_ends_what_is_not_theirs(ana: User, company: Company, strangers: Strangers, browse: Any) -> None:
    come_in(ana)
    row = UserSession.objects.get(user=ana)
    for person in (company.alice, strangers.otto):
        assert browse(person).post(f"{PAGE}{row.pk}/fim/").status_code == 404
    assert UserSession.objects.filter(pk=row.pk).exists()


def test_last_used_is_told_without_a_write_at_every_click(ana: User) -> None:
    client = come_in(ana)
    UserSession.objects.update(used_at=timezone.now() - timedelta(hours=1))
    client.get(PAGE)
    assert UserSession.objects.get(user=ana).used_at < timezone.now() - timedelta(minutes=50)
    session = client.session
    session["_place"] = {**session["_place"], "noted": 0}
    session.save()
    UserSession.objects.update(used_at=timezone.now() - timedelta(hours=1))
    client.get(PAGE, REMOTE_ADDR="198.51.100.77")
    row = UserSession.objects.get(user=ana)
    assert row.used_at > timezone.now() - timedelta(minutes=1)
    assert row.ip == "198.51.100.77"
