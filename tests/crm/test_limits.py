"""Who asks too often waits; who is counted is whoever really asks; and without Redis nobody is kept from work."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config.proxies import caller
from config.settings import TRUSTED_PROXIES
from crm import limits
from crm.actions import create_token
from crm.models import ApiScope, User
from tests.cast import Company
from tests.factories import ChatFactory

PASSWORD = "uma senha de verdade"


@pytest.fixture
def ana(company: Company, settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # many are tried here
    company.ana.set_password(PASSWORD)
    company.ana.save()
    return company.ana


def try_to_enter(email: str, password: str, *, ip: str = "203.0.113.9", **headers: str) -> Any:
    client = Client(REMOTE_ADDR=ip, headers=headers)
    return client.post("/entrar/", {"username": email, "password": password}, headers={"Accept": "text/html"})


def test_an_address_that_was_wrong_five_times_waits_even_with_the_right_password(ana: User) -> None:
    for number in range(5):
        assert try_to_enter(f"pessoa{number}@aurora.example", "errada").status_code == 200
    answer = try_to_enter(ana.email, PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert "5 minutos" in answer.content.decode()
    assert try_to_enter(ana.email, PASSWORD, ip="203.0.113.10").status_code == 302


def test_an_account_that_was_guessed_at_ten_times_waits_wherever_one_tries_from(ana: User) -> None:
    for number in range(10):
        try_to_enter(ana.email, "errada", ip=f"203.0.113.{number + 20}")
    answer = try_to_enter(ana.email, PASSWORD, ip="198.51.100.7")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"


def test_nine_wrong_guesses_lock_no_account(ana: User) -> None:
    for number in range(9):
        try_to_enter(ana.email, "errada", ip=f"203.0.113.{number + 20}")
    assert try_to_enter(ana.email, PASSWORD, ip="198.51.100.7").status_code == 302


def test_an_address_that_is_only_claimed_does_not_start_a_new_count(ana: User) -> None:
    """Only a proxy of ours is believed; from elsewhere the header is the guesser's own."""
    for number in range(5):
        try_to_enter("ninguem@aurora.example", "errada", **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert try_to_enter(ana.email, PASSWORD, **{"X-Forwarded-For": "198.51.100.99"}).status_code == 429


def test_behind_our_proxy_each_caller_is_counted_alone(ana: User) -> None:
    for _ in range(5):
        try_to_enter("ninguem@aurora.example", "errada", ip="127.0.0.1", **{"X-Forwarded-For": "198.51.100.1"})
    assert try_to_enter(ana.email, PASSWORD, ip="127.0.0.1", **{"X-Forwarded-For": "198.51.100.1"}).status_code == 429
    assert try_to_enter(ana.email, PASSWORD, ip="127.0.0.1", **{"X-Forwarded-For": "198.51.100.2"}).status_code == 302


@pytest.mark.parametrize(
    ("seen", "forwarded", "real"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, <script>", "127.0.0.1"),
        ("", "2001:db8::7", "2001:db8::7"),
        ("::1", "", "::1"),
    ],
)
def test_the_callers_address_is_the_first_that_is_no_proxy_of_ours(seen: str, forwarded: str, real: str) -> None:
    assert caller(seen, forwarded, TRUSTED_PROXIES) == real


def test_uploads_have_a_limit_and_the_refusal_says_when_to_go_on(
    company: Company, browse: Callable[[User], Client], settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "upload": "2 per minute"}
    chat = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.ana)
    ana, path = browse(company.ana), f"/atendimento/{chat.pk}/draft/files/"

    def upload(client: Client) -> Any:
        file = SimpleUploadedFile("lista.txt", b"sofa;1", content_type="text/plain")
        return client.post(path, {"file": file, "key": uuid4().hex})

    assert [upload(ana).status_code == 429 for _ in range(3)] == [False, False, True]
    refusal = upload(ana)
    assert 0 < int(refusal.headers["Retry-After"]) <= 60
    assert refusal.headers["RateLimit-Limit"] == "2"
    assert "Tente de novo em" in refusal.content.decode()
    assert upload(browse(company.bruno)).status_code != 429


@pytest.mark.parametrize("where", ["message", "reply", "import", "api"])
def test_every_door_that_takes_files_counts_them(
    company: Company, browse: Callable[[User], Client], settings: Any, where: str
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "upload": "1 per minute"}
    chat = ChatFactory(tenant=company.tenant, session=company.number, assigned_to=company.marta)
    marta = browse(company.marta)
    path, field = {
        "message": (f"/atendimento/{chat.pk}/messages/", "file"),
        "reply": ("/atendimento/quick-replies/new/", "files"),
        "import": ("/contatos/importar/", "file"),
        "api": (f"/api/chats/{chat.pk}/files", "file"),
    }[where]

    def post(**fields: Any) -> Any:
        csrf = Client() if where == "api" else marta
        secret = create_token(company.marta, "ERP", [ApiScope.CHATS_WRITE])[1]
        headers = {"Authorization": f"Bearer {secret}"} if where == "api" else {}
        return csrf.post(path, fields, headers=headers)

    def upload() -> Any:
        return post(**{field: SimpleUploadedFile("lista.txt", b"sofa;1", content_type="text/plain")})

    assert post().status_code not in {404, 429}
    assert [upload().status_code == 429 for _ in range(2)] == [False, True]
    refusal = upload()
    assert 0 < int(refusal.headers["Retry-After"]) <= 60
    assert post().status_code != 429, "what brings no file goes on"


def test_the_window_slides(settings: Any) -> None:
    settings.RATE_LIMITS = {"api": "2 per second"}
    assert [limits.count("api", "token:1").is_allowed for _ in range(3)] == [True, True, False]
    assert limits.count("api", "token:2").is_allowed
    assert limits.look("api", "token:2").left == 1


def test_without_redis_nobody_is_kept_out(ana: User, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for _ in range(7):
        try_to_enter("ninguem@aurora.example", "errada")
    assert try_to_enter(ana.email, PASSWORD).status_code == 302
