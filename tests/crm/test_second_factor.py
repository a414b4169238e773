"""A second step at the door: set up, asked for, spent once, and asked of whom the company says."""

from base64 import b32decode
from collections.abc import Callable
from datetime import timedelta
from time import sleep, time
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP

from crm.accounts.mail import send_reset
from crm.models import RecoveryCode, SecondFactor, SecondFactorPolicy, User
from tests.cast import Company

PASSWORD = "uma senha de verdade"
PAGE, INBOX = "/configuracoes/preferencias/duas-etapas/", "/atendimento/"


@pytest.fixture
def ana(company: Company, settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    company.ana.set_password(PASSWORD)
    company.ana.save()
    return company.ana


def code_of(user: User, *, steps: int = 0) -> str:
    """What the person's phone shows, so many half minutes from now."""
    # The half minute must not turn before the code is typed.
    if (left := 30 - time() % 30) < 2:
        sleep(left)
    totp = TOTP(b32decode(SecondFactor.objects.get(user=user).secret))
    totp.time = time() + 30 * steps
    return f"{totp.token():06}"


def set_up(client: Client, user: User) -> list[str]:
    """Through the page; the recovery codes it shows."""
    client.get(PAGE)
    answer = client.post(PAGE, {"code": code_of(user, steps=-1)})
    assert answer.status_code == 200
    codes: list[str] = answer.context["codes"]
    return codes


def enter(user: User, code: str | None = None, client: Client | None = None) -> Any:
    """Password first, and then the code; the last answer."""
    client = client or Client()
    answer = client.post("/entrar/", {"username": user.email, "password": PASSWORD, "next": "/atendimento/?aba=todas"})
    if code is None:
        return answer
    assert answer.headers["Location"] == "/entrar/codigo/"
    return client.post("/entrar/codigo/", {"code": code})


def test_the_page_draws_the_secret_as_a_code_without_script_or_style(
    ana: User, browse: Callable[[User], Client]
) -> None:
    page = browse(ana).get(PAGE).content.decode()
    secret = SecondFactor.objects.get(user=ana).secret
    assert "<svg" in page and "style=" not in page and 'class="qr__code"' in page
    assert secret[:4] in page
    assert "no-store" in browse(ana).get(PAGE).headers["Cache-Control"]


def test_it_counts_only_once_a_code_of_it_was_typed(ana: User, browse: Callable[[User], Client]) -> None:
    client = browse(ana)
    client.get(PAGE)
    assert client.post(PAGE, {"code": "000000"}).status_code == 422
    assert enter(ana).headers["Location"].startswith(INBOX)
    assert len(set_up(client, ana)) == 10
    assert enter(ana).headers["Location"] == "/entrar/codigo/"


def test_the_password_alone_opens_nothing_and_the_code_opens_what_was_asked_for(
    ana: User, browse: Callable[[User], Client]
) -> None:
    set_up(browse(ana), ana)
    client = Client()
    enter(ana, client=client)
    assert client.get(INBOX).status_code == 302
    assert client.post("/entrar/codigo/", {"code": "000000"}).status_code == 422
    assert client.post("/entrar/codigo/", {"code": code_of(ana)}).headers["Location"] == "/atendimento/?aba=todas"
    assert client.get(INBOX).status_code == 200


def test_a_code_opens_once(ana: User, browse: Callable[[User], Client]) -> None:
    set_up(browse(ana), ana)
    code = code_of(ana)
    assert enter(ana, code).status_code == 302
    assert enter(ana, code).status_code == 422


def test_a_recovery_code_opens_once_however_it_is_typed(ana: User, browse: Callable[[User], Client]) -> None:
    first, second, *_rest = set_up(browse(ana), ana)
    assert enter(ana, f" {first.upper()} ").status_code == 302
    assert enter(ana, first).status_code == 422
    assert enter(ana, second.replace("-", "")).status_code == 302


def test_neither_secret_nor_codes_lie_in_the_open(ana: User, browse: Callable[[User], Client]) -> None:
    codes = set_up(browse(ana), ana)
    stored = list(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(stored) == 10 and not set(codes) & set(stored)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM crm_secondfactor")
        (secret,) = cursor.fetchone()
    assert SecondFactor.objects.get().secret not in secret


def test_guessing_codes_stops_at_ten_even_from_many_addresses_and_without_redis(
    ana: User, browse: Callable[[User], Client], settings: Any
) -> None:
    set_up(browse(ana), ana)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client = Client()
    enter(ana, client=client)
    for _ in range(10):
        client.post("/entrar/codigo/", {"code": "000000"})
    assert client.post("/entrar/codigo/", {"code": code_of(ana)}).status_code == 422
    SecondFactor.objects.update(failed_at=timezone.now() - timedelta(minutes=16))
    assert client.post("/entrar/codigo/", {"code": code_of(ana)}).status_code == 302


def test_nobody_reaches_the_second_step_without_the_first(ana: User, browse: Callable[[User], Client]) -> None:
    set_up(browse(ana), ana)
    assert Client().get("/entrar/codigo/").headers["Location"] == "/entrar/"
    assert Client().post("/entrar/codigo/", {"code": code_of(ana)}).headers["Location"] == "/entrar/"


def test_the_first_step_is_worth_nothing_after_ten_minutes_or_another_password(
    ana: User, browse: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(browse(ana), ana)
    client = Client()
    enter(ana, client=client)
    session = client.session
    session["_half_way"] = {**session["_half_way"], "at": time() - 601}
    session.save()
    assert client.post("/entrar/codigo/", {"code": code_of(ana)}).headers["Location"] == "/entrar/"
    enter(ana, client=client)
    ana.set_password("outra senha de verdade")
    ana.save()
    assert client.post("/entrar/codigo/", {"code": code_of(ana)}).headers["Location"] == "/entrar/"


def test_it_is_taken_off_with_a_code_alone(ana: User, browse: Callable[[User], Client]) -> None:
    client = browse(ana)
    codes = set_up(client, ana)
    assert client.post(f"{PAGE}desligar/", {"code": "000000"}).status_code == 422
    assert client.post(f"{PAGE}codigos/", {"code": codes[0]}).context["codes"] != codes
    assert enter(ana, codes[1]).status_code == 422, "the earlier codes are void"
    assert client.post(f"{PAGE}desligar/", {"code": code_of(ana)}).status_code == 302
    assert enter(ana).headers["Location"].startswith(INBOX)


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        (SecondFactorPolicy.NOBODY, set()),
        (SecondFactorPolicy.ADMINS, {"alice"}),
        (SecondFactorPolicy.MANAGERS, {"alice", "marta"}),
        (SecondFactorPolicy.EVERYBODY, {"alice", "marta", "ana"}),
    ],
)
def test_whom_the_company_asks_it_of_sees_nothing_else_until_it_is_set_up(
    company: Company, browse: Callable[[User], Client], policy: str, asked: set[str]
) -> None:
    company.tenant.second_factor = policy
    company.tenant.save()
    stopped = set()
    for name in ("alice", "marta", "ana"):
        client = browse(getattr(company, name))
        answer = client.get(INBOX)
        if answer.status_code == 302 and answer.headers["Location"] == PAGE:
            stopped.add(name)
            assert client.post("/atendimento/presence/", {"presence": "AWAY"}).status_code == 403
            assert client.get("/atendimento/list/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == PAGE
            assert client.get(PAGE).status_code == 200
    assert stopped == asked


def test_who_has_set_it_up_goes_on(company: Company, ana: User, browse: Callable[[User], Client]) -> None:
    company.tenant.second_factor = SecondFactorPolicy.EVERYBODY
    company.tenant.save()
    client = browse(ana)
    set_up(client, ana)
    assert client.get(INBOX).status_code == 200


def test_a_forgotten_password_gives_no_way_around_it(ana: User, browse: Callable[[User], Client]) -> None:
    set_up(browse(ana), ana)

    send_reset(ana)
    link = next(line for line in str(mail.outbox[0].body).splitlines() if "/senha/" in line)
    client = Client()
    form = client.get(link[link.index("/senha/") :], follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": "nova senha bem longa", "new_password2": "nova senha bem longa"})
    assert client.get(INBOX).status_code == 302
    answer = client.post("/entrar/", {"username": ana.email, "password": "nova senha bem longa"})
    assert answer.headers["Location"] == "/entrar/codigo/"
